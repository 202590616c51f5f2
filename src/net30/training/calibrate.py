"""Calibrate: choose a correction of the probabilities, and interval levels, on later slices."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from net30.scoring.calibration import TINY, Calibration
from net30.scoring.delay_bins import LATE
from net30.scoring.distribution import Distribution, Floats
from net30.training.trials import Question

COVER = 0.8
LEVELS = tuple(np.arange(0.04, 0.2001, 0.01))
LEVEL = 0.1
"""What the intervals' lower level is where no slice tells."""
GAIN_MIN = 0.002
"""Nats an invoice that a correction must gain on slices it was not fitted to."""
PULL = 1_000
"""So many invoices speak for no correction: those it is fitted to were told by models that had
learned from less, and are surer of themselves by the time the correction is used."""
FORMS: dict[str, tuple[int, Callable[[Floats], tuple[float, float, float]]]] = {
    "shift": (1, lambda t: (1.0, 1.0, float(t[0]))),
    "platt": (2, lambda t: (float(abs(t[1])), float(abs(t[1])), float(t[0]))),
    "beta": (3, lambda t: (float(abs(t[1])), float(abs(t[2])), float(t[0]))),
}
"""Name -> how many numbers, and how they become a, b and c."""


def choose_calibration(
    asked: Sequence[Question], told: Sequence[Distribution]
) -> tuple[Calibration, dict[str, float]]:
    """Return the correction that held on the slices left out, and each one's loss there.

    Each form is fitted to all slices but one and judged on that one; the simplest form wins
    unless another gains. With a single slice there is no such evidence, and nothing is corrected.
    """
    slices = [_slice(one, distribution) for one, distribution in zip(asked, told, strict=True)]
    found = Calibration()
    losses = {"none": _mean([_loss(Calibration(), one) for one in slices])}
    if len(slices) > 1:
        for name in FORMS:
            held = [
                _loss(_fitted(name, [*slices[:at], *slices[at + 1 :]]), slices[at])
                for at in range(len(slices))
            ]
            losses[name] = _mean(held)
        best = min(losses, key=losses.__getitem__)
        if losses["none"] - losses[best] >= GAIN_MIN:
            found = _fitted(best, slices)
    return _levelled(found, asked, told), losses


def _slice(asked: Question, told: Distribution) -> tuple[Floats, NDArray[np.bool_]]:
    """Return P(on time) and whether it was on time, of what is judged."""
    rows = asked.judged
    return 1 - told.later_than(LATE)[rows], (asked.delay <= LATE)[rows]


def _loss(made: Calibration, slice_: tuple[Floats, NDArray[np.bool_]]) -> float:
    p = np.clip(made.bend(slice_[0]), TINY, 1 - TINY)
    return float(-np.where(slice_[1], np.log(p), np.log1p(-p)).mean())


def _fitted(name: str, slices: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> Calibration:
    size, form = FORMS[name]
    start = np.array([0.0, 1.0, 1.0][:size])

    def lost(t: Floats) -> float:
        a, b, c = form(t)
        return _mean([_loss(Calibration(name, a, b, c), one) for one in slices])

    fitted = minimize(lost, start, method="Nelder-Mead").x
    seen = sum(len(one[0]) for one in slices)
    a, b, c = form(start + (fitted - start) * seen / (seen + PULL))
    return Calibration(name, a, b, c)


def _levelled(
    made: Calibration, asked: Sequence[Question], told: Sequence[Distribution]
) -> Calibration:
    """Return the correction with the interval levels that covered 80 % on the later slices.

    Each slice has its own, and the middle one is taken: a slice in which all customers began to
    pay otherwise tells nothing of a model that has learned from it since, and would widen every
    range if it were counted in with the others.
    """
    found = [
        _level(question, made.corrected(one)) for question, one in zip(asked, told, strict=True)
    ]
    level = float(np.median(found)) if found else LEVEL
    return Calibration(made.method, made.a, made.b, made.c, level, 1 - level)


def _level(asked: Question, told: Distribution) -> float:
    """Return the level at which the intervals of a slice come nearest to holding 80 %."""
    gaps = {}
    for level in LEVELS:
        inside = _inside(asked, told, float(level))
        gaps[float(level)] = abs(float(inside.mean()) - COVER) if len(inside) else 1.0
    return min(gaps, key=gaps.__getitem__) if min(gaps.values()) < 1 else LEVEL


def _inside(asked: Question, told: Distribution, level: float) -> NDArray[np.bool_]:
    """Return which intervals hold, of what is judged and settled, or surely missed."""
    low, high = told.quantile(level), told.quantile(1 - level)
    inside = (asked.delay >= low) & (asked.delay <= high)
    sure = asked.settled | (asked.delay > high)
    return inside[asked.judged & sure]


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
