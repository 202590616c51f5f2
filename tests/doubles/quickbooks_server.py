"""QuickBooks Online on this machine, as far as its documentation says: one company, strict.

Queries are read with a small grammar; what it does not know is a fault of type ValidationFault, as
the real one answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.doubles.books_server import BooksServer, Question, Refusal, serving

REALM = "9130357766900456"
Row = dict[str, Any]
_QUERY = re.compile(
    r"select \* from (?P<kind>\w+)(?: where (?P<where>.+?))? orderby Id"
    r" startposition (?P<start>\d+) maxresults (?P<rows>\d+)"
)
_CONDITION = re.compile(
    r"(?P<name>[\w.]+) (?P<op>=|>=|in) (?P<value>'(?:[^'\\]|\\.)*'|true|\((?:'\w+'(?:, )?)+\))"
)
KINDS = ("Customer", "Invoice", "CreditMemo", "Payment", "Item", "TaxRate", "TaxCode")


@dataclass(slots=True)
class QuickBooksServer(BooksServer):
    """A company in QuickBooks Online with customers, invoices, credit memos and payments."""

    name: str = "Lagune Conseil"
    currency: str = "EUR"
    now: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)
    page_rows_max: int = 1000
    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    deleted: list[tuple[str, str, datetime]] = field(default_factory=list)
    requests: dict[str, Any] = field(default_factory=dict)
    tax_off: Decimal = Decimal(0)
    made: int = 100
    token_path = "/oauth2/v1/tokens/bearer"
    revoke_path = "/v2/oauth2/tokens/revoke"
    consent_path = "/connect/oauth2"

    def __post_init__(self) -> None:
        """A new company has one service and the tax codes of its country."""
        self.rows["Item"]["1"] = {"Id": "1", "Name": "Services", "Type": "Service", "Active": True}
        self.rows["TaxRate"]["3"] = {"Id": "3", "RateValue": Decimal(20), "Active": True}
        details = {"TaxRateDetail": [{"TaxRateRef": {"value": "3"}}]}
        code = {"Id": "6", "Name": "20.0% S", "Active": True, "SalesTaxRateList": details}
        self.rows["TaxCode"]["6"] = code

    def told_back(self) -> dict[str, str]:
        """The browser brings the company's id back."""
        return {"realmId": REALM}

    def unauthorised(self) -> Any:
        """What it says to a token that has ended."""
        error = {
            "Message": "message=AuthenticationFailed",
            "Detail": "Token expired",
            "code": "3200",
        }
        return {"Fault": {"Error": [error], "type": "AUTHENTICATION"}}

    def contact(self, name: str, email: str = "") -> str:
        """A customer that somebody added there."""
        return self._add("Customer", {
            "DisplayName": name, "PrimaryEmailAddr": {"Address": email}, "Active": True,
        })  # fmt: skip

    def invoice(self, number: str, customer: str, total: str, **more: Any) -> str:
        """An invoice that somebody made there; the due date is 30 days later."""
        day = more.pop("day", date(2026, 9, 1))
        return self._add("Invoice", self._document(number, customer, total, day, more) | {
            "DueDate": str(day + timedelta(days=30)),
        })  # fmt: skip

    def credit_note(self, number: str, customer: str, total: str, day: date) -> str:
        """A credit memo that somebody made there."""
        return self._add("CreditMemo", self._document(number, customer, total, day, {}))

    def pay(self, invoice: str, amount: str, day: date, reference: str = "") -> str:
        """Money that came in there."""
        return self._paid([("Invoice", invoice, Decimal(amount))], Decimal(amount), day, reference)

    def apply(self, credit_note: str, invoice: str, amount: str, day: date) -> None:
        """A credit memo that somebody used there: a payment of nothing joins the two."""
        part = Decimal(amount)
        links = [("Invoice", invoice, part), ("CreditMemo", credit_note, part)]
        self._paid(links, Decimal(0), day, "")

    def take_back(self, payment: str) -> None:
        """A payment that somebody deleted there."""
        links = self._links(self.rows["Payment"].pop(payment))
        self.deleted.append(("Payment", payment, self.now))
        for kind, one, _ in links:
            self._touch(self.rows[kind][one])

    def void(self, invoice: str) -> None:
        """An invoice that somebody voided there."""
        row = self.rows["Invoice"][invoice]
        row |= {"TotalAmt": Decimal(0), "PrivateNote": "Voided", "TxnTaxDetail": {}}
        self._touch(row)

    def delete(self, invoice: str) -> None:
        """An invoice that somebody deleted there."""
        del self.rows["Invoice"][invoice]
        self.deleted.append(("Invoice", invoice, self.now))

    def shown(self, invoice: str) -> Row:
        """An invoice as the API tells it."""
        return self._shown("Invoice", self.rows["Invoice"][invoice])

    def answer(self, question: Question) -> Any:
        """Answer as the API does."""
        base = f"/v3/company/{REALM}/"
        if not question.path.startswith(base) or question.query.get("minorversion") != "75":
            raise self._fault("Unsupported Operation", "500")
        path = question.path.removeprefix(base)
        if question.method == "POST":
            return self._once(question, path)
        if path == f"companyinfo/{REALM}":
            return {"CompanyInfo": {"CompanyName": self.name}}
        if path == "preferences":
            home = {"HomeCurrency": {"value": self.currency}, "MultiCurrencyEnabled": True}
            return {"Preferences": {"CurrencyPrefs": home}}
        if path == "query":
            return {"QueryResponse": self._query(question.query["query"])}
        if path == "cdc":
            return self._changed(question.query)
        raise self._fault("not there", "610")

    def _query(self, query: str) -> Row:
        asked = _QUERY.fullmatch(query)
        if not asked or asked["kind"] not in self.rows:
            raise self._fault(f"QueryParserError: {query}", "4000")
        rows = [self._shown(asked["kind"], row) for row in self.rows[asked["kind"]].values()]
        for condition in (asked["where"] or "").split(" and ") if asked["where"] else ():
            rows = self._fitting(rows, condition)
        rows.sort(key=lambda row: str(row["Id"]))
        start = int(asked["start"]) - 1
        page = rows[start : start + min(int(asked["rows"]), self.page_rows_max)]
        return {asked["kind"]: page, "startPosition": start + 1} if page else {}

    def _fitting(self, rows: list[Row], condition: str) -> list[Row]:
        asked = _CONDITION.fullmatch(condition)
        if not asked:
            raise self._fault(f"QueryParserError: {condition}", "4000")
        name, value = asked["name"], asked["value"]
        if asked["op"] == ">=":
            first = datetime.fromisoformat(value.strip("'"))
            return [row for row in rows if self._at(row) >= first]
        if asked["op"] == "in":
            wanted = set(re.findall(r"'(\w+)'", value))
            return [row for row in rows if row[name] in wanted]
        if value == "true":
            return [row for row in rows if row.get(name) is True]
        plain = value[1:-1].replace("\\'", "'").replace("\\\\", "\\")
        return [row for row in rows if row.get(name) == plain]

    def _changed(self, query: dict[str, str]) -> Any:
        since = datetime.fromisoformat(query["changedSince"])
        if self.now - since > timedelta(days=30):
            raise self._fault("changedSince is more than 30 days back", "2010")
        groups = [
            {kind: [{"Id": one, "status": "Deleted"} for name, one, at in self.deleted
                    if name == kind and at >= since]}
            for kind in query["entities"].split(",")
        ]  # fmt: skip
        return {"CDCResponse": [{"QueryResponse": groups}]}

    def _once(self, question: Question, path: str) -> Any:
        key = question.query.get("requestid", "")
        if question.query.get("operation") == "delete":
            kind = {"invoice": "Invoice", "creditmemo": "CreditMemo"}[path]
            row = self.rows[kind].pop(question.json["Id"])
            assert row["SyncToken"] == question.json["SyncToken"]
            return {kind: {"Id": row["Id"], "status": "Deleted"}}
        if not 0 < len(key) <= 50:
            raise self._fault("requestid", "2010")
        if key not in self.requests:
            self.requests[key] = self._make(path, question.json)
        return self.requests[key]

    def _make(self, path: str, asked: Row) -> Any:
        match path:
            case "customer":
                names = {row["DisplayName"] for row in self.rows["Customer"].values()}
                if asked["DisplayName"] in names:
                    raise self._fault("The name supplied already exists.", "6240")
                made = self._add("Customer", {**asked, "Active": True})
                return {"Customer": self.rows["Customer"][made]}
            case "invoice" | "creditmemo":
                kind = "Invoice" if path == "invoice" else "CreditMemo"
                made = self._add(kind, self._priced(asked))
                return {kind: self._shown(kind, self.rows[kind][made])}
            case "payment":
                links = self._links(asked)
                for kind, one, amount in links:
                    if amount > self._shown(kind, self.rows[kind][one])["Balance"]:
                        raise self._fault("Amount applied exceeds the open balance", "6070")
                day, number = date.fromisoformat(asked["TxnDate"]), asked["PaymentRefNum"]
                made = self._paid(links, asked["TotalAmt"], day, number)
                return {"Payment": self.rows["Payment"][made]}
        raise self._fault("not there", "610")

    def _priced(self, asked: Row) -> Row:
        net = Decimal(0)
        for line in asked["Line"]:
            detail = line["SalesItemLineDetail"]
            if detail["ItemRef"]["value"] not in self.rows["Item"]:
                raise self._fault("Invalid Reference Id : Item", "2500")
            if abs(detail["Qty"] * detail["UnitPrice"] - line["Amount"]) > Decimal("0.005"):
                raise self._fault("Amount is not equal to UnitPrice * Qty", "6070")
            if asked.get("TxnTaxDetail") and "TaxCodeRef" not in detail:
                raise self._fault("A line has no tax code", "6000")
            net += line["Amount"]
        tax = asked.get("TxnTaxDetail", {}).get("TotalTax", Decimal(0)) + self.tax_off
        currency = asked.get("CurrencyRef", {"value": self.currency})
        return {**asked, "CurrencyRef": currency, "TotalAmt": net + tax,
                "TxnTaxDetail": {"TotalTax": tax}}  # fmt: skip

    def _document(self, number: str, customer: str, total: str, day: date, more: Row) -> Row:
        known = self.rows["Customer"][customer]
        return {
            "DocNumber": number, "TxnDate": str(day), "TotalAmt": Decimal(total),
            "CustomerRef": {"value": customer, "name": known["DisplayName"]},
            "BillEmail": known["PrimaryEmailAddr"],
            "CurrencyRef": {"value": more.pop("currency", self.currency)},
            "TxnTaxDetail": {"TotalTax": Decimal(more.pop("tax", "0"))}, **more,
        }  # fmt: skip

    def _paid(
        self, links: list[tuple[str, str, Decimal]], total: Decimal, day: date, reference: str
    ) -> str:
        lines = [
            {"Amount": amount, "LinkedTxn": [{"TxnId": one, "TxnType": kind}]}
            for kind, one, amount in links
        ]
        for kind, one, _ in links:
            self._touch(self.rows[kind][one])
        return self._add("Payment", {
            "TotalAmt": total, "TxnDate": str(day), "Line": lines, "PaymentRefNum": reference,
            "CurrencyRef": {"value": self.currency},
        })  # fmt: skip

    def _links(self, payment: Row) -> list[tuple[str, str, Decimal]]:
        return [
            (line["LinkedTxn"][0]["TxnType"], line["LinkedTxn"][0]["TxnId"], line["Amount"])
            for line in payment["Line"]
        ]

    def _shown(self, kind: str, row: Row) -> Row:
        """A row with what follows from the payments: its balance, and which they are."""
        if kind not in ("Invoice", "CreditMemo"):
            return row
        balance, linked = row["TotalAmt"], []
        for payment in self.rows["Payment"].values():
            for link_kind, one, amount in self._links(payment):
                if (link_kind, one) == (kind, row["Id"]):
                    balance -= amount
                    linked.append({"TxnId": payment["Id"], "TxnType": "Payment"})
        return {**row, "Balance": balance, "LinkedTxn": linked}

    def _add(self, kind: str, row: Row) -> str:
        self.made += 1
        made = str(self.made)
        self.rows[kind][made] = {**row, "Id": made, "SyncToken": "0"}
        self._touch(self.rows[kind][made])
        return made

    def _touch(self, row: Row) -> None:
        row["MetaData"] = {"LastUpdatedTime": self.now.isoformat()}

    def _at(self, row: Row) -> datetime:
        return datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"])

    def _fault(self, why: str, code: str) -> Refusal:
        error = {"Message": why, "Detail": why, "code": code}
        return Refusal(400, {"Fault": {"Error": [error], "type": "ValidationFault"}})


@contextmanager
def quickbooks_server(**more: Any) -> Iterator[QuickBooksServer]:
    """Lend a QuickBooks Online of its own."""
    behaviour = QuickBooksServer(**more)
    with serving(behaviour):
        yield behaviour
