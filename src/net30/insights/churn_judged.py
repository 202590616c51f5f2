"""Churn judged: the chances of a day in the past against what happened in the horizon after it.

Each day is a horizon (or two, ...) before the as-of day, and only what was known on it counts. The
baseline of the order (AUC) is the number of days since the last invoice; that of the chance
(Brier) is the share of such customers that was lost in the horizon before, the same for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from net30.insights.as_of import Known
from net30.insights.churn import HORIZON_DAYS, invoice_days, risks_of
from net30.insights.measured import SHARE_DECIMALS

LOST_MIN = 5
"""With fewer customers lost, or kept, the order cannot be judged."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnJudged:
    """How well chances said on `day` foretold who was lost in the horizon after it.

    `auc`: the chance that of one lost and one kept customer the lost one was said to be more at
    risk (0.5 is by lot); `brier`: the mean squared error of the chance, less is better. All are
    None, with a `reason`, where too little happened.
    """

    day: date
    horizon: int
    customers: int
    lost: int
    auc: float | None = None
    baseline_auc: float | None = None
    brier: float | None = None
    baseline_brier: float | None = None
    reason: str = ""


def churn_judged(known: Known, horizon: int = HORIZON_DAYS) -> dict[str, ChurnJudged]:
    """Return by currency how well the chances of a horizon ago foretold the time since."""
    day = known.as_of - timedelta(days=horizon)
    earlier = day - timedelta(days=horizon)
    before, past, now = (invoice_days(known, at) for at in (earlier, day, known.as_of))
    return {
        currency: _judged(
            _followed(days, now[currency], day, horizon),
            _followed(before.get(currency, {}), days, earlier, horizon),
            (day, horizon),
        )
        for currency, days in past.items()
    }


def auc_of(lost: Flags, score: Floats) -> float:
    """Return the share of pairs of a lost and a kept one in the right order; ties count half."""
    values, places = np.unique(score, return_inverse=True)
    lost_at = np.bincount(places[lost], minlength=len(values))
    kept_at = np.bincount(places[~lost], minlength=len(values))
    kept_below = np.cumsum(kept_at) - kept_at
    return float(np.sum(lost_at * (kept_below + kept_at / 2)) / (lost.sum() * (~lost).sum()))


@dataclass(frozen=True, slots=True, eq=False)
class _Followed:
    """Customers with a chance on a day: the chance, the days since the last invoice, the end."""

    chance: Floats
    since: Floats
    lost: Flags


def _followed(
    past: Mapping[str, Sequence[date]],
    later: Mapping[str, Sequence[date]],
    day: date,
    horizon: int,
) -> _Followed:
    said = [risk for risk in risks_of(past, day, horizon) if risk.chance is not None]
    return _Followed(
        chance=np.array([risk.chance for risk in said], float),
        since=np.array([risk.days_since for risk in said], float),
        lost=np.array([later[risk.customer_id][-1] <= day for risk in said], bool),
    )


def _judged(said: _Followed, before: _Followed, asked: tuple[date, int]) -> ChurnJudged:
    lost, (day, horizon) = said.lost, asked
    gone, count = int(lost.sum()), len(lost)
    if min(gone, count - gone) < LOST_MIN or not len(before.lost):
        reason = f"needs {LOST_MIN} customers lost and {LOST_MIN} kept, and a horizon before"
        return ChurnJudged(day=day, horizon=horizon, customers=count, lost=gone, reason=reason)
    return ChurnJudged(
        day=day,
        horizon=horizon,
        customers=count,
        lost=gone,
        auc=_rounded(auc_of(lost, said.chance)),
        baseline_auc=_rounded(auc_of(lost, said.since)),
        brier=_rounded(float(np.mean((said.chance - lost) ** 2))),
        baseline_brier=_rounded(float(np.mean((before.lost.mean() - lost) ** 2))),
    )


def _rounded(value: float) -> float:
    return round(value, SHARE_DECIMALS)
