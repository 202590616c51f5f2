"""Ratios: whole numbers divided once, at the very end; nothing over nothing is 'not known'."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from net30.features.invoices import Flags, Ints

Floats = NDArray[np.float64]
Column = Ints | Floats
"""A feature of some invoices, one entry each."""
Known = TypeVar("Known")


def told(
    features: Mapping[str, Callable[[Known], Column]], known: Known, names: Collection[str] | None
) -> dict[str, Column]:
    """Return the features of a table that are wanted, by name; None wants all."""
    wanted = features if names is None else [name for name in features if name in names]
    return {name: features[name](known) for name in wanted}


def share(part: Ints, whole: Ints) -> Floats:
    """Return part / whole; nothing over nothing is NaN (a warning that the caller turns off)."""
    found: Floats = part / whole
    return found


def spread(count: Ints, total: Ints, squares: Ints) -> Floats:
    """Return the standard deviation (of the whole, not of a sample), NaN where there is nothing.

    n * sum(x^2) - sum(x)^2 is a whole number: exact up to 2.7 million delays of three years.
    """
    found: Floats = np.sqrt(np.maximum(count * squares - total * total, 0)) / count
    return found


def known(values: Column, there: Flags) -> Floats:
    """Return the values, NaN where they are not there."""
    return np.where(there, values, np.nan)
