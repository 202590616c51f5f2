"""The business at a glance: revenue with its collection status, what is open, late and aged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow.compute as pc

from net30.insights.ageing import Ageing, ageing
from net30.insights.as_of import Period, known_at, period_ending
from net30.insights.collection_rate import CollectionRate, collection_rate
from net30.insights.dso import dso
from net30.insights.position import Position, position
from net30.insights.revenue import Revenue, revenue
from net30.ledger.segments import read_ledger
from net30.services.cached import cached
from net30.services.context import ReadContext


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyFigures:
    """The figures of one currency; what has no denominator is None."""

    currency: str
    revenue: Revenue | None
    position: Position | None
    collection_rate: CollectionRate | None
    dso_simple: Decimal | None
    ageing: Ageing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Figures as of a day over a period, currency by currency; currencies are never added."""

    as_of: date
    start: date
    end: date
    currencies: tuple[CurrencyFigures, ...]


def get_statistics(
    ctx: ReadContext,
    *,
    start: date | None = None,
    end: date | None = None,
    as_of: date | None = None,
    customer_id: str = "",
    currency: str = "",
) -> Statistics:
    """Return the figures of a period (the last 90 days), as known at the end of a day (today)."""
    day = as_of or ctx.today
    period = period_ending(day, start, end)
    return cached(
        ctx,
        "statistics",
        (day, period, customer_id, currency),
        lambda: _computed(ctx, day, period, customer_id, currency),
    )


def _computed(
    ctx: ReadContext, day: date, period: Period, customer_id: str, currency: str
) -> Statistics:
    ledger = read_ledger(ctx.blobs, ctx.organisation, day)
    if customer_id:
        ledger = ledger.filter(pc.field("customer_id") == customer_id)
    with known_at(ledger, day) as known:
        revenues = revenue(known, period)
        rates = collection_rate(known, period)
        positions, buckets = position(known), ageing(known)
        days = dso(known, period)
    found = sorted({*revenues, *positions})
    return Statistics(
        as_of=day,
        start=period.start,
        end=period.end,
        currencies=tuple(
            CurrencyFigures(
                currency=code,
                revenue=revenues.get(code),
                position=positions.get(code),
                collection_rate=rates.get(code),
                dso_simple=days[code].simple.value if code in days else None,
                ageing=buckets.get(code),
            )
            for code in found
            if currency in {"", code}
        ),
    )
