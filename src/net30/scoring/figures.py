"""Figures: how good predictions were, once the outcome is known.

Sources: Brier 1950; interval score and proper scoring, Gneiting and Raftery 2007; AUC as the
Mann-Whitney statistic; average precision as the mean precision at each hit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from net30.features.invoices import Ints
from net30.scoring.delay_bins import HIGH_RISK, LATE

Floats = NDArray[np.float64]
MISS = 0.2
"""The share outside the interval: it is meant to cover 80 %."""
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was predicted of some invoices; days are delay days."""

    late: Floats
    late30: Floats
    expected: Floats
    low: Floats
    high: Floats

    def take(self, rows: Ints | NDArray[np.bool_]) -> Told:
        """Return the predictions of some of the invoices."""
        return Told(
            late=self.late[rows],
            late30=self.late30[rows],
            expected=self.expected[rows],
            low=self.low[rows],
            high=self.high[rows],
        )


def figures(told: Told, delay: Ints) -> dict[str, float]:
    """Return every figure by name; one that the outcomes do not allow is NaN.

    `n`; `late_rate`, `late30_rate`: base rates. `accuracy` at 0.5, `auc`, `brier`, `ece` of
    P(late); `ap30`, `brier30` of P(> 30 days); `mae` of the expected delay in days; `cover`,
    `width`, `interval_score` of the 80 % interval.
    """
    late, late30 = delay > LATE, delay > HIGH_RISK
    outside = np.maximum(told.low - delay, 0) + np.maximum(delay - told.high, 0)
    return {
        "n": float(len(delay)),
        "late_rate": float(late.mean()),
        "late30_rate": float(late30.mean()),
        "accuracy": float(((told.late >= 0.5) == late).mean()),  # noqa: PLR2004 (even odds)
        "auc": auc(late, told.late),
        "brier": float(((told.late - late) ** 2).mean()),
        "ece": calibration_error(late, told.late),
        "ap30": average_precision(late30, told.late30),
        "brier30": float(((told.late30 - late30) ** 2).mean()),
        "mae": float(np.abs(told.expected - delay).mean()),
        "cover": float((outside == 0).mean()),
        "width": float((told.high - told.low).mean()),
        "interval_score": float((told.high - told.low + 2 / MISS * outside).mean()),
    }


def auc(hit: NDArray[np.bool_], p: Floats) -> float:
    """Return the chance that a hit was given more than a miss; ties count half."""
    hits, misses = int(hit.sum()), int((~hit).sum())
    if not hits or not misses:
        return float("nan")
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2
    return float((rank[place][hit].sum() - hits * (hits + 1) / 2) / (hits * misses))


def average_precision(hit: NDArray[np.bool_], p: Floats) -> float:
    """Return the mean over the hits of the precision at the hit's own threshold."""
    if not hit.any():
        return float("nan")
    order = np.argsort(-p, kind="stable")
    ordered, hits = p[order], np.cumsum(hit[order])
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(p) - 1)
    precision, recall = hits[ends] / (ends + 1), hits[ends] / hits[-1]
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def calibration_error(hit: NDArray[np.bool_], p: Floats) -> float:
    """Return the mean gap between what was told and what came, over ten equal groups by p."""
    edges = np.unique(np.quantile(p, np.linspace(0, 1, BINS + 1)))
    group = np.clip(np.searchsorted(edges, p, side="right") - 1, 0, max(len(edges) - 2, 0))
    gaps = [
        (group == one).mean() * abs(hit[group == one].mean() - p[group == one].mean())
        for one in np.unique(group)
    ]
    return float(sum(gaps))


def weekly_cash_error(told: Told, delay: Ints, due: Ints, amount: Ints) -> float:
    """Return the error of the weekly inflow as a share of it, each invoice in its expected week."""
    real, guess = _by_week(due + delay, amount), _by_week(due + np.rint(told.expected), amount)
    weeks = real.keys() | guess.keys()
    wrong = sum(abs(real.get(week, 0) - guess.get(week, 0)) for week in weeks)
    return float(wrong / max(sum(real.values()), 1))


def selective(told: Told, delay: Ints, least: float) -> dict[str, float]:
    """Return accuracy where the model is sure (p at most 1 - least, or at least `least`)."""
    sure = (told.late >= least) | (told.late <= 1 - least)
    right = (told.late[sure] >= 0.5) == (delay[sure] > LATE)  # noqa: PLR2004 (even odds)
    return {
        "decided": float(sure.mean()),
        "accuracy": float(right.mean()) if sure.any() else float("nan"),
    }


def intervals(
    told: Told, delay: Ints, customer: Ints, *, draws: int, seed: int = 0
) -> Mapping[str, tuple[float, float]]:
    """Return 95 % intervals by drawing whole customers: one payer's invoices are not independent.

    Source: cluster bootstrap, Field and Welsh 2007.
    """
    rng = np.random.default_rng(seed)
    groups = [np.flatnonzero(customer == one) for one in np.unique(customer)]
    drawn: dict[str, list[float]] = {}
    for _ in range(draws):
        rows = np.concatenate([groups[at] for at in rng.integers(0, len(groups), len(groups))])
        for name, value in figures(told.take(rows), delay[rows]).items():
            drawn.setdefault(name, []).append(value)
    return {
        name: (float(np.nanquantile(values, 0.025)), float(np.nanquantile(values, 0.975)))
        for name, values in drawn.items()
        if not np.isnan(values).all()
    }


def _by_week(day: NDArray[np.float64] | Ints, amount: Ints) -> dict[int, int]:
    week = np.asarray(day, np.int64) // 7
    weeks, place = np.unique(week, return_inverse=True)
    sums = np.zeros(len(weeks), np.int64)
    np.add.at(sums, place, np.abs(amount))
    return dict(zip(weeks.tolist(), sums.tolist(), strict=True))
