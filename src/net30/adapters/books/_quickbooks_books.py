"""The books of one company in QuickBooks Online: what changed there, and what goes there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from net30.adapters.books._quickbooks_rows import (
    Settled,
    currency_of,
    document_id,
    linked_to,
    read_document,
    settlement_ids,
)
from net30.adapters.books._tax import code_of
from net30.adapters.books._told import Json, money, part, rows, strange, text
from net30.adapters.books._wire import Wire, address, other_totals, refused, there_already
from net30.ports.books import (
    BooksCompany,
    Change,
    OurCredit,
    OurCustomer,
    OurDocument,
    OurLine,
    OurPayment,
    TheirLoss,
)

MINOR_VERSION = "75"
PAGE_ROWS = 200
PAGES_MAX = 10_000
IDS_PER_QUESTION = 50
NUMBER_CHARACTERS_MAX = 21
NAME_CHARACTERS_MAX = 500
DELETIONS_KEPT = timedelta(days=29)
"""Changes can be asked for 30 days back (change data capture)."""

_CREDIT_MEMO, _INVOICE = "CreditMemo", "Invoice"


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
            yield from settled.add(payment)
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
            why = f"its number is longer than {NUMBER_CHARACTERS_MAX} characters"
            raise refused(why, "books_number_long")
        home = self.company().currency
        for row in self._all(kind, f"DocNumber = '{_quoted(document.number)}'"):
            there = money(row, "TotalAmt", currency_of(row, home))
            if not there.minor and document.amount.minor:
                continue  # voided there: the number is free again
            if there != document.amount:
                raise there_already(document, there)
            return document_id(kind, row)
        made = self._made(kind, self._body(document, home), key)
        there = money(made, "TotalAmt", currency_of(made, home))
        if there != document.amount:
            gone = {"Id": text(made, "Id"), "SyncToken": text(made, "SyncToken")}
            self.wire.post(self._url(kind.lower(), operation="delete"), gone)
            raise other_totals(document, there)
        return document_id(kind, made)

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
        raise strange(f"its rows of {kind} never end")

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

    def _line(self, line: OurLine) -> dict[str, Any]:  # Any: JSON
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
        why = "say which product or service lines are of, as option item=ID"
        raise refused(why, "books_item")

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


def _linked(amount: Decimal, kind: str, there: str) -> dict[str, Any]:  # Any: JSON
    return {"Amount": amount, "LinkedTxn": [{"TxnId": there, "TxnType": kind}]}


def _loss(kind: str, row: Json) -> Iterator[TheirLoss]:
    if kind != "Payment":
        yield TheirLoss(document_id=document_id(kind, row))
        return
    for settlement_id in settlement_ids(text(row, "Id")):
        yield TheirLoss(settlement_id=settlement_id)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def why_refused(told: Json) -> str:
    """Return the reasons of a fault, whose name differs in its first letter by its kind."""
    fault = part(told, "Fault") or part(told, "fault")
    errors = [*rows(fault, "Error"), *rows(fault, "error")]
    said = (text(one, "Detail") or text(one, "detail") or text(one, "Message") for one in errors)
    return "; ".join(reason for reason in said if reason)
