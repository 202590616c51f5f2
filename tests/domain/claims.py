"""Claims and payments for tests, told in a line each."""

from __future__ import annotations

from datetime import date

from net30.domain.open_item import OpenItem, Settlement, SettlementKind
from net30.domain.payment import Payment
from net30.kernel.money import Money

DAY = date(2026, 12, 1)


def xof(amount: int) -> Money:
    """Francs."""
    return Money(amount, "XOF")


def claim(amount: int = 1000, due: date | None = DAY, identity: str = "i1") -> OpenItem:
    """An invoice's claim on Acme, or a credit note's when the amount is negative."""
    return OpenItem(
        id=identity,
        number=identity.upper(),
        type_code="380" if amount >= 0 else "381",
        customer_id="acme",
        amount=xof(amount),
        issue_date=date(2026, 11, 1),
        due_date=due,
    )


def settled(
    item: OpenItem, amount: int, kind: SettlementKind = SettlementKind.PAYMENT, by: str = "p1"
) -> OpenItem:
    """The item with so much of it settled."""
    return item.settle(
        Settlement(kind=kind, amount=xof(amount), day=DAY, known_on=DAY, source_id=by)
    )


def payment(amount: int = 1000, day: date = DAY) -> Payment:
    """Money from Acme."""
    return Payment(id="p1", customer_id="acme", amount=xof(amount), day=day, known_on=day)
