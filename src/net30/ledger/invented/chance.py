"""Chance: draws that are the same on every machine.

The bits come from numpy's PCG64, whose stream is fixed. Everything after them is adding,
multiplying and looking up in tables, which every processor does alike; logarithms and powers,
which differ in the last bit, are rounded into the tables first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

CELLS = 4_096
_DECIMALS = 9
_TAIL = 0.125 / CELLS


class Stream:
    """Draws for one purpose; another purpose never changes them."""

    def __init__(self, seed: int, purpose: str) -> None:
        """Begin at the seed's place for this purpose."""
        key = int.from_bytes(purpose.encode(), "big")
        self._bits = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, key])))

    def uniform(self, count: int) -> Floats:
        """Return numbers from 0 up to 1, without it."""
        return self._bits.random(count)

    def between(self, low: Floats | float, high: Floats | float, count: int) -> Floats:
        """Return numbers from low up to high."""
        found: Floats = low + (high - low) * self.uniform(count)
        return found

    def normal(self, count: int) -> Floats:
        """Return numbers of the normal law, cut at 4 standard deviations."""
        levels, values = _normal_table()
        return line(self.uniform(count), levels, values)

    def happens(self, share: Floats | float, count: int) -> Flags:
        """Return what happens to this share."""
        found: Flags = self.uniform(count) < share
        return found

    def places(self, weights: Sequence[float], count: int) -> Ints:
        """Return places of a list, each as often as its weight says."""
        return chosen(self.uniform(count), weights)


def chosen(level: Floats, weights: Sequence[float]) -> Ints:
    """Return the place that each number from 0 to 1 falls on when weights lie side by side."""
    ends = np.cumsum(np.array(weights, np.float64))
    place = np.searchsorted(ends, level * ends[-1], "right")
    found: Ints = np.minimum(place, len(weights) - 1)
    return found


def line(at: Floats, xs: Floats, ys: Floats) -> Floats:
    """Return the height at each place of a line through points; flat beyond its ends.

    np.interp may round otherwise on processors that multiply and add in one step.
    """
    cell = np.clip(np.searchsorted(xs, at, "right") - 1, 0, len(xs) - 2)
    part = np.clip((at - xs[cell]) / (xs[cell + 1] - xs[cell]), 0.0, 1.0)
    found: Floats = ys[cell] + part * (ys[cell + 1] - ys[cell])
    return found


def doubled(doublings: Floats) -> Floats:
    """Return 2 to the power of each number."""
    whole = np.floor(doublings)
    mantissa = line(doublings - whole, *_power_table())
    found: Floats = np.ldexp(mantissa, whole.astype(np.int32))
    return found


@cache
def _normal_table() -> tuple[Floats, Floats]:
    levels = np.arange(CELLS + 1) / CELLS
    inside = np.clip(levels, _TAIL, 1 - _TAIL)
    law = NormalDist()
    values = [round(law.inv_cdf(float(level)), _DECIMALS) for level in inside]
    return levels, np.array(values)


@cache
def _power_table() -> tuple[Floats, Floats]:
    parts = np.arange(CELLS + 1) / CELLS
    return parts, np.array([round(2.0 ** float(part), _DECIMALS) for part in parts])
