"""Payment: money received, and which open items it settles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from net30.domain.open_item import OpenItem
from net30.kernel.errors import Conflict, InputError
from net30.kernel.money import Money


class PaymentMethod(StrEnum):
    """How money came."""

    BANK_TRANSFER = "bank_transfer"
    MOBILE_MONEY = "mobile_money"
    CASH = "cash"
    CHEQUE = "cheque"
    CARD = "card"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Allocation:
    """So much of a payment goes to one open item."""

    invoice_id: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money received from a customer on a day; what is not allocated is unapplied cash."""

    id: str
    customer_id: str
    amount: Money
    day: date
    known_on: date
    method: PaymentMethod = PaymentMethod.BANK_TRANSFER
    reference: str = ""
    allocations: tuple[Allocation, ...] = ()
    refunds: tuple[Money, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a payment of nothing."""
        if self.amount.minor <= 0:
            raise InputError(
                f"a payment of {self.amount} is no payment",
                hint="give an amount above zero; a refund is recorded as a refund",
                code="payment_amount",
            )

    @property
    def unapplied(self) -> Money:
        """Return what is neither allocated nor refunded."""
        allocated = Money.total((part.amount for part in self.allocations), self.amount.currency)
        return self.amount - allocated - Money.total(self.refunds, self.amount.currency)

    def allocate(self, allocations: Sequence[Allocation]) -> Payment:
        """Return the payment with more of it allocated.

        Raises InputError for an allocation of nothing or less, Conflict beyond what is left.
        """
        for part in allocations:
            if part.amount.minor <= 0:
                raise InputError(
                    f"{part.amount} is nothing to allocate",
                    hint="give an amount above zero for each invoice",
                    code="allocation_amount",
                )
        after = replace(self, allocations=(*self.allocations, *allocations))
        if after.unapplied.minor < 0:
            raise Conflict(
                f"only {self.unapplied} of the payment is not allocated yet",
                hint="allocate less",
                code="more_than_paid",
            )
        return after

    def refund(self, amount: Money) -> Payment:
        """Return the payment with some unapplied cash given back; raise Conflict beyond it."""
        if amount.minor <= 0 or amount > self.unapplied:
            raise Conflict(
                f"{amount} cannot be refunded: {self.unapplied} of the payment is unapplied",
                hint="refund at most that",
                code="more_than_unapplied",
            )
        return replace(self, refunds=(*self.refunds, amount))


def oldest_first(amount: Money, items: Sequence[OpenItem]) -> tuple[Allocation, ...]:
    """Return the allocations that settle the oldest due claims first, as far as the money goes."""
    left = amount
    result = []
    for item in sorted(items, key=lambda item: (item.due_date or item.issue_date, item.number)):
        part = min(left, item.balance)
        if part.minor > 0:
            result.append(Allocation(item.id, part))
            left -= part
    return tuple(result)
