"""List marks: which invoices are contested, and what customers promised to pay by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from net30.domain.customer import Customer
from net30.domain.dunning import Kept, kept
from net30.domain.open_item import OpenItem
from net30.kernel.money import Money
from net30.ledger import compute
from net30.ledger.schema import Fact
from net30.ledger.segments import read_ledger_with
from net30.services.context import ReadContext


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """A contested invoice: since when, why, until when (null: it still is), what is open of it.

    `id` is the claim's, and which of its disputes.
    """

    id: str
    number: str
    customer_id: str
    customer: str
    opened: date
    closed: date | None
    reason: str
    due_date: date | None
    open: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRow:
    """What a customer promised on a day to pay by another, how that went, what is open now.

    `id` is the claim's, and which of its promises.
    """

    id: str
    number: str
    customer_id: str
    customer: str
    made: date
    day: date
    amount: Money
    state: Kept
    due_date: date | None
    open: Money


def list_disputes(ctx: ReadContext) -> tuple[DisputeRow, ...]:
    """Return every dispute of the books, settled ones too, in no order."""
    return tuple(
        DisputeRow(
            id=f"{item.id}-{at}",
            number=item.number,
            customer_id=item.customer_id,
            customer=name,
            opened=one.opened,
            closed=one.closed,
            reason=one.reason,
            due_date=item.due_date,
            open=item.balance,
        )
        for item, name in _marked(ctx, Fact.DISPUTE_OPENED)
        for at, one in enumerate(item.disputes, 1)
    )


def list_promises(ctx: ReadContext) -> tuple[PromiseRow, ...]:
    """Return every promise to pay of the books, and whether it was kept by today, in no order."""
    return tuple(
        PromiseRow(
            id=f"{item.id}-{at}",
            number=item.number,
            customer_id=item.customer_id,
            customer=name,
            made=one.made,
            day=one.day,
            amount=one.amount,
            state=kept(item, one, ctx.today),
            due_date=item.due_date,
            open=item.balance,
        )
        for item, name in _marked(ctx, Fact.PROMISE)
        for at, one in enumerate(item.promises, 1)
    )


def _marked(ctx: ReadContext, fact: Fact) -> Iterator[tuple[OpenItem, str]]:
    """Yield the claims that the ledger has a kind of mark on, with their customers' names."""
    facts = read_ledger_with(ctx.blobs, ctx.tx)
    kind = compute.coded(facts["fact"])
    chosen = compute.known(compute.within(kind.dictionary, (fact.value,)).take(kind.indices))
    ids = {str(one) for one in facts.filter(chosen)["invoice_id"].to_pylist()}
    items = [stored.value for stored in ctx.tx.load_many(OpenItem, ids).values()]
    customers = ctx.tx.load_many(Customer, {item.customer_id for item in items})
    for item in items:
        yield item, customers[item.customer_id].value.name
