"""Scorecard: every figure of what was told about invoices, with what luck makes of it.

Luck is drawn by whole customers, since one payer's invoices are not independent (cluster
bootstrap, Field and Welsh 2007); all who are compared are judged on the same draws, so that the
interval of a difference is that of the pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from net30.features.invoices import Ints
from net30.scoring.bands import BANDS, HIGH, bands
from net30.scoring.delay_bins import HIGH_RISK, LATE
from net30.scoring.figures import Floats, Told, figures, selective, weekly_cash_error

EVEN = 0.5
"""From even odds on an invoice is called late, or more than 30 days late."""
SURE = (0.8, 0.9)
"""Decided only where P(late) is at least this, or at most 1 less it."""
MOVED = (0.3, 0.2)
"""Other thresholds from which an invoice may be called late: more is found, more is false."""
LOW_LEVEL, HIGH_LEVEL = 0.025, 0.975
MORE_IS_BETTER = frozenset({"accuracy", "auc", "ap30"})
COMPARED = ("accuracy", "auc", "brier", "ece", "ap30", "mae", "interval_score", "cash")

Drawn = Mapping[str, Mapping[str, Floats]]
"""Who -> figure -> its value in every draw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What became of invoices: delay and due days, amounts, and whose they were."""

    delay: Ints
    due: Ints
    amount: Ints
    customer: Ints

    def __len__(self) -> int:
        return len(self.delay)

    def take(self, rows: Ints | NDArray[np.bool_]) -> Came:
        """Return the outcomes of some of the invoices."""
        return Came(
            delay=self.delay[rows],
            due=self.due[rows],
            amount=self.amount[rows],
            customer=self.customer[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How far one is from another in a figure, first less second, with its 95 % interval."""

    of: str
    against: str
    figure: str
    value: float
    low: float
    high: float

    @property
    def says(self) -> str:
        """Return better, worse, the same where the interval holds 0, or not known."""
        if np.isnan(self.low):
            return "not known"
        if not (self.low > 0 or self.high < 0):
            return "the same"
        return "better" if (self.low > 0) == (self.figure in MORE_IS_BETTER) else "worse"


def scorecard(told: Told, came: Came) -> dict[str, float]:
    """Return every figure by name; one that the outcomes do not allow is NaN.

    Those of `figures`, and: `precision`, `recall` of calling late, `precision30`, `recall30` of
    calling more than 30 days late, at even odds; `precision_at_30`, ... with the threshold moved
    to .3 and .2; `cash`: the error of the weekly inflow as a share of it; `decided_80`,
    `accuracy_80`: the share decided where P(late) is at most .2 or at least .8, and how many of
    these rightly, `_90` at .1 and .9; `high_share`, `high_late`: how many invoices are in the high
    band, and how many of these were paid late; `mae_early_as_due`: the error in days when early
    is called on time, as many print it: whoever says 'when due' of all is right about most.
    """
    late, late30 = came.delay > LATE, came.delay > HIGH_RISK
    found = figures(told, came.delay)
    found |= _decided("", late, told.late >= EVEN) | _decided("30", late30, told.late30 >= EVEN)
    for threshold in MOVED:
        found |= _decided(f"_at_{round(threshold * 100)}", late, told.late >= threshold)
    for least in SURE:
        sure = selective(told, came.delay, least)
        found |= {f"{name}_{round(least * 100)}": value for name, value in sure.items()}
    high = bands(told.late, told.late30) == BANDS.index(HIGH)
    found["high_share"] = float(high.mean())
    found["high_late"] = float(late[high].mean()) if high.any() else float("nan")
    clipped = np.maximum(told.expected, 0) - np.maximum(came.delay, 0)
    found["mae_early_as_due"] = float(np.abs(clipped).mean())
    found["cash"] = weekly_cash_error(told, came.delay, came.due, came.amount)
    return found


def draw_customers(
    tellers: Mapping[str, Told],
    came: Came,
    *,
    draws: int,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Drawn:
    """Return the figures of each teller in every draw of customers, the same for all of them."""
    found: dict[str, dict[str, list[float]]] = {name: {} for name in tellers}
    for done, rows in enumerate(_draws(came.customer, draws, seed)):
        part = came.take(rows)
        for name, told in tellers.items():
            for figure, value in scorecard(told.take(rows), part).items():
                found[name].setdefault(figure, []).append(value)
        progress(done + 1, draws)
    return {
        name: {figure: np.array(values) for figure, values in one.items()}
        for name, one in found.items()
    }


def interval(values: Floats) -> tuple[float, float]:
    """Return the 95 % interval of drawn values; NaN where no draw allowed the figure."""
    there = values[~np.isnan(values)]
    if not len(there):
        return float("nan"), float("nan")
    low, high = np.quantile(there, [LOW_LEVEL, HIGH_LEVEL])
    return float(low), float(high)


def difference(
    of: tuple[str, Mapping[str, float]],
    against: tuple[str, Mapping[str, float]],
    figure: str,
    drawn: Drawn,
) -> Difference:
    """Return the difference of two tellers, each given by name and scorecard, in one figure."""
    low, high = interval(drawn[of[0]][figure] - drawn[against[0]][figure])
    return Difference(
        of=of[0],
        against=against[0],
        figure=figure,
        value=of[1][figure] - against[1][figure],
        low=low,
        high=high,
    )


def best_in(figure: str, cards: Mapping[str, Mapping[str, float]]) -> str:
    """Return who is best in a figure; the first of those who are equal."""
    sign = -1 if figure in MORE_IS_BETTER else 1
    # NaN is nobody's best.
    return min(cards, key=lambda name: np.nan_to_num(sign * cards[name][figure], nan=np.inf))


def _decided(tag: str, hit: NDArray[np.bool_], called: NDArray[np.bool_]) -> dict[str, float]:
    right, made, there = int((hit & called).sum()), int(called.sum()), int(hit.sum())
    return {
        f"precision{tag}": right / made if made else float("nan"),
        f"recall{tag}": right / there if there else float("nan"),
    }


def _draws(customer: Ints, draws: int, seed: int) -> Iterator[Ints]:
    random = np.random.default_rng(seed)
    groups = [np.flatnonzero(customer == one) for one in np.unique(customer)]
    for _ in range(draws):
        chosen = random.integers(0, len(groups), len(groups))
        yield np.concatenate([groups[at] for at in chosen])
