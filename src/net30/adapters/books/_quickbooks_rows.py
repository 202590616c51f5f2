"""QuickBooks' rows: invoices, credit memos and payments as the API tells them, put together.

A payment names what it settles; an invoice names its payments, but not how much of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from net30.adapters.books._settled import reconciled
from net30.adapters.books._told import Json, day, money, part, rows, text
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

    def add(self, payment: Json) -> None:
        """Take in what a payment settles; once."""
        payment_id = text(payment, "Id")
        if payment_id in self.seen:
            return
        self.seen.add(payment_id)
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
        yield Unreadable(path=text(row, "DocNumber") or text(row, "Id"), why=error.message)


def currency_of(row: Json, usual: str) -> str:
    """Return a row's currency: the company's, where there is only that one."""
    return text(part(row, "CurrencyRef"), "value") or usual


def _document(row: Json, kind: str, settled: Settled) -> TheirDocument:
    row_id, customer = text(row, "Id"), part(row, "CustomerRef")
    currency, issued = currency_of(row, settled.currency), day(row, "TxnDate")
    if issued is None:
        raise InputError("it has no date", hint="look at it there", code="books_row")
    amount = money(row, "TotalAmt", currency)
    tax_told = part(row, "TxnTaxDetail")
    tax = money(tax_told, "TotalTax", currency) if "TotalTax" in tax_told else Money.zero(currency)
    come = amount - money(row, "Balance", currency)
    parts = settled.parts.get((kind, row_id), [])
    changed = text(part(row, "MetaData"), "LastUpdatedTime")
    return TheirDocument(
        id=f"{'c' if kind == 'CreditMemo' else ''}{row_id}",
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
        changed_at=datetime.fromisoformat(changed) if changed else None,
    )


def _linked(payment: Json, currency: str) -> Iterator[tuple[str, str, Money]]:
    for line in rows(payment, "Line"):
        for link in rows(line, "LinkedTxn"):
            kind = text(link, "TxnType")
            if kind in ("Invoice", "CreditMemo"):
                yield kind, text(link, "TxnId"), money(line, "Amount", currency)
