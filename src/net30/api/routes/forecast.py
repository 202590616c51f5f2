"""Forecast: cash and revenue to come, week by week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from net30.api.asked import AsOf
from net30.api.resource import Resource
from net30.api.visit import Looking
from net30.domain.identity.roles import Permission
from net30.insights.expected_cash import ExpectedCash
from net30.insights.revenue_projection import RevenueOfSpan
from net30.kernel.money import Money
from net30.scoring.shared import Shared
from net30.services.forecast_cash import USUAL, Reach, forecast_cash

routes = Resource("forecast", "Cash and revenue to come: P10, P50 and P90 by week.")

DAYS_MAX, WEEKS_MAX, SPANS_MAX = 366, 53, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CashForecast:
    """Expected cash and revenue by currency, which model told it, and what no week holds."""

    as_of: date
    model: str
    expected_cash: tuple[ExpectedCash, ...]
    revenue: Mapping[str, tuple[RevenueOfSpan, ...]]
    shared: Shared
    unscored: tuple[Money, ...]


@routes.get("/forecast", Permission.FIGURES_READ, gives=CashForecast)
def get_forecast(
    visit: Looking,
    as_of: AsOf = None,
    weeks: Annotated[int, Query(ge=1, le=WEEKS_MAX, description="So many ISO weeks.")] = 13,
    days: Annotated[
        list[Annotated[int, Query(ge=1, le=DAYS_MAX)]] | None,
        Query(description="The next so many days: 30 and 90.", max_length=SPANS_MAX),
    ] = None,
) -> Response:
    """Tell what will come in and be invoiced, from open invoices, schedules and new business."""
    reach = Reach(weeks=weeks, days=tuple(days)) if days else Reach(weeks=weeks)
    usual = not set(reach.days) - set(USUAL.days) and weeks == USUAL.weeks
    with visit.look() as ctx:
        found = forecast_cash(ctx, as_of, USUAL if usual else reach)
    shown = CashForecast(
        as_of=found.as_of,
        model=str(found.model or ""),
        expected_cash=found.cash,
        revenue=found.revenue,
        shared=found.shared,
        unscored=found.unscored,
    )
    return visit.reply(shown)
