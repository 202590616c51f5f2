"""Xero on this machine, as far as its documentation says: one organisation, strict about requests.

It answers what the adapter may ask and refuses all else with 400, as the real one refuses what it
does not know. Dates are written as Xero does, /Date(ms+0000)/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tests.doubles.books_server import BooksServer, Question, Refusal, serving

TENANT = "6d1c0a1e-0000-4000-8000-000000000001"
NOT_FOUND = {"Type": None, "Title": "Not Found", "Status": 404, "Detail": "not there"}
Row = dict[str, Any]


def net_date(moment: datetime) -> str:
    """A moment as .NET writes it."""
    return f"/Date({int(moment.timestamp() * 1000)}+0000)/"


def net_day(day: date) -> str:
    """A day as .NET writes it."""
    return net_date(datetime.combine(day, time(), UTC))


@dataclass(slots=True)
class XeroServer(BooksServer):
    """An organisation in Xero with contacts, invoices, credit notes and payments."""

    name: str = "Lagune Conseil"
    currency: str = "EUR"
    companies: int = 1
    now: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)
    page_rows_max: int = 1000
    contacts: dict[str, Row] = field(default_factory=dict)
    invoices: dict[str, Row] = field(default_factory=dict)
    credit_notes: dict[str, Row] = field(default_factory=dict)
    payments: dict[str, Row] = field(default_factory=dict)
    keys: dict[str, tuple[bytes, Any]] = field(default_factory=dict)
    tax_off: Decimal = Decimal(0)
    made: int = 0
    token_path = "/connect/token"
    revoke_path = "/connect/revocation"
    consent_path = "/identity/connect/authorize"

    def contact(self, name: str, email: str = "") -> str:
        """A contact that somebody added there."""
        made = self._id("c")
        self.contacts[made] = {
            "ContactID": made, "Name": name, "EmailAddress": email, "ContactStatus": "ACTIVE",
        }  # fmt: skip
        return made

    def invoice(self, number: str, contact: str, total: str, **more: Any) -> str:
        """An invoice that somebody approved there; the due date is 30 days later."""
        made, day = self._id("i"), more.pop("day", date(2026, 9, 1))
        tax = Decimal(more.pop("tax", "0"))
        self.invoices[made] = {
            "Type": "ACCREC", "InvoiceID": made, "InvoiceNumber": number,
            "Contact": self.contacts[contact], "Date": net_day(day),
            "DueDate": net_day(day + timedelta(days=30)),
            "DateString": f"{day}T00:00:00", "Status": "AUTHORISED", "LineAmountTypes": "Exclusive",
            "CurrencyCode": more.pop("currency", self.currency), "SubTotal": Decimal(total) - tax,
            "TotalTax": tax, "Total": Decimal(total), "CreditNotes": [], "Prepayments": [],
            "Overpayments": [], "UpdatedDateUTC": net_date(self.now), **more,
        }  # fmt: skip
        return made

    def credit_note(self, number: str, contact: str, total: str, day: date) -> str:
        """A credit note that somebody approved there."""
        made = self._id("n")
        self.credit_notes[made] = {
            "Type": "ACCRECCREDIT", "CreditNoteID": made, "CreditNoteNumber": number,
            "Contact": self.contacts[contact], "Date": net_day(day), "Status": "AUTHORISED",
            "CurrencyCode": self.currency, "SubTotal": Decimal(total), "TotalTax": Decimal(0),
            "Total": Decimal(total), "Allocations": [], "UpdatedDateUTC": net_date(self.now),
        }  # fmt: skip
        return made

    def pay(self, invoice: str, amount: str, day: date, reference: str = "") -> str:
        """Money that came in there."""
        made = self._id("p")
        self.payments[made] = {
            "PaymentID": made, "Date": net_day(day), "Amount": Decimal(amount),
            "Reference": reference, "Status": "AUTHORISED", "UpdatedDateUTC": net_date(self.now),
            "Invoice": {"InvoiceID": invoice},
        }  # fmt: skip
        return made

    def apply(self, credit_note: str, invoice: str, amount: str, day: date) -> None:
        """A credit note that somebody used there."""
        row, note = self.invoices[invoice], self.credit_notes[credit_note]
        row["CreditNotes"].append(
            {"CreditNoteID": credit_note, "AppliedAmount": Decimal(amount), "Date": net_day(day)}
        )
        note["Allocations"].append(
            {"Amount": Decimal(amount), "Date": net_day(day), "Invoice": {"InvoiceID": invoice}}
        )
        row["UpdatedDateUTC"] = note["UpdatedDateUTC"] = net_date(self.now)

    def take_back(self, payment: str) -> None:
        """A payment that somebody removed there; its invoice does not say that it changed."""
        self.payments[payment] |= {"Status": "DELETED", "UpdatedDateUTC": net_date(self.now)}

    def void(self, invoice: str) -> None:
        """An invoice that somebody voided there."""
        self.invoices[invoice] |= {"Status": "VOIDED", "UpdatedDateUTC": net_date(self.now)}

    def shown(self, invoice: str) -> Row:
        """An invoice as the API tells it."""
        row = self.invoices[invoice]
        paid = [
            {**one, "Invoice": None}
            for one in self.payments.values()
            if one["Invoice"]["InvoiceID"] == invoice and one["Status"] != "DELETED"
        ]
        come = sum((one["Amount"] for one in paid), Decimal(0))
        used = (*row["CreditNotes"], *row["Prepayments"], *row["Overpayments"])
        credited = sum((one["AppliedAmount"] for one in used), Decimal(0))
        left = row["Total"] - come - credited
        over = {"Status": "PAID"} if row["Status"] == "AUTHORISED" and not left else {}
        return {**row, **over, "Payments": paid, "AmountDue": left}

    def answer(self, question: Question) -> Any:
        """Answer as the API does."""
        if question.path == "/connections":
            return [
                {"id": f"x{at}", "tenantId": TENANT if not at else f"other-{at}",
                 "tenantType": "ORGANISATION", "tenantName": self.name if not at else f"Other {at}"}
                for at in range(self.companies)
            ]  # fmt: skip
        if question.headers.get("xero-tenant-id") != TENANT:
            raise Refusal(403, {"Detail": "AuthenticationUnsuccessful"})
        path = question.path.removeprefix("/api.xro/2.0/").split("/")
        if question.method == "POST":
            return self._once(question, path)
        return self._read(question, path)

    def _read(self, question: Question, path: list[str]) -> Any:
        match path:
            case ["Organisation"]:
                return {"Organisations": [{"Name": self.name, "BaseCurrency": self.currency}]}
            case ["TaxRates"]:
                rate = {"Status": "ACTIVE", "CanApplyToRevenue": True}
                return {"TaxRates": [
                    {"TaxType": "OUTPUT", "EffectiveRate": Decimal("20.0000"), **rate},
                    {"TaxType": "INPUT", "EffectiveRate": Decimal(20), "Status": "ACTIVE",
                     "CanApplyToRevenue": False},
                    {"TaxType": "NONE", "EffectiveRate": Decimal(0), **rate},
                    {"TaxType": "ZERORATED", "EffectiveRate": Decimal(0), **rate},
                ]}  # fmt: skip
            case ["Contacts"]:
                name = self._where(question, r'Name=="(.*)"')
                return {"Contacts": [one for one in self.contacts.values() if one["Name"] == name]}
            case ["Invoices"]:
                return {"Invoices": self._page(question, [*map(self.shown, self.invoices)])}
            case ["Invoices", one] if one in self.invoices:
                return {"Invoices": [self.shown(one)]}
            case ["CreditNotes"]:
                return {"CreditNotes": self._page(question, [*map(self._note, self.credit_notes)])}
            case ["CreditNotes", one] if one in self.credit_notes:
                return {"CreditNotes": [self._note(one)]}
            case ["Payments"]:
                return {"Payments": self._page(question, list(self.payments.values()))}
        raise Refusal(404, NOT_FOUND)

    def _note(self, note: str) -> Row:
        row = self.credit_notes[note]
        used = sum((one["Amount"] for one in row["Allocations"]), Decimal(0))
        return {**row, "RemainingCredit": row["Total"] - used, "Payments": []}

    def _where(self, question: Question, pattern: str) -> str:
        match = re.fullmatch(pattern, question.query.get("where", ""))
        if not match:
            raise Refusal(400, {"Type": "QueryParseException", "Message": "No property"})
        return match[1].replace('\\"', '"').replace("\\\\", "\\")

    def _page(self, question: Question, rows: list[Row]) -> list[Row]:
        asked, known = dict(question.query), {"where", "page", "pageSize", "order", "IDs"}
        if set(asked) - known - {"InvoiceNumbers"}:
            raise Refusal(400, {"Message": f"what is {sorted(asked)}?"})
        if "IDs" in asked:
            rows = [one for one in rows if one.get("InvoiceID") in asked["IDs"].split(",")]
        if "InvoiceNumbers" in asked:
            return [one for one in rows if one["InvoiceNumber"] == asked["InvoiceNumbers"]]
        if where := asked.get("where"):
            name, _, value = where.partition("==")
            rows = [one for one in rows if one.get(name) == value.strip('"')]
        if since := question.headers.get("if-modified-since"):
            first = datetime.fromisoformat(since).replace(tzinfo=UTC)
            rows = [one for one in rows if _moment(one["UpdatedDateUTC"]) >= first]
        if "page" not in asked:
            return rows
        size = min(int(asked.get("pageSize", "100")), self.page_rows_max)
        rows = sorted(rows, key=lambda one: str(one.get(asked.get("order", "InvoiceID"))))
        return rows[(int(asked["page"]) - 1) * size :][:size]

    def _once(self, question: Question, path: list[str]) -> Any:
        """Do a change once for its idempotency key, as Xero does."""
        key = question.headers.get("idempotency-key", "")
        if not key or len(key) > 128:
            raise Refusal(400, {"Message": "the key"})
        if key in self.keys:
            content, answer = self.keys[key]
            if content != question.content:
                raise Refusal(400, {"Detail": "Idempotency key already used"})
            return answer
        answer = self._change(question, path)
        self.keys[key] = (question.content, answer)
        return answer

    def _change(self, question: Question, path: list[str]) -> Any:
        match path:
            case ["Contacts"]:
                (one,) = question.json["Contacts"]
                if any(known["Name"] == one["Name"] for known in self.contacts.values()):
                    self._refuse("The contact name is already assigned to another contact.")
                made = self.contact(one["Name"], one.get("EmailAddress", ""))
                return {"Contacts": [self.contacts[made]]}
            case ["Invoices" | "CreditNotes" as kind]:
                (one,) = question.json[kind]
                return {kind: [self._document(kind, one)]}
            case ["Payments"]:
                (one,) = question.json["Payments"]
                row = self.shown(one["Invoice"]["InvoiceID"])
                if one["Amount"] > row["AmountDue"]:
                    self._refuse("Payment amount exceeds the amount outstanding on this document")
                if one["Account"]["Code"] != "090":
                    self._refuse("Account must be valid.")
                day = date.fromisoformat(one["Date"])
                invoice, reference = one["Invoice"]["InvoiceID"], one["Reference"]
                made = self.pay(invoice, str(one["Amount"]), day, reference)
                return {"Payments": [self.payments[made]]}
            case ["CreditNotes", note, "Allocations"]:
                (one,) = question.json["Allocations"]
                day, invoice = date.fromisoformat(one["Date"]), one["Invoice"]["InvoiceID"]
                self.apply(note, invoice, str(one["Amount"]), day)
                return {"Allocations": [one]}
        raise Refusal(404, NOT_FOUND)

    def _document(self, kind: str, asked: Row) -> Row:
        id_name = f"{kind[:-1]}ID"
        rows = self.invoices if kind == "Invoices" else self.credit_notes
        if id_name in asked:
            row = rows[asked[id_name]]
            if (row["Status"], asked["Status"]) not in {
                ("DRAFT", "AUTHORISED"), ("DRAFT", "DELETED"),
            }:  # fmt: skip
                self._refuse("Invoice not of valid status for modification")
            row |= {"Status": asked["Status"], "UpdatedDateUTC": net_date(self.now)}
            return row
        if asked["Status"] != "DRAFT" or asked["LineAmountTypes"] != "Exclusive":
            self._refuse("Status")
        net = tax = Decimal(0)
        for line in asked["LineItems"]:
            if line["AccountCode"] != "200":
                self._refuse("Account code is not valid.")
            if line["TaxType"] not in {"OUTPUT", "NONE", "ZERORATED"}:
                self._refuse("Tax rate must be valid.")
            exact = line["Quantity"] * line["UnitAmount"]
            if abs(exact - line["LineAmount"]) > Decimal("0.01"):
                self._refuse("The line total does not match the expected line total")
            net, tax = net + line["LineAmount"], tax + line["TaxAmount"]
        contact, day = asked["Contact"]["ContactID"], date.fromisoformat(asked["Date"])
        tax += self.tax_off
        if kind == "CreditNotes":
            made = self.credit_note(asked["CreditNoteNumber"], contact, str(net + tax), day)
        else:
            currency, number = asked["CurrencyCode"], asked["InvoiceNumber"]
            made = self.invoice(
                number, contact, str(net + tax), tax=str(tax), day=day, currency=currency
            )
            rows[made]["DueDate"] = net_day(date.fromisoformat(asked["DueDate"]))
        rows[made]["Status"] = "DRAFT"
        rows[made]["LineItems"] = asked["LineItems"]
        return rows[made]

    def _refuse(self, why: str) -> None:
        raise Refusal(400, {
            "ErrorNumber": 10, "Type": "ValidationException",
            "Message": "A validation exception occurred",
            "Elements": [{"ValidationErrors": [{"Message": why}]}],
        })  # fmt: skip

    def _id(self, letter: str) -> str:
        self.made += 1
        return f"{letter}0000000-0000-4000-8000-{self.made:012d}"


def _moment(text: str) -> datetime:
    digits = text.removeprefix("/Date(").split("+")[0]
    return datetime.fromtimestamp(int(digits) / 1000, UTC)


@contextmanager
def xero_server(**more: Any) -> Iterator[XeroServer]:
    """Lend a Xero of its own."""
    behaviour = XeroServer(**more)
    with serving(behaviour):
        yield behaviour
