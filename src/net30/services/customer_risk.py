"""Customer risk: what may be lost with one customer, what it may owe, and what to do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from net30.domain.customer import Customer
from net30.domain.invoice import Invoice
from net30.domain.open_item import Status
from net30.insights.as_of import known_at
from net30.insights.expected_loss import CustomerLoss, expected_loss
from net30.kernel.money import Money
from net30.ledger.segments import read_ledger
from net30.ports.search import PAGE_ROWS_MAX, Query
from net30.services.context import ReadContext
from net30.services.find_invoices import find_invoices
from net30.services.receivables_risk import Standing, standing_of
from net30.services.score_open_items import score_open_items


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRisk:
    """One customer in one currency: its expected loss, drafts not yet invoiced, and its limit."""

    loss: CustomerLoss
    uninvoiced: Money
    limit: Money | None
    standing: Standing

    @property
    def exposure(self) -> Money:
        """Return what is open and what is drafted."""
        return self.loss.exposure + self.uninvoiced


def customer_losses(ctx: ReadContext) -> Mapping[str, tuple[CustomerLoss, ...]]:
    """Return what each customer owes and may not pay, by id; one row a currency.

    All customers take as long as one: keep it until something happens in the books.
    """
    scored = score_open_items(ctx)
    with known_at(read_ledger(ctx.blobs, ctx.organisation, ctx.today), ctx.today) as known:
        losses = expected_loss(known, scored)
    found: dict[str, list[CustomerLoss]] = defaultdict(list)
    for currency in losses.values():
        for one in currency.customers:
            found[one.customer_id].append(one)
    return {customer: tuple(rows) for customer, rows in found.items()}


def customer_risk(
    ctx: ReadContext, customer: Customer, losses: Sequence[CustomerLoss]
) -> tuple[CustomerRisk, ...]:
    """Return the risk of one customer from its losses."""
    drafts = _drafts(ctx, customer)
    found = []
    for loss in losses:
        currency = loss.exposure.currency
        due = [one.totals.due for one in drafts if one.currency == currency]
        uninvoiced = Money.total(due, currency)
        found.append(
            CustomerRisk(
                loss=loss,
                uninvoiced=uninvoiced,
                limit=customer.credit_limit,
                standing=standing_of(customer, loss.exposure + uninvoiced),
            )
        )
    return tuple(found)


def _drafts(ctx: ReadContext, customer: Customer) -> list[Invoice]:
    asked = Query(
        as_of=ctx.today,
        customer_id=customer.id,
        statuses=frozenset({Status.DRAFT}),
        limit=PAGE_ROWS_MAX,
    )
    ids = [hit.entry.id for hit in find_invoices(ctx, asked).hits]
    drafts = [stored.value for stored in ctx.tx.load_many(Invoice, ids).values()]
    return [one for one in drafts if one.is_claim and one.totals.due.minor > 0]
