"""Insights: what lies behind the figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.asked import AsOf, Currency, Day
from net30.api.resource import Resource
from net30.api.visit import Looking
from net30.domain.identity.roles import Permission
from net30.insights.as_of import period_ending
from net30.ledger.segments import read_ledger
from net30.services.business_insights import Insight, Question, insights_of

routes = Resource("insights", "Months, patterns, seasons, customers, churn, cohorts, anomalies.")

HORIZON_DAYS_MAX = 730


@routes.get("/insights/{what}", Permission.FIGURES_READ, gives=dict[str, Any])
def get_insight(
    visit: Looking,
    what: Annotated[Insight, Path(description="Which one.")],
    as_of: AsOf = None,
    start: Annotated[Day | None, Query(alias="from")] = None,
    end: Annotated[Day | None, Query(alias="to")] = None,
    currency: Currency = "",
    horizon: Annotated[int, Query(ge=1, le=HORIZON_DAYS_MAX, description="Churn: days.")] = 90,
) -> Response:
    """Tell one insight, currency by currency, each figure with its reason where there is none."""
    with visit.look() as ctx:
        day: date = as_of or ctx.today
        question = Question(
            as_of=day,
            period=period_ending(day, start, end),
            cost_of_capital=ctx.company.cost_of_capital,
        )
        facts = read_ledger(ctx.blobs, ctx.organisation, day)
        asked = replace(question, currency=currency, horizon=horizon)
        found = insights_of(facts, asked, [what])
    told = {"as_of": found.as_of, "from": found.start, "to": found.end}
    return visit.reply({**told, what.value: found.insights[what]})
