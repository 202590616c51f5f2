"""QuickBooks' rows: invoices, credit memos and payments as the API tells them, put together.

A payment names what it settles; an invoice names its payments, but not how much of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from net30.adapters.books._settled import reconciled
from net30.adapters.books._told import Json, day, moment, money, part, rows, text, unreadable
from net30.domain.open_item import SettlementKind
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.ports.books import Change, TheirCustomer, TheirDocument, TheirSettlement, Unreadable


@dataclass(slots=True)
class Settled:
    """What payments settled, by the invoice or credit memo it was."""

    currency: str
    parts: dict[tuple[str, str], list[TheirSettlement]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def add(self, payment: Json) -> Iterator[Unreadable]:
        """Take in what a payment settles, once; yield why it cannot be taken."""
        payment_id = text(payment, "Id")
        if payment_id in self.seen:
            return
        self.seen.add(payment_id)
        try:
            self._take_in(payment, payment_id)
        except InputError as error:
            number = text(payment, "PaymentRefNum") or f"Payment {payment_id}"
            yield Unreadable(path=number, why=error.message, code=error.code)

    def _take_in(self, payment: Json, payment_id: str) -> None:
        currency, on = currency_of(payment, self.currency), day(payment, "TxnDate")
        linked = list(_linked(payment, currency))
        credit = Money.total(
            (amount for kind, _, amount in linked if kind == "CreditMemo"), currency
        )
        for kind, document_id, amount in linked:
            if kind == "CreditMemo":
                self._put(kind, document_id, ("use", SettlementKind.CREDIT, amount), payment_id, on)
                continue
            used = min(credit, amount)
            credit -= used
            self._put(kind, document_id, ("credit", SettlementKind.CREDIT, used), payment_id, on)
            paid = ("payment", SettlementKind.PAYMENT, amount - used)
            self._put(kind, document_id, paid, payment_id, on)

    def _put(
        self, kind: str, document_id: str, what: tuple[str, SettlementKind, Money],
        payment_id: str, on: Any,  # Any: a day or None
    ) -> None:  # fmt: skip
        name, settles, amount = what
        if amount.minor > 0:
            one = TheirSettlement(id=f"{name}.{payment_id}", kind=settles, amount=amount, day=on)
            self.parts.setdefault((kind, document_id), []).append(one)


def settlement_ids(payment_id: str) -> tuple[str, ...]:
    """Return the ids that a payment's settlements can have."""
    return tuple(f"{name}.{payment_id}" for name in ("payment", "credit", "use"))


def linked_to(row: Json, kind: str) -> set[str]:
    """Return the ids of the rows of a kind that a payment (by its lines) or invoice links to."""
    links = [*rows(row, "LinkedTxn")]
    for line in rows(row, "Line"):
        links.extend(rows(line, "LinkedTxn"))
    return {text(link, "TxnId") for link in links if text(link, "TxnType") == kind}


def read_document(row: Json, kind: str, settled: Settled) -> Iterator[Change]:
    """Yield an invoice or credit memo, or why it cannot be taken."""
    try:
        yield _document(row, kind, settled)
    except InputError as error:
        there = document_id(kind, row)
        number = text(row, "DocNumber") or there
        yield Unreadable(path=number, why=error.message, code=error.code, document_id=there)


def document_id(kind: str, row: Json) -> str:
    """Return the id that a document has in the port: a credit memo's begins with c."""
    return f"{'c' if kind == 'CreditMemo' else ''}{text(row, 'Id')}"


def currency_of(row: Json, usual: str) -> str:
    """Return a row's currency: the company's, where there is only that one."""
    return text(part(row, "CurrencyRef"), "value") or usual


def _document(row: Json, kind: str, settled: Settled) -> TheirDocument:
    row_id, customer = text(row, "Id"), part(row, "CustomerRef")
    currency, issued = currency_of(row, settled.currency), day(row, "TxnDate")
    if issued is None:
        raise unreadable("it has no date", "books_no_date")
    amount = money(row, "TotalAmt", currency)
    tax_told = part(row, "TxnTaxDetail")
    tax = money(tax_told, "TotalTax", currency) if "TotalTax" in tax_told else Money.zero(currency)
    come = amount - money(row, "Balance", currency)
    parts = settled.parts.get((kind, row_id), [])
    return TheirDocument(
        id=document_id(kind, row),
        is_credit_note=kind == "CreditMemo",
        number=text(row, "DocNumber") or f"{kind} {row_id}",
        customer=TheirCustomer(
            id=text(customer, "value"),
            name=text(customer, "name"),
            email=text(part(row, "BillEmail"), "Address"),
        ),
        issue_date=issued,
        due_date=day(row, "DueDate"),
        amount=amount,
        net=amount - tax,
        tax=tax,
        settlements=tuple(reconciled(parts, come, is_credit_note=kind == "CreditMemo")),
        # What is voided keeps its number and becomes nothing.
        is_void=not amount.minor,
        changed_at=moment(part(row, "MetaData"), "LastUpdatedTime"),
    )


def _linked(payment: Json, currency: str) -> Iterator[tuple[str, str, Money]]:
    for line in rows(payment, "Line"):
        for link in rows(line, "LinkedTxn"):
            kind = text(link, "TxnType")
            if kind in ("Invoice", "CreditMemo"):
                yield kind, text(link, "TxnId"), money(line, "Amount", currency)
