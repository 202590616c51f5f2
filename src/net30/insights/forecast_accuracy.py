"""Forecast accuracy: forecasts beside what came, and beside what anybody could have said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from net30.insights.expected_cash import Band
from net30.kernel.money import Money

NET30 = "net30"
COVERAGE = "coverage"
BLOCKS_MIN = 3
"""Fewer stretches of time that share no day say nothing about how much a figure may vary."""
DRAWS = 1_000
SEED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One forecast of a span whose days have passed; `naive` is what rivals said then."""

    as_of: date
    first: date
    last: date
    told: Band
    actual: Money
    naive: Mapping[str, Money]

    @property
    def inside(self) -> bool:
        """Tell whether what came was within P10 to P90."""
        return self.told.p10.minor <= self.actual.minor <= self.told.p90.minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How good forecasts of one currency were.

    `coverage` is the share inside the 80 % band. `wape` is by who said so: the sum of absolute
    errors (of P50) over the sum of what came. Both None, with a `reason`, when none can be judged.
    `intervals` are 95 % intervals of both, by COVERAGE and by who said so; none where too few
    forecasts share no day.
    """

    currency: str
    judged: int
    coverage: float | None
    wape: Mapping[str, float] | None
    reason: str = ""
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def accuracy(currency: str, judged: Sequence[Judged]) -> Accuracy:
    """Return how good forecasts were; they are all of one currency and one length."""
    came = sum(abs(one.actual.minor) for one in judged)
    if not judged or not came:
        reason = "nothing came in" if judged else "no forecast's days have passed yet"
        return Accuracy(
            currency=currency, judged=len(judged), coverage=None, wape=None, reason=reason
        )
    errors = {NET30: [abs(one.told.p50.minor - one.actual.minor) for one in judged]}
    for name in judged[0].naive:
        errors[name] = [abs(one.naive[name].minor - one.actual.minor) for one in judged]
    return Accuracy(
        currency=currency,
        judged=len(judged),
        coverage=round(sum(one.inside for one in judged) / len(judged), 4),
        wape={name: round(sum(each) / came, 4) for name, each in errors.items()},
        intervals=_intervals(judged, errors),
    )


def _intervals(
    judged: Sequence[Judged], errors: Mapping[str, Sequence[int]]
) -> dict[str, tuple[float, float]]:
    """Return what drawing the forecasts again in blocks makes of coverage and errors.

    Forecasts whose spans overlap are wrong together, so as many in a row are drawn as overlap
    (a circular block bootstrap; Politis and Romano 1992).
    """
    first = min(one.last for one in judged)
    block = max(sum(one.first <= first for one in judged), 1)
    blocks = -(-len(judged) // block)
    if blocks < BLOCKS_MIN:
        return {}
    draw = np.random.default_rng(SEED).integers(0, len(judged), (DRAWS, blocks))
    rows = (draw[:, :, None] + np.arange(block)) % len(judged)
    rows = rows.reshape(DRAWS, -1)[:, : len(judged)]
    inside = np.array([one.inside for one in judged], np.float64)
    came = np.abs(np.array([one.actual.minor for one in judged], np.float64))[rows].sum(axis=1)
    drawn = {COVERAGE: inside[rows].mean(axis=1)}
    if came.all():
        for name, each in errors.items():
            drawn[name] = np.array(each, np.float64)[rows].sum(axis=1) / came
    return {name: _middle(values) for name, values in drawn.items()}


def _middle(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975]).tolist()
    return round(low, 4), round(high, 4)
