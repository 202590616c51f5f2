"""Scale: where a value lies between the ends of an axis, and the round values beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
TICKS = 5
LEAST_SPAN = 1e-6
"""What differs by less is drawn as nothing."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `least` to `most`, with its ticks."""

    least: float
    most: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Return where a value lies, 0 at the least and 1 at the most."""
        return (value - self.least) / (self.most - self.least)


def scale_of(values: Iterable[float | None]) -> Scale:
    """Return an axis that holds 0 and all values, with about five round ticks.

    >>> scale_of([3.0, 42.0, None]).ticks
    (0.0, 10.0, 20.0, 30.0, 40.0, 50.0)
    """
    given = [one for one in values if one is not None]
    least, most = min([0.0, *given]), max([0.0, *given])
    if most - least < LEAST_SPAN:
        most = least + 1.0
    step = _step((most - least) / TICKS)
    first, last = math.floor(least / step), math.ceil(most / step)
    ticks = tuple(round(place * step, 10) for place in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def _step(rough: float) -> float:
    """Return the least round number from a rough one on."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * one for one in STEPS if power * one >= rough * (1 - 1e-9))


def tick_label(value: float, language_point: str = ".") -> str:
    """Return a tick as short text: 1200000 is 1.2M.

    >>> [tick_label(one) for one in (0.0, 0.25, 900.0, 15_000.0, 1_200_000.0, -2e9)]
    ['0', '0.25', '900', '15k', '1.2M', '-2G']
    """
    for size, sign in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{sign}".replace(".", language_point)
    return f"{value:g}".replace(".", language_point)
