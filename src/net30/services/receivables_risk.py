"""Receivables risk: what may be lost, with whom, what hangs on few, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem, Status
from net30.insights.as_of import known_at
from net30.insights.concentration import concentration
from net30.insights.expected_loss import CustomerLoss, ExpectedLoss, expected_loss
from net30.insights.measured import Measure
from net30.kernel.errors import NotFound
from net30.kernel.money import Money
from net30.ledger.segments import read_ledger
from net30.ports.search import PAGE_ROWS_MAX, Query
from net30.recommend.advise import Advice
from net30.services.context import ReadContext
from net30.services.find_invoices import find_invoices
from net30.services.predict_invoice import predict_invoice
from net30.services.score_open_items import score_open_items

CUSTOMERS_SHOWN = 10


class Standing(StrEnum):
    """Where a customer stands with what it may owe."""

    WITHIN = "within_limit"
    OVER = "over_limit"
    NO_LIMIT = "no_limit"
    HELD = "on_hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskyCustomer:
    """A customer by expected loss: what is owed and not yet invoiced, its limit, what to do.

    `uninvoiced` are drafts of today (none for a past day). `advice` is that about the customer's
    largest open invoice, by the rules of recommend/, the most urgent first.
    """

    customer: str
    loss: CustomerLoss
    uninvoiced: Money
    limit: Money | None
    standing: Standing
    about: str
    advice: tuple[Advice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyRisk:
    """The risk of one currency; `hhi` and `top10_share` are its concentration (figures)."""

    currency: str
    loss: ExpectedLoss
    hhi: Measure
    top10_share: Measure
    customers: tuple[RiskyCustomer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivablesRisk:
    """The risk as of a day, by the model named; currencies are never added."""

    as_of: date
    model: str
    note: str
    currencies: tuple[CurrencyRisk, ...]


def receivables_risk(
    ctx: ReadContext, as_of: date | None = None, shown: int = CUSTOMERS_SHOWN
) -> ReceivablesRisk:
    """Return expected loss, concentration, limits and advice at the end of a day (today)."""
    day = as_of or ctx.today
    scored = score_open_items(ctx, day)
    with known_at(read_ledger(ctx.blobs, ctx.organisation, day), day) as known:
        losses, hangs = expected_loss(known, scored), concentration(known)
    drafts = _drafts(ctx) if day == ctx.today else {}
    return ReceivablesRisk(
        as_of=day,
        model=str(scored.model or ""),
        note=scored.reason,
        currencies=tuple(
            CurrencyRisk(
                currency=currency,
                loss=loss,
                hhi=hangs[currency].hhi,
                top10_share=hangs[currency].top10_share,
                customers=tuple(
                    _risky(ctx, one, drafts, advised=day == ctx.today)
                    for one in loss.customers[:shown]
                ),
            )
            for currency, loss in losses.items()
        ),
    )


def _risky(
    ctx: ReadContext, loss: CustomerLoss, drafts: dict[tuple[str, str], Money], *, advised: bool
) -> RiskyCustomer:
    currency = loss.exposure.currency
    uninvoiced = drafts.get((loss.customer_id, currency), Money.zero(currency))
    customer = _customer(ctx, loss.customer_id)
    limit = customer.credit_limit if customer else None
    about = _largest_open(ctx, loss) if advised else ""
    return RiskyCustomer(
        customer=customer.name if customer else loss.customer_id,
        loss=loss,
        uninvoiced=uninvoiced,
        limit=limit,
        standing=standing_of(customer, loss.exposure + uninvoiced),
        about=about,
        advice=predict_invoice(ctx, about, plan=True).advice if about else (),
    )


def standing_of(customer: Customer | None, owed: Money) -> Standing:
    """Return where a customer stands who owes so much, what is not yet invoiced included."""
    if customer and customer.hold:
        return Standing.HELD
    limit = customer.credit_limit if customer else None
    if limit is None or limit.currency != owed.currency:
        return Standing.NO_LIMIT
    return Standing.OVER if owed > limit else Standing.WITHIN


def _customer(ctx: ReadContext, customer_id: str) -> Customer | None:
    try:
        return ctx.tx.load(Customer, customer_id).value
    except NotFound:  # of a ledger whose customers were never taken in
        return None


def _largest_open(ctx: ReadContext, loss: CustomerLoss) -> str:
    """Return the number of the customer's largest open invoice of the currency, if there is one."""
    items = [
        stored.value
        for stored in ctx.tx.find(OpenItem, Key.CUSTOMER, loss.customer_id)
        if stored.value.balance.currency == loss.exposure.currency
        and stored.value.balance.minor > 0
        and stored.value.due_date is not None
    ]
    return max(items, key=lambda item: (item.balance.minor, item.number)).number if items else ""


def _drafts(ctx: ReadContext) -> dict[tuple[str, str], Money]:
    """Return what is drafted and not yet invoiced, by customer and currency."""
    found: dict[tuple[str, str], Money] = {}
    for draft in _all_drafts(ctx):
        due = draft.totals.due
        if draft.is_claim and due.minor > 0:
            key = (draft.customer_id, due.currency)
            found[key] = found.get(key, Money.zero(due.currency)) + due
    return found


def _all_drafts(ctx: ReadContext) -> Iterator[Invoice]:
    query = Query(as_of=ctx.today, statuses=frozenset({Status.DRAFT}), limit=PAGE_ROWS_MAX)
    while True:
        page = find_invoices(ctx, query)
        for hit in page.hits:
            yield ctx.tx.load(Invoice, hit.entry.id).value
        if not page.cursor:
            return
        query = replace(query, cursor=page.cursor)
