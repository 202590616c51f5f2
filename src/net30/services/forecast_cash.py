"""Forecast cash and revenue, currency by currency, and keep what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from net30.insights.expected_cash import SPANS, WEEKS, Calendar, expected_cash
from net30.insights.revenue_projection import revenue_projection
from net30.kernel.errors import InputError
from net30.ledger import compute
from net30.ledger.histories import HistoryFile
from net30.ledger.history_facts import history_of_facts
from net30.scoring.model import Model, load_model
from net30.scoring.registry import model_folder
from net30.services.books_known import history_at
from net30.services.cold_start import of_history
from net30.services.coming_schedules import coming_invoices, issued_by_schedules
from net30.services.context import ReadContext
from net30.services.forecast_sources import Known
from net30.services.kept_forecasts import Forecast, keep_forecast, kept_forecast
from net30.services.ledger_of_file import ledger_of_file
from net30.services.score_open_items import score_ledger, score_open_items

WEEKS_MAX, DAYS_MAX = 26, 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far to look: so many whole ISO weeks, and the next so many days."""

    weeks: int = WEEKS
    days: tuple[int, ...] = SPANS

    def __post_init__(self) -> None:
        """Raise InputError for what is too far, or nothing."""
        if not 1 <= self.weeks <= WEEKS_MAX:
            raise InputError(
                f"{self.weeks} weeks are not between 1 and {WEEKS_MAX}",
                hint=f"ask for 1 to {WEEKS_MAX} weeks",
                code="forecast_weeks",
            )
        if not self.days or not all(1 <= one <= DAYS_MAX for one in self.days):
            raise InputError(
                f"{', '.join(map(str, self.days)) or 'no'} days are not between 1 and {DAYS_MAX}",
                hint=f"ask for 1 to {DAYS_MAX} days",
                code="forecast_days",
                values={"days": ", ".join(map(str, self.days)), "most": DAYS_MAX},
            )


USUAL = Reach()


def forecast_cash(ctx: ReadContext, as_of: date | None = None, reach: Reach = USUAL) -> Forecast:
    """Return what will come in after the end of a day (today), and what will be invoiced.

    By the model that is served, or for a past day by one that knew nothing of later. Today's usual
    forecast is kept for ever; asked again it is read, until something happens in the books. Raises
    InputError for a day to come or a damaged model.
    """
    day = as_of or ctx.today
    if day > ctx.today:
        raise InputError(
            f"what will be known on {day} is not known yet",
            hint="forecast as of today or of a day before",
            code="future_day",
        )
    usual = reach == USUAL and day == ctx.today
    scores = score_open_items(ctx, day)
    if usual and (kept := kept_forecast(ctx, scores.model)):
        return kept
    # What schedules will issue is known of today only: how they once were is not kept.
    scheduled = coming_invoices(ctx, day, _last(day, reach)) if day == ctx.today else ()
    found = forecast_scored(
        Known(
            scores=scores,
            history=history_at(ctx, day),
            scheduled=scheduled,
            by_schedules=issued_by_schedules(ctx) if scheduled else frozenset(),
        ),
        reach,
    )
    if usual and found.cash:
        keep_forecast(ctx, found)
    return found


def forecast_ledger(
    facts: pa.Table, model: Model | None, as_of: date, reach: Reach = USUAL
) -> Forecast:
    """Return the forecast of a ledger (ledger/schema.py) as known at the end of a day."""
    history = history_of_facts(facts, as_of)
    scores = score_ledger(facts, model, as_of, history)
    return forecast_scored(Known(scores=scores, history=history), reach)


def forecast_file(
    file: HistoryFile, model: Path | None, as_of: date | None, reach: Reach = USUAL
) -> Forecast:
    """Return the forecast of a file's invoices, by a model's folder or the one we bring.

    `as_of` is the last day of the file without. Raises InputError for an unusable file or model.
    """
    facts = ledger_of_file(file).facts
    day = as_of or compute.latest(facts["day"])
    assert day is not None
    if model is not None:
        return forecast_ledger(facts, load_model(model_folder(model)), day, reach)
    served, _ = of_history(history_of_facts(facts, day), day + timedelta(days=1))
    return forecast_ledger(facts, served, day, reach)


def forecast_scored(known: Known, reach: Reach = USUAL) -> Forecast:
    """Return the forecast that follows from scores, a history and schedules."""
    scores, day = known.scores, known.scores.as_of
    ends = Calendar(day, reach.weeks, reach.days).ends
    cash, revenue = [], {}
    for currency in known.currencies:
        sources = known.sources(currency, ends)
        cash.append(expected_cash(sources, weeks=reach.weeks, spans=reach.days))
        mine = known.scheduled_in(currency)
        revenue[currency] = revenue_projection(sources.new, mine, currency, day, reach.days)
    return Forecast(
        as_of=day,
        model=scores.model,
        shared=scores.shared,
        cash=tuple(cash),
        revenue=revenue,
        unscored=scores.unscored,
    )


def _last(day: date, reach: Reach) -> date:
    return max(last for _, _, last in Calendar(day, reach.weeks, reach.days).every())
