"""Foreseen figures: what the figures of a day take from scores and forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

import pyarrow as pa

from net30.insights.expected_cash import CashOfSpan, ExpectedCash
from net30.insights.health_score import TREND_DAYS, ForecastErrors
from net30.ledger.history_facts import history_of_facts
from net30.services.cold_start import of_history
from net30.services.company_figures import Foreseen, Value
from net30.services.context import ReadContext
from net30.services.forecast_cash import forecast_cash, forecast_scored
from net30.services.forecast_sources import Known
from net30.services.judge_forecasts import cash_forecast_error
from net30.services.score_open_items import score_ledger, score_open_items


def foreseen_figures(ctx: ReadContext, as_of: date | None = None) -> Foreseen:
    """Return the expected days late, the expected cash and the forecast's error of the books.

    Today's are read where they were kept (kept_scores.py, kept_forecasts.py). Of a day to come
    nothing is foreseen: what will be known then is not known.
    """
    day = as_of or ctx.today
    if day > ctx.today:
        return Foreseen()
    scores = score_open_items(ctx, day)
    forecast = forecast_cash(ctx, day)
    return Foreseen(
        late_days=scores.table if scores.model else None,
        expected_cash={one.currency: expected_cash_value(one) for one in forecast.cash},
        left_out={one.currency: one.left_out for one in forecast.cash},
        errors=ForecastErrors(
            now=_errors(ctx, day), before=_errors(ctx, day - timedelta(days=TREND_DAYS))
        ),
    )


def foreseen_of_ledger(facts: pa.Table, as_of: date) -> Foreseen:
    """Return the same of a ledger (ledger/schema.py), by the model that comes with net30."""
    history = history_of_facts(facts, as_of)
    model, _ = of_history(history, as_of + timedelta(days=1))
    scores = score_ledger(facts, model, as_of, history)
    cash = forecast_scored(Known(scores=scores, history=history)).cash
    return Foreseen(
        late_days=scores.table,
        expected_cash={one.currency: expected_cash_value(one) for one in cash},
        left_out={one.currency: one.left_out for one in cash},
    )


def expected_cash_value(cash: ExpectedCash) -> Mapping[str, Value]:
    """Return the weeks of a forecast by name, each P10, P50 and P90."""
    return {span.name: _quantiles(span) for span in cash.weeks}


def _quantiles(span: CashOfSpan) -> Mapping[str, Value]:
    total = span.total
    return {"p10": total.p10, "p50": total.p50, "p90": total.p90}


def _errors(ctx: ReadContext, day: date) -> dict[str, Fraction]:
    judged = cash_forecast_error(ctx, day)
    return {
        currency: Fraction(one.wape["net30"]).limit_denominator(10_000)
        for currency, one in judged.items()
        if one.wape is not None
    }
