"""Evaluate the forecast on a ledger: models trained as of past days, and what they would have said.

The first model learns when two fifths of the invoices have been issued, the others follow at equal
distances. Every so many days a forecast is made by the newest model there was, from the ledger as
known on that day, until too few days are left to judge it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from net30.kernel.errors import InputError
from net30.ledger import compute
from net30.ledger.history_facts import history_of_facts
from net30.scoring.model import Model, load_model
from net30.services.cold_start import of_history
from net30.services.judge_forecasts import SPAN_DAYS, Progress, Verdict, backtest
from net30.services.past_invoices import PastInvoices
from net30.services.train_model import Training, train_model

MODELS, MODELS_MAX = 6, 24
STEP_DAYS = 7
FIRST_SHARE = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastEvaluation:
    """Which ledger (ledger/schema.py), how many models of which families, every how many days.

    With `models` 0 nothing is trained: the model that comes with net30 answers.
    """

    facts: pa.Table
    models: int = MODELS
    families: Sequence[str] = ("lightgbm",)
    days: int = SPAN_DAYS
    step: int = STEP_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastReport:
    """The verdicts by currency, the days the models learned until, and which were refused why."""

    verdicts: dict[str, Verdict]
    learned: tuple[date, ...]
    refused: dict[date, str]
    first: date
    last: date


def evaluate_forecast(
    asked: ForecastEvaluation, progress: Progress | None = None
) -> ForecastReport:
    """Return how forecasts would have done; raise InputError for a ledger that is too short."""
    _check(asked)
    first, last = _range(asked)
    learned: dict[date, Model] = {}
    refused: dict[date, str] = {}
    gaps = (last - first).days // max(asked.models, 1)
    for at in range(asked.models):
        day = first + timedelta(days=at * gaps)
        if progress:
            progress("learning", at, asked.models)
        model = _learned(asked, day, refused)
        if model is not None:
            learned[day] = model
    origins = [
        first + timedelta(days=back) for back in range(0, (last - first).days + 1, asked.step)
    ]

    def model_of(day: date) -> Model:
        before = [one for one in learned if one <= day]
        if before:
            return learned[max(before)]
        return of_history(history_of_facts(asked.facts, day), day + timedelta(days=1))[0]

    return ForecastReport(
        verdicts=backtest(asked.facts, origins, model_of, days=asked.days, progress=progress),
        learned=tuple(learned),
        refused=refused,
        first=first,
        last=last,
    )


def _learned(asked: ForecastEvaluation, day: date, refused: dict[date, str]) -> Model | None:
    history = history_of_facts(asked.facts, day)
    with tempfile.TemporaryDirectory(prefix="net30-forecast-") as folder:
        training = Training(
            ledger=PastInvoices(history=history, source="the ledger", sha256="0" * 64),
            models=Path(folder),
            made_on=day,
            as_of=day + timedelta(days=1),
            families=asked.families,
        )
        try:
            report = train_model(training)
        except InputError as error:
            refused[day] = error.message
            return None
        if report.folder is None:
            refused[day] = "; ".join(report.refused)
            return None
        return load_model(report.folder)


def _range(asked: ForecastEvaluation) -> tuple[date, date]:
    issued = np.sort(
        np.asarray(
            compute.column(history_of_facts(asked.facts, date.max), "issue_date").cast(pa.int32())
        )
    )
    if not len(issued):
        raise _too_short(asked.days)
    start = int(issued[int(len(issued) * FIRST_SHARE)])
    # After the last issue day nobody knows what would still have been invoiced.
    end = int(issued[-1]) - asked.days
    if end <= start:
        raise _too_short(asked.days)
    epoch = date(1970, 1, 1)
    return epoch + timedelta(days=start), epoch + timedelta(days=end)


def _check(asked: ForecastEvaluation) -> None:
    if not 0 <= asked.models <= MODELS_MAX or asked.step < 1 or asked.days < 1:
        raise InputError(
            f"{asked.models} models, every {asked.step} days, {asked.days} days ahead",
            hint=f"ask for 0 to {MODELS_MAX} models, and days of 1 or more",
            code="usage",
        )


def _too_short(days: int) -> InputError:
    return InputError(
        f"the ledger is too short to judge forecasts of {days} days",
        hint="give one whose later three fifths are longer than that",
        code="too_short",
    )
