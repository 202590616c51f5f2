"""Payment: money received, and which open items it settles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from net30.domain.open_item import OpenItem, SettlementKind
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


@dataclass(frozen=True, slots=True)
class TakenBack:
    """So much that had been settled on a day by a payment is open again, as the money is gone."""

    invoice_id: str
    kind: SettlementKind
    amount: Money
    settled_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReturn:
    """The bank gave the money back on a day: a cheque bounced, a direct debit was returned.

    `allocations` are what the payment had settled until then.
    """

    day: date
    known_on: date
    reason: str = ""
    allocations: tuple[Allocation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money received from a customer on a day; what is not allocated is unapplied cash.

    A payment that was `returned` settles nothing, and nothing of it is left.
    """

    id: str
    customer_id: str
    amount: Money
    day: date
    known_on: date
    method: PaymentMethod = PaymentMethod.BANK_TRANSFER
    reference: str = ""
    allocations: tuple[Allocation, ...] = ()
    refunds: tuple[Money, ...] = ()
    returned: BankReturn | None = None

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
        """Return what is neither allocated nor refunded; nothing of a returned payment."""
        if self.returned:
            return Money.zero(self.amount.currency)
        allocated = Money.total((part.amount for part in self.allocations), self.amount.currency)
        return self.amount - allocated - Money.total(self.refunds, self.amount.currency)

    def allocate(self, allocations: Sequence[Allocation]) -> Payment:
        """Return the payment with more of it allocated.

        Raises InputError for an allocation of nothing or less, Conflict beyond what is left or
        when the money was returned.
        """
        self._check_kept()
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
        self._check_kept()
        if amount.minor <= 0 or amount > self.unapplied:
            raise Conflict(
                f"{amount} cannot be refunded: {self.unapplied} of the payment is unapplied",
                hint="refund at most that",
                code="more_than_unapplied",
            )
        return replace(self, refunds=(*self.refunds, amount))

    def give_back(self, day: date, known_on: date, reason: str = "") -> Payment:
        """Return the payment after the bank gave all of it back on a day, known since another.

        Raises Conflict when it was returned already or partly refunded, InputError for a day
        before it came or in the future.
        """
        self._check_kept()
        if self.refunds:
            refunded = Money.total(self.refunds, self.amount.currency)
            raise Conflict(
                f"{refunded} of the payment was refunded: it cannot be returned whole",
                hint="ask the customer for what was refunded with an invoice of its own",
                code="payment_refunded",
            )
        if not self.day <= day <= known_on:
            past = day < self.day
            raise InputError(
                f"{day} is before {self.day}, when the money came"
                if past
                else f"{day} is in the future",
                hint="give the day on which the bank took the money back",
                code="return_before_payment" if past else "future_return",
            )
        gone = BankReturn(day=day, known_on=known_on, reason=reason, allocations=self.allocations)
        return replace(self, allocations=(), returned=gone)

    def _check_kept(self) -> None:
        if self.returned:
            raise Conflict(
                f"the payment was returned on {self.returned.day}",
                hint="nothing is left of it; record what came instead as a new payment",
                code="payment_returned",
            )


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
