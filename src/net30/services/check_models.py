"""Check models on what came since: what has drifted, and whether another version does better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from net30.features.coding import customers_of, day_number, invoices_of
from net30.features.invoices import Invoices
from net30.kernel.errors import InputError
from net30.scoring.drift import Drift, drift, thresholds
from net30.scoring.figures import figures
from net30.scoring.judge import Judged, judge
from net30.scoring.model import Model

DRAWS = 200
COMPARED = ("brier", "mae", "interval_score", "ece")
"""Figures that are better when smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Champion and challenger on the same invoices, which neither had learned from.

    `difference` is challenger minus champion with a 95 % interval, drawn by whole customers;
    below 0 the challenger is better. `better` and `worse` name the figures whose interval holds
    no 0.
    """

    champion: str
    challenger: str
    since: date
    judged: int
    figures: tuple[Mapping[str, float], Mapping[str, float]]
    difference: Mapping[str, tuple[float, float, float]]

    @property
    def better(self) -> tuple[str, ...]:
        """Return the figures in which the challenger is surely better."""
        return tuple(name for name, (_, _, high) in self.difference.items() if high < 0)

    @property
    def worse(self) -> tuple[str, ...]:
        """Return the figures in which the challenger is surely worse."""
        return tuple(name for name, (_, low, _) in self.difference.items() if low > 0)


def check_model(model: Model, history: pa.Table, as_of: date) -> Drift:
    """Return what has changed since a model learned, by a history as known on a morning."""
    horizon = day_number(as_of)
    return drift(model, _coded(model, history, horizon), day_number(model.card.as_of), horizon)


def compare_models(
    champion: Model, challenger: Model, history: pa.Table, as_of: date
) -> Comparison:
    """Return how two models did on what was issued since both had learned and has fallen due.

    Raises InputError where that is too little to tell anything.
    """
    horizon = day_number(as_of)
    since = max(champion.card.as_of, challenger.card.as_of)
    first, second = (
        judge(model, _coded(model, history, horizon), day_number(since), horizon)
        for model in (champion, challenger)
    )
    if len(first) < thresholds().rows_min:
        raise InputError(
            f"only {len(first):,} invoices were issued since {since} and have fallen due",
            hint=f"{thresholds().rows_min} are needed: wait, or train one of them as of an "
            "earlier day",
            code="too_few",
        )
    return Comparison(
        champion=champion.card.version,
        challenger=challenger.card.version,
        since=since,
        judged=len(first),
        figures=(figures(first.told, first.delay), figures(second.told, second.delay)),
        difference=_differences(first, second),
    )


def _coded(model: Model, history: pa.Table, horizon: int) -> Invoices:
    return invoices_of(history, model.card.words, customers_of(history)).as_of(horizon)


def _differences(first: Judged, second: Judged) -> dict[str, tuple[float, float, float]]:
    """Return each difference and its interval; the same customers are drawn for both."""
    delay = first.delay

    def apart(rows: np.ndarray) -> list[float]:
        ours, theirs = (figures(one.told.take(rows), delay[rows]) for one in (first, second))
        return [theirs[name] - ours[name] for name in COMPARED]

    rng = np.random.default_rng(0)
    groups = [np.flatnonzero(first.customer == one) for one in np.unique(first.customer)]
    drawn = np.array(
        [
            apart(np.concatenate([groups[at] for at in rng.integers(0, len(groups), len(groups))]))
            for _ in range(DRAWS)
        ]
    )
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    whole = apart(np.arange(len(delay)))
    return {name: (whole[at], float(low[at]), float(high[at])) for at, name in enumerate(COMPARED)}
