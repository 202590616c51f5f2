"""The books of one organisation in Xero: what changed there, and what goes there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from net30.adapters.books._tax import code_of
from net30.adapters.books._told import Json, money, part, rows, strange, text
from net30.adapters.books._wire import Wire, address, other_totals, refused, there_already
from net30.adapters.books._xero_rows import GONE, credit_note_of, invoice_of, read_row
from net30.kernel.errors import NotFound
from net30.kernel.money import Money
from net30.ports.books import (
    BooksCompany,
    Change,
    OurCredit,
    OurCustomer,
    OurDocument,
    OurLine,
    OurPayment,
)

PAGE_ROWS = 400
PAGES_MAX = 10_000
IDS_PER_QUESTION = 40
SALES_ACCOUNT = "200"
"""Sales, in the chart of accounts that Xero begins with."""
DECIMALS = "4"
"""Unit prices with four decimals (unitdp), not two."""
NAME_CHARACTERS_MAX = 255


@dataclass(frozen=True, slots=True)
class XeroBooks:
    """The books of one organisation in Xero."""

    wire: Wire
    api: str
    company_id: str
    options: Mapping[str, str]

    @property
    def deletions_kept(self) -> timedelta | None:
        """Return None: what is voided or deleted stays listed, as such."""
        return None

    def company(self) -> BooksCompany:
        """Return the organisation with its base currency."""
        for row in rows(self.wire.get(f"{self.api}/Organisation"), "Organisations"):
            currency = text(row, "BaseCurrency")
            return BooksCompany(id=self.company_id, name=text(row, "Name"), currency=currency)
        raise strange("it does not tell its organisation")

    def changes(self, since: datetime | None) -> Iterator[Change]:
        """Yield sales invoices and credit notes that changed; drafts are not claims yet."""
        seen = set()
        for row in self._pages("Invoices", since, {"where": 'Type=="ACCREC"'}):
            seen.add(text(row, "InvoiceID"))
            yield from read_row(row, invoice_of)
        for row in self._pages("CreditNotes", since, {"where": 'Type=="ACCRECCREDIT"'}):
            yield from read_row(row, credit_note_of)
        if since:
            # A payment that is taken away need not count as a change of its invoice.
            paid = {
                text(part(row, "Invoice"), "InvoiceID")
                for row in self._pages("Payments", since, {})
            }
            yield from self._invoices(sorted(paid - seen - {""}))

    def customer(self, customer: OurCustomer, key: str) -> str:
        """Return the contact of that name, or a new one."""
        name = customer.name[:NAME_CHARACTERS_MAX]
        where = {"where": f'Name=="{_quoted(name)}"'}
        for row in rows(self.wire.get(address(f"{self.api}/Contacts", where)), "Contacts"):
            if text(row, "ContactStatus") != "ARCHIVED":
                return text(row, "ContactID")
        body = {"Contacts": [{"Name": name, "EmailAddress": customer.email or None}]}
        return self._made("Contacts", body, key, "ContactID")

    def put_document(self, document: OurDocument, key: str) -> str:
        """Return the document of that number, or a new one: drafted, compared, then approved."""
        kind, name = _kind(document)
        for row in self._numbered(document):
            there = _amount_of(row)
            if there != document.amount:
                raise there_already(document, there)
            return text(row, name)
        number = "CreditNoteNumber" if document.is_credit_note else "InvoiceNumber"
        body: dict[str, Any] = {  # Any: JSON
            "Type": "ACCRECCREDIT" if document.is_credit_note else "ACCREC",
            "Status": "DRAFT",
            number: document.number,
            "Contact": {"ContactID": document.customer_id},
            "Date": document.issue_date.isoformat(),
            "DueDate": document.due_date.isoformat() if document.due_date else None,
            "CurrencyCode": document.amount.currency,
            "LineAmountTypes": "Exclusive",
            "Reference": document.reference or None,
            "LineItems": [self._line_item(line) for line in document.lines],
        }
        made = self._posted(f"{kind}?unitdp={DECIMALS}", {kind: [body]}, key, kind)
        there, made_id = _amount_of(made), text(made, name)
        fits = there == document.amount
        then = {name: made_id, "Status": "AUTHORISED" if fits else "DELETED"}
        self._posted(kind, {kind: [then]}, f"{key}-{then['Status'][:4].lower()}", kind)
        if not fits:
            raise other_totals(document, there)
        return made_id

    def put_payment(self, payment: OurPayment, key: str) -> tuple[str, ...]:
        """Return the payments there, one for each invoice."""
        account = self.options.get("payment_account", "")
        if not account:
            why = "say which bank account payments go to, as option payment_account=CODE"
            raise refused(why, "books_account")
        made = []
        for at, (document_id, amount) in enumerate(payment.parts):
            known = self._paid(document_id, payment.reference)
            if known:
                made.append(f"payment.{known}")
                continue
            body = {
                "Invoice": {"InvoiceID": document_id},
                "Account": {"Code": account},
                "Date": payment.day.isoformat(),
                "Amount": amount.amount,
                "Reference": payment.reference,
            }
            found = self._made("Payments", {"Payments": [body]}, f"{key}-{at}", "PaymentID")
            made.append(f"payment.{found}")
        return tuple(made)

    def put_credit(self, credit: OurCredit, key: str) -> tuple[str, ...]:
        """Return the ids of the allocation, on the invoice and on the credit note."""
        made = (f"credit.{credit.credit_note_id}", f"use.{credit.document_id}")
        there = self.wire.get(f"{self.api}/CreditNotes/{credit.credit_note_id}")
        for row in rows(there, "CreditNotes"):
            for use in rows(row, "Allocations"):
                if text(part(use, "Invoice"), "InvoiceID") == credit.document_id:
                    return made
        body = {
            "Amount": credit.amount.amount,
            "Date": credit.day.isoformat(),
            "Invoice": {"InvoiceID": credit.document_id},
        }
        url = f"{self.api}/CreditNotes/{credit.credit_note_id}/Allocations"
        self.wire.post(url, {"Allocations": [body]}, {"Idempotency-Key": key})
        return made

    def _pages(self, name: str, since: datetime | None, query: Mapping[str, str]) -> Iterator[Json]:
        headers = {}
        if since:
            headers["If-Modified-Since"] = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
        for page in range(1, PAGES_MAX):
            # In the order of what never changes: nothing slips from one page to the one before.
            asked = {"order": f"{name[:-1]}ID", "page": str(page), "pageSize": str(PAGE_ROWS)}
            url = address(f"{self.api}/{name}", {**query, **asked})
            found = list(rows(self.wire.get(url, headers), name))
            yield from found
            if len(found) < PAGE_ROWS:
                return
        raise strange(f"its {name} never end")

    def _invoices(self, ids: list[str]) -> Iterator[Change]:
        for start in range(0, len(ids), IDS_PER_QUESTION):
            asked = {"IDs": ",".join(ids[start : start + IDS_PER_QUESTION]), "page": "1"}
            told = self.wire.get(address(f"{self.api}/Invoices", asked))
            for row in rows(told, "Invoices"):
                if text(row, "Type") == "ACCREC":
                    yield from read_row(row, invoice_of)

    def _numbered(self, document: OurDocument) -> Iterator[Json]:
        """Yield what bears a document's number there and was not voided."""
        kind, _ = _kind(document)
        if document.is_credit_note:
            asked = {"where": f'CreditNoteNumber=="{_quoted(document.number)}"'}
        else:
            asked = {"InvoiceNumbers": document.number}
        for row in rows(self.wire.get(address(f"{self.api}/{kind}", asked)), kind):
            if text(row, "Status") not in GONE and text(row, "Type").startswith("ACCREC"):
                yield row

    def _paid(self, document_id: str, reference: str) -> str:
        """Return the payment of an invoice that bears our reference already, if there is one."""
        try:
            told = self.wire.get(f"{self.api}/Invoices/{document_id}")
        except NotFound:
            raise refused("the invoice is not there any more", "books_invoice_gone") from None
        for row in rows(told, "Invoices"):
            for paid in rows(row, "Payments"):
                is_there = text(paid, "Status") != "DELETED"
                if is_there and text(paid, "Reference") == reference:
                    return text(paid, "PaymentID")
        return ""

    def _line_item(self, line: OurLine) -> dict[str, Any]:  # Any: JSON
        return {
            "Description": line.text,
            "Quantity": line.quantity,
            "UnitAmount": line.unit_price,
            "LineAmount": line.net.amount,
            "TaxAmount": line.tax.amount,
            "TaxType": code_of(line.tax_percent, self.options, self._tax_types),
            "AccountCode": self.options.get("sales_account", SALES_ACCOUNT),
        }

    def _tax_types(self) -> Iterator[tuple[str, Decimal]]:
        told = self.wire.get(f"{self.api}/TaxRates")
        for row in rows(told, "TaxRates"):
            rate = row.get("EffectiveRate")
            usable = text(row, "Status") == "ACTIVE" and row.get("CanApplyToRevenue") is True
            if usable and isinstance(rate, Decimal):
                yield text(row, "TaxType"), rate

    def _made(self, name: str, body: object, key: str, id_name: str) -> str:
        return text(self._posted(name, body, key, name), id_name)

    def _posted(self, path: str, body: object, key: str, name: str) -> Json:
        """Return the one thing that was made or changed."""
        told = self.wire.post(f"{self.api}/{path}", body, {"Idempotency-Key": key})
        for row in rows(told, name):
            if row.get("HasErrors") is True or row.get("HasValidationErrors") is True:
                raise refused(_reasons(row) or "it does not say why")
            return row
        raise strange(f"it tells nothing of the {name}")


def _kind(document: OurDocument) -> tuple[str, str]:
    if document.is_credit_note:
        return "CreditNotes", "CreditNoteID"
    return "Invoices", "InvoiceID"


def _amount_of(row: Json) -> Money:
    return money(row, "Total", text(row, "CurrencyCode"))


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def why_refused(told: Json) -> str:
    """Return the reasons of a refusal: each element has its own."""
    reasons = [_reasons(element) for element in rows(told, "Elements")]
    found = "; ".join(reason for reason in reasons if reason)
    return found or _reasons(told) or text(told, "Detail") or text(told, "Message")


def _reasons(row: Json) -> str:
    return "; ".join(text(one, "Message") for one in rows(row, "ValidationErrors"))
