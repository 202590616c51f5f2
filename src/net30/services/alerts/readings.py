"""Readings: what the rules look at: figures of the last 90 days, promises, pairs, the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from net30.domain.books import ConnectionState
from net30.insights.as_of import Known, Period, known_at, period_ending
from net30.insights.cei import cei
from net30.insights.collection_rate import collection_rate
from net30.insights.concentration import concentration
from net30.insights.duplicate_invoices import duplicate_invoices
from net30.insights.health_score import health_score
from net30.insights.measured import Measure, share
from net30.insights.open_shares import open_shares
from net30.insights.position import position
from net30.insights.top_customers import By, top_customers
from net30.kernel.findings import Severity
from net30.ledger.segments import read_ledger
from net30.services.books.connections import list_connections
from net30.services.check_models import check_model
from net30.services.context import ReadContext
from net30.services.found import customer_called
from net30.services.past_invoices import of_books
from net30.services.published_model import served_model

OWING_MIN = 5
"""With fewer customers that owe anything, concentration says nothing."""

DUPLICATES_DAYS = 30
"""Pairs whose later invoice is older were looked at, or never will be."""

_BROKEN = """
select coalesce(claims.number, marks.invoice_id), marks.invoice_id, marks.currency, count(*)
from marks join claims using (invoice_id)
where fact = 'promise' and promised_on < as_of() and came_in < promised and balance > 0
group by all order by 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a rule is about, and its value on the day."""

    rule: str
    value: Decimal
    currency: str = ""
    subject: str = ""
    subject_name: str = ""


def readings(ctx: ReadContext, day: date) -> tuple[Reading, ...]:
    """Return all readings as known at the end of a day; what has no figure is left out."""
    with known_at(read_ledger(ctx.blobs, ctx.organisation, day), day) as known:
        return (
            *_figures(known, period_ending(day)),
            *_largest(ctx, known),
            *_promises(known),
            *_duplicates(known),
            *_drift(ctx, day),
            *_connections(ctx, day),
        )


def _figures(known: Known, period: Period) -> Iterator[Reading]:
    for currency, rate in collection_rate(known, period).items():
        yield from _reading("collection_rate", Measure(rate.rate), currency)
    for currency, index in cei(known, period).items():
        yield from _reading("cei", index.index, currency)
    for currency, score in health_score(known, period).items():
        yield from _reading("health_score", score.score, currency)
    for currency, shares in open_shares(known).items():
        yield from _reading("pct_overdue", shares.overdue, currency)


def _largest(ctx: ReadContext, known: Known) -> Iterator[Reading]:
    indices, stands = concentration(known), position(known)
    for currency, owing in top_customers(known, By.OUTSTANDING, limit=OWING_MIN).items():
        if len(owing) < OWING_MIN:
            continue
        yield from _reading("hhi", indices[currency].hhi, currency)
        largest = owing[0]
        part = share(largest.amount.minor, stands[currency].outstanding.minor, "")
        name = customer_called(ctx, largest.customer_id)
        yield from _reading("largest_customer", part, currency, largest.customer_id, name)


def _promises(known: Known) -> Iterator[Reading]:
    for number, invoice_id, currency, count in known.rows(_BROKEN):
        yield Reading(
            rule="broken_promise",
            value=Decimal(count),
            currency=currency,
            subject=invoice_id,
            subject_name=number,
        )


def _duplicates(known: Known) -> Iterator[Reading]:
    since = known.as_of - timedelta(days=DUPLICATES_DAYS)
    for currency, pairs in duplicate_invoices(known).items():
        for pair in pairs:
            if pair.issued[1] > since and not pair.both_paid:
                both = zip(pair.numbers, pair.invoice_ids, strict=True)
                names = sorted(number or invoice_id for number, invoice_id in both)
                yield Reading(
                    rule="duplicate_invoice",
                    value=Decimal(1),
                    currency=currency,
                    subject=pair.invoice_ids[1],
                    subject_name=" / ".join(names),
                )


def _drift(ctx: ReadContext, day: date) -> Iterator[Reading]:
    """Yield how many thresholds the organisation's own model is past; the default has none."""
    served = served_model(ctx)
    if served.cold_start is not None:
        return
    first_unknown = day + timedelta(days=1)
    drift = check_model(served.model, of_books(ctx, first_unknown).history, first_unknown)
    alarms = sum(finding.severity is not Severity.NOTE for finding in drift.findings)
    card = served.model.card
    yield Reading(
        rule="model_drift", value=Decimal(alarms), subject=card.name, subject_name=served.name
    )


def _connections(ctx: ReadContext, day: date) -> Iterator[Reading]:
    """Yield the connections that are broken now; of past days nobody knows."""
    if day != ctx.today:
        return
    for connection in list_connections(ctx):
        if connection.state is ConnectionState.BROKEN:
            yield Reading(
                rule="books_connection",
                value=Decimal(1),
                subject=connection.id,
                subject_name=connection.company_name or connection.id,
            )


def _reading(
    rule: str, measure: Measure, currency: str, subject: str = "", subject_name: str = ""
) -> Iterator[Reading]:
    if measure.value is not None:
        yield Reading(
            rule=rule,
            value=measure.value,
            currency=currency,
            subject=subject,
            subject_name=subject_name,
        )
