"""Unapplied cash: payments of which something settles nothing yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.payment import Payment
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.context import ReadContext
from net30.services.found import customer_by_name


@dataclass(frozen=True, slots=True)
class UnappliedCash:
    """A payment with something left of it, and whose it is."""

    payment: Payment
    customer: str


def unapplied_cash(ctx: ReadContext, customer: str = "") -> tuple[UnappliedCash, ...]:
    """Return the payments with unapplied cash, of all customers or of the one named, oldest first.

    Raises NotFound or Conflict for a name that means no one customer.
    """
    payments = _of(ctx, customer) if customer else _all(ctx)
    left = sorted((one for one in payments if one.unapplied), key=lambda one: (one.day, one.id))
    return tuple(
        UnappliedCash(one, ctx.tx.load(Customer, one.customer_id).value.name) for one in left
    )


def payment_by_id(ctx: ReadContext, payment_id: str) -> Payment:
    """Return a payment; raise NotFound."""
    return ctx.tx.load(Payment, payment_id).value


def _of(ctx: ReadContext, name: str) -> Iterator[Payment]:
    customer = customer_by_name(ctx, name).value
    for stored in ctx.tx.find(Payment, Key.CUSTOMER, customer.id):
        yield stored.value


def _all(ctx: ReadContext) -> Iterator[Payment]:
    after = ""
    while page := ctx.tx.page(Payment, after=after, limit=PAGE_ROWS_MAX):
        yield from (stored.value for stored in page)
        after = page[-1].value.id
