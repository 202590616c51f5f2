"""QuickBooks Online: the Accounting API v3 at minor version 75, OAuth 2.0.

Sources: developer.intuit.com, the API explorer of QuickBooks Online, its limits and OAuth 2.0.
Access tokens last an hour; the refresh token changes about daily, so the newest one is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from net30.adapters.books._oauth import Endpoints, OAuth
from net30.adapters.books._quickbooks_rows import (
    Settled,
    currency_of,
    linked_to,
    read_document,
    settlement_ids,
)
from net30.adapters.books._tax import code_of
from net30.adapters.books._told import Json, money, part, rows, strange, text
from net30.adapters.books._wire import Wire, address, refused
from net30.kernel.errors import InputError, Unavailable
from net30.ports.books import (
    Access,
    BooksApp,
    BooksCompany,
    BooksProgram,
    Change,
    Consent,
    Grant,
    OpenBooks,
    OurCredit,
    OurCustomer,
    OurDocument,
    OurPayment,
    TheirLoss,
)
from net30.ports.web import Web

SCOPE = "com.intuit.quickbooks.accounting"
MINOR_VERSION = "75"
PAGE_ROWS = 200
PAGES_MAX = 10_000
IDS_PER_QUESTION = 50
NUMBER_CHARACTERS_MAX = 21
NAME_CHARACTERS_MAX = 500
DELETIONS_KEPT = timedelta(days=29)
"""Changes can be asked for 30 days back (change data capture)."""
SANDBOX = "sandbox"

_CREDIT_MEMO, _INVOICE = "CreditMemo", "Invoice"
_OPTIONS = {
    "item": "id of the product or service that lines are of; needed where there is a choice",
    "payment_account": "id of the account that payments go to (undeposited funds)",
    "tax.RATE": "id of the tax code of a rate in percent, such as tax.20=6",
}


def build(web: Web, app: BooksApp) -> BooksProgram:
    """Return QuickBooks Online, its sandbox, or a stand-in at the address of the app."""
    return QuickBooks(web, app)


@dataclass(frozen=True, slots=True)
class QuickBooks:
    """QuickBooks Online by a guarded way to the web."""

    web: Web
    app: BooksApp

    @property
    def title(self) -> str:
        """Return what people call it."""
        return "QuickBooks Online"

    @property
    def options(self) -> Mapping[str, str]:
        """Return what a connection can be told."""
        return _OPTIONS

    def consent_address(self, consent: Consent) -> str:
        """Return where the browser is sent; it has no PKCE, so a client secret is needed."""
        if not self.app.client_secret:
            raise InputError(
                "QuickBooks Online needs the client secret of its app",
                hint="it stands beside the client id at developer.intuit.com",
                code="books_secret",
            )
        return self._oauth.consent_address(consent)

    def redeem(self, consent: Consent, code: str, now: datetime) -> Grant:
        """Return the tokens for the code that came back."""
        return self._oauth.redeem(consent, code, now)

    def refresh(self, refresh: str, now: datetime) -> Grant:
        """Return the next tokens."""
        return self._oauth.refresh(refresh, now)

    def revoke(self, grant: Grant) -> None:
        """Give the tokens back."""
        self._oauth.revoke(grant.refresh)

    def companies(self, access: Access, told: Mapping[str, str]) -> tuple[BooksCompany, ...]:
        """Return the one company that the user chose: the browser brought its realmId back."""
        realm = told.get("realmId", "")
        if not (realm.isascii() and realm.isdigit()):
            raise strange("it does not tell which company it opened")
        return (self.open(access, realm, {}).company(),)

    def open(self, access: Access, company_id: str, options: Mapping[str, str]) -> OpenBooks:
        """Return the books of a company there."""
        wire = Wire(web=self.web, access=access, why=_why)
        host = self._stand_in or (
            "https://sandbox-quickbooks.api.intuit.com"
            if self.app.address == SANDBOX
            else "https://quickbooks.api.intuit.com"
        )
        return QuickBooksBooks(wire, f"{host}/v3/company/{company_id}", company_id, options)

    @property
    def _stand_in(self) -> str:
        return "" if self.app.address == SANDBOX else self.app.address.rstrip("/")

    @property
    def _oauth(self) -> OAuth:
        at = self._stand_in
        endpoints = Endpoints(
            authorise=f"{at or 'https://appcenter.intuit.com'}/connect/oauth2",
            token=f"{at or 'https://oauth.platform.intuit.com'}/oauth2/v1/tokens/bearer",
            revoke=f"{at or 'https://developer.api.intuit.com'}/v2/oauth2/tokens/revoke",
            scope=SCOPE,
        )
        return OAuth(web=self.web, app=self.app, endpoints=endpoints)


@dataclass(frozen=True, slots=True)
class QuickBooksBooks:
    """The books of one company in QuickBooks Online."""

    wire: Wire
    api: str
    company_id: str
    options: Mapping[str, str]
    known: list[BooksCompany] = field(default_factory=list)

    @property
    def deletions_kept(self) -> timedelta | None:
        """Return how long it tells what was deleted."""
        return DELETIONS_KEPT

    def company(self) -> BooksCompany:
        """Return the company with its home currency; it is asked for once."""
        if self.known:
            return self.known[0]
        found = self.wire.get(self._url(f"companyinfo/{self.company_id}"))
        name = text(part(found, "CompanyInfo"), "CompanyName")
        preferences = self.wire.get(self._url("preferences"))
        there = part(part(preferences, "Preferences"), "CurrencyPrefs")
        currency = text(part(there, "HomeCurrency"), "value")
        if not currency:
            raise strange("it does not tell its home currency")
        self.known.append(BooksCompany(id=self.company_id, name=name, currency=currency))
        return self.known[0]

    def changes(self, since: datetime | None) -> Iterator[Change]:
        """Yield invoices and credit memos that changed, or whose payments did."""
        settled = Settled(self.company().currency)
        lately = () if since is None else (f"MetaData.LastUpdatedTime >= '{_moment(since)}'",)
        payments = list(self._all("Payment", *lately))
        found = {
            kind: {text(row, "Id"): row for row in self._all(kind, *lately)}
            for kind in (_INVOICE, _CREDIT_MEMO)
        }
        if since:
            yield from self._lost(since, payments)
            self._complete(found, payments)
        for payment in payments:
            settled.add(payment)
        for kind, documents in found.items():
            for row in documents.values():
                yield from read_document(row, kind, settled)

    def customer(self, customer: OurCustomer, key: str) -> str:
        """Return the customer of that name, or a new one."""
        # A colon divides customers from their jobs; a name cannot have one.
        name = " ".join(customer.name.replace(":", " ").split())[:NAME_CHARACTERS_MAX]
        for row in self._all("Customer", f"DisplayName = '{_quoted(name)}'"):
            return text(row, "Id")
        body: dict[str, Any] = {"DisplayName": name}  # Any: JSON
        if customer.email:
            body["PrimaryEmailAddr"] = {"Address": customer.email}
        if customer.currency and customer.currency != self.company().currency:
            body["CurrencyRef"] = {"value": customer.currency}
        return text(self._made("Customer", body, key), "Id")

    def put_document(self, document: OurDocument, key: str) -> str:
        """Return the document of that number, or a new one; one of other totals is removed."""
        kind = _CREDIT_MEMO if document.is_credit_note else _INVOICE
        if len(document.number) > NUMBER_CHARACTERS_MAX:
            raise refused(f"its number is longer than {NUMBER_CHARACTERS_MAX} characters")
        home = self.company().currency
        for row in self._all(kind, f"DocNumber = '{_quoted(document.number)}'"):
            there = money(row, "TotalAmt", currency_of(row, home))
            if not there.minor and document.amount.minor:
                continue  # voided there: the number is free again
            if there != document.amount:
                raise refused(f"{document.number} is there already, of {there}")
            return _document_id(kind, row)
        made = self._made(kind, self._body(document, home), key)
        there = money(made, "TotalAmt", currency_of(made, home))
        if there != document.amount:
            gone = {"Id": text(made, "Id"), "SyncToken": text(made, "SyncToken")}
            self.wire.post(self._url(kind.lower(), operation="delete"), gone)
            raise refused(f"{document.number} would be {there} there, not {document.amount}")
        return _document_id(kind, made)

    def put_payment(self, payment: OurPayment, key: str) -> tuple[str, ...]:
        """Return the payment of that reference, or a new one for all its invoices."""
        lines = [_linked(amount.amount, _INVOICE, there) for there, amount in payment.parts]
        first = payment.parts[0][1]
        total = sum((amount.amount for _, amount in payment.parts), Decimal(0))
        account = self.options.get("payment_account", "")
        body = {
            "CustomerRef": {"value": payment.customer_id},
            "CurrencyRef": self._currency(first.currency),
            "TotalAmt": total,
            "TxnDate": payment.day.isoformat(),
            "PaymentRefNum": payment.reference,
            "DepositToAccountRef": {"value": account} if account else None,
            "Line": lines,
        }
        return (f"payment.{self._payment(body, key)}",) * len(payment.parts)

    def put_credit(self, credit: OurCredit, key: str) -> tuple[str, ...]:
        """Return the settlements of a payment of nothing, which joins credit memo and invoice."""
        note = credit.credit_note_id.removeprefix("c")
        body = {
            "CustomerRef": {"value": credit.customer_id},
            "CurrencyRef": self._currency(credit.amount.currency),
            "TotalAmt": Decimal(0),
            "TxnDate": credit.day.isoformat(),
            "PaymentRefNum": credit.reference,
            "Line": [
                _linked(credit.amount.amount, _INVOICE, credit.document_id),
                _linked(credit.amount.amount, _CREDIT_MEMO, note),
            ],
        }
        found = self._payment(body, key)
        return (f"credit.{found}", f"use.{found}")

    def _lost(self, since: datetime, payments: Iterable[Json]) -> Iterator[Change]:
        """Yield what was deleted, and what changed payments may no longer settle."""
        for payment in payments:
            for settlement_id in settlement_ids(text(payment, "Id")):
                yield TheirLoss(settlement_id=settlement_id)
        asked = {
            "entities": f"{_INVOICE},{_CREDIT_MEMO},Payment",
            "changedSince": _moment(since),
            "minorversion": MINOR_VERSION,
        }
        told = self.wire.get(address(f"{self.api}/cdc", asked))
        for answer in rows(told, "CDCResponse"):
            for group in rows(answer, "QueryResponse"):
                for kind in (_INVOICE, _CREDIT_MEMO, "Payment"):
                    for row in rows(group, kind):
                        if text(row, "status") == "Deleted":
                            yield from _loss(kind, row)

    def _complete(self, found: dict[str, dict[str, Json]], payments: list[Json]) -> None:
        """Add the documents of changed payments, and the other payments of changed documents."""
        for kind, documents in found.items():
            wanted = (
                set[str]().union(*(linked_to(row, kind) for row in payments)) - documents.keys()
            )
            documents |= {text(row, "Id"): row for row in self._by_ids(kind, wanted)}
        known = {text(row, "Id") for row in payments}
        others = {
            payment_id
            for documents in found.values()
            for row in documents.values()
            for payment_id in linked_to(row, "Payment")
        }
        payments.extend(self._by_ids("Payment", others - known))

    def _by_ids(self, kind: str, ids: set[str]) -> Iterator[Json]:
        ordered = sorted(ids - {""})
        for start in range(0, len(ordered), IDS_PER_QUESTION):
            some = ", ".join(
                f"'{_quoted(one)}'" for one in ordered[start : start + IDS_PER_QUESTION]
            )
            yield from self._all(kind, f"Id in ({some})")

    def _all(self, kind: str, *conditions: str) -> Iterator[Json]:
        """Yield the rows of a kind, in the order of their ids, which never change."""
        words = [
            "select * from",
            kind,
            *(("where", " and ".join(conditions)) if conditions else ()),
        ]
        for page in range(PAGES_MAX):
            window = f"orderby Id startposition {page * PAGE_ROWS + 1} maxresults {PAGE_ROWS}"
            told = self.wire.get(self._url("query", query=" ".join((*words, window))))
            found = list(rows(part(told, "QueryResponse"), kind))
            yield from found
            if len(found) < PAGE_ROWS:
                return
        raise Unavailable(f"{kind} never end", hint="try again later", code="books_answer")

    def _body(self, document: OurDocument, home: str) -> dict[str, Any]:  # Any: JSON
        currency = document.amount.currency
        body: dict[str, Any] = {
            "DocNumber": document.number,
            "CustomerRef": {"value": document.customer_id},
            "CurrencyRef": {"value": currency} if currency != home else None,
            "TxnDate": document.issue_date.isoformat(),
            "PrivateNote": document.reference or None,
            "Line": [self._line(line) for line in document.lines],
        }
        if document.due_date and not document.is_credit_note:
            body["DueDate"] = document.due_date.isoformat()
        if document.tax.minor:
            body["GlobalTaxCalculation"] = "TaxExcluded"
            body["TxnTaxDetail"] = {"TotalTax": document.tax.amount}
        return body

    def _line(self, line: Any) -> dict[str, Any]:  # Any: an OurLine, and JSON
        detail: dict[str, Any] = {
            "ItemRef": {"value": self._item()},
            "Qty": line.quantity,
            "UnitPrice": line.unit_price,
        }
        if line.tax_percent or "tax.0" in self.options:
            code = code_of(line.tax_percent, self.options, self._tax_codes)
            detail["TaxCodeRef"] = {"value": code}
        return {
            "DetailType": "SalesItemLineDetail",
            "Description": line.text,
            "Amount": line.net.amount,
            "SalesItemLineDetail": detail,
        }

    def _item(self) -> str:
        if said := self.options.get("item", ""):
            return said
        services = self._all("Item", "Type = 'Service'", "Active = true")
        found = [text(row, "Id") for row in services]
        if len(found) == 1:
            return found[0]
        raise refused("say which product or service lines are of, as option item=ID")

    def _tax_codes(self) -> Iterator[tuple[str, Decimal]]:
        rates = {
            text(row, "Id"): row.get("RateValue") for row in self._all("TaxRate", "Active = true")
        }
        for code in self._all("TaxCode", "Active = true"):
            details = list(rows(part(code, "SalesTaxRateList"), "TaxRateDetail"))
            if len(details) == 1:
                value = rates.get(text(part(details[0], "TaxRateRef"), "value"))
                if isinstance(value, Decimal):
                    yield text(code, "Id"), value

    def _currency(self, currency: str) -> dict[str, str] | None:
        return {"value": currency} if currency != self.company().currency else None

    def _payment(self, body: dict[str, Any], key: str) -> str:  # Any: JSON
        reference = _quoted(body["PaymentRefNum"])
        for row in self._all("Payment", f"PaymentRefNum = '{reference}'"):
            return text(row, "Id")
        return text(self._made("Payment", body, key), "Id")

    def _made(self, kind: str, body: object, key: str) -> Json:
        made = part(self.wire.post(self._url(kind.lower(), requestid=key), body), kind)
        if not text(made, "Id"):
            raise strange(f"it tells nothing of the {kind}")
        return made

    def _url(self, path: str, **query: str) -> str:
        return address(f"{self.api}/{path}", {**query, "minorversion": MINOR_VERSION})


def _moment(since: datetime) -> str:
    return f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _linked(amount: Decimal, kind: str, document_id: str) -> dict[str, Any]:  # Any: JSON
    return {"Amount": amount, "LinkedTxn": [{"TxnId": document_id, "TxnType": kind}]}


def _document_id(kind: str, row: Json) -> str:
    return f"{'c' if kind == _CREDIT_MEMO else ''}{text(row, 'Id')}"


def _loss(kind: str, row: Json) -> Iterator[TheirLoss]:
    if kind != "Payment":
        yield TheirLoss(document_id=_document_id(kind, row))
        return
    for settlement_id in settlement_ids(text(row, "Id")):
        yield TheirLoss(settlement_id=settlement_id)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _why(told: Json) -> str:
    """Return the reasons of a fault, whose name differs in its first letter by its kind."""
    fault = part(told, "Fault") or part(told, "fault")
    errors = [*rows(fault, "Error"), *rows(fault, "error")]
    said = (text(one, "Detail") or text(one, "detail") or text(one, "Message") for one in errors)
    return "; ".join(reason for reason in said if reason)
