"""Forecast the cash that will come in over the next days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result, Shown, Word
from net30.assistant.predictions import served_by
from net30.domain.identity.roles import Permission
from net30.services.context import ReadContext

if TYPE_CHECKING:  # only its shape: whoever asks for no forecast loads no numpy
    from net30.insights.expected_cash import CashOfSpan, ExpectedCash
    from net30.services.kept_forecasts import Forecast

ACCESS = Access.READ
NEEDS = (Permission.FIGURES_READ,)

WEEK = 7
WEEKS_SHOWN = 13
CURRENCIES_BY_WEEK = 3
"""Of so many currencies the weeks are shown; an export has those of all."""


class Args(Arguments):
    """Over how many days."""

    horizon_days: int = Field(default=30, ge=1, le=3650, description="How many days ahead.")


def run(ctx: ReadContext, args: Args) -> Result:
    """Return what comes in within the horizon, by currency and by week, and by which model.

    Raises InputError for a horizon that is too far.
    """
    from net30.services.forecast_cash import USUAL, Reach, forecast_cash  # noqa: PLC0415 (numpy)

    days = args.horizon_days
    weeks = min(WEEKS_SHOWN, max(1, days // WEEK))
    # Today's usual forecast is kept, so it is the same and at once when it is asked again.
    reach = USUAL if days in USUAL.days else Reach(weeks=weeks, days=(days,))
    found = forecast_cash(ctx, reach=reach)
    if not found.cash:
        return Result("forecast_none", {"as_of": found.as_of})
    own = ctx.company.currency
    cash = sorted(found.cash, key=lambda one: (one.currency != own, one.currency))
    return Result(
        "forecast",
        {"days": days, "end": found.as_of + timedelta(days=days)},
        tuple((one.currency, *_band(_whole(one, days))) for one in cash),
        parts=(*_weeks(cash, days), *_notes(found), served_by(ctx)),
    )


def _whole(cash: ExpectedCash, days: int) -> CashOfSpan:
    last = cash.as_of + timedelta(days=days)
    return next(span for span in cash.spans if span.last == last)


def _band(span: CashOfSpan) -> tuple[Shown, ...]:
    return span.total.p10, span.total.p50, span.total.p90


def _weeks(cash: list[ExpectedCash], days: int) -> Iterator[Result]:
    """Yield a table a currency: the weeks that end within the horizon, this one's rest first."""
    for one in cash[:CURRENCIES_BY_WEEK]:
        last = one.as_of + timedelta(days=days)
        spans = [one.rest, *one.weeks] if one.rest else one.weeks
        rows = [(span.first, *_band(span)) for span in spans if span.last <= last]
        if rows:
            values = {"currency": one.currency}
            yield Result("forecast_weeks", values, tuple(rows[:WEEKS_SHOWN]))
    others = [one.currency for one in cash[CURRENCIES_BY_WEEK:]]
    if others:
        yield Result("forecast_more", {"currencies": ", ".join(others)})


def _notes(found: Forecast) -> Iterator[Result]:
    yield Result("forecast_bands")
    left_out = tuple(
        (one.currency, Word("left_out", part)) for one in found.cash for part in one.left_out
    )
    if left_out:
        yield Result("forecast_left_out", rows=left_out)
    if found.unscored:
        yield Result("undated", {"amounts": found.unscored})
