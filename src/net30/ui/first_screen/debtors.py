"""Debtors: who owes most, by currency, and how much of it is overdue."""

from __future__ import annotations

from dataclasses import dataclass

from net30.domain.customer import Customer
from net30.insights.as_of import known_at
from net30.insights.top_customers import By, top_customers
from net30.kernel.errors import NotFound
from net30.kernel.money import Money
from net30.ledger.segments import read_ledger
from net30.services.context import ReadContext

SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """What a customer owes in one currency."""

    customer_id: str
    customer: str
    open: Money
    overdue: Money


def debtors(ctx: ReadContext) -> dict[str, tuple[Debtor, ...]]:
    """Return the greatest debtors by currency, the greatest first."""
    with known_at(read_ledger(ctx.blobs, ctx.organisation, ctx.today), ctx.today) as known:
        owing = top_customers(known, By.OUTSTANDING, limit=SHOWN)
        late = {
            (one.customer_id, currency): one.amount
            for currency, rows in top_customers(known, By.LATE, limit=100).items()
            for one in rows
        }
    return {
        currency: tuple(
            Debtor(
                customer_id=one.customer_id,
                customer=customer_name(ctx, one.customer_id),
                open=one.amount,
                overdue=late.get((one.customer_id, currency), Money.zero(currency)),
            )
            for one in rows
        )
        for currency, rows in owing.items()
    }


def customer_name(ctx: ReadContext, customer_id: str) -> str:
    """Return a customer's name; the id of one that the books do not know."""
    try:
        return ctx.tx.load(Customer, customer_id).value.name
    except NotFound:  # an imported ledger may name customers that the books do not know
        return customer_id
