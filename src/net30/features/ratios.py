"""Ratios: whole numbers divided once, at the very end; nothing over nothing is 'not known'."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from net30.features.invoices import Ints

Floats = NDArray[np.float64]


def share(part: Ints, whole: Ints) -> Floats:
    """Return part / whole, NaN where the whole is 0."""
    found: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return found


def spread(count: Ints, total: Ints, squares: Ints) -> Floats:
    """Return the standard deviation (of the whole, not of a sample), NaN where there is nothing.

    n * sum(x^2) - sum(x)^2 is a whole number: exact up to 2.7 million delays of three years.
    """
    inside = np.maximum(count * squares - total * total, 0).astype(np.float64)
    nothing = np.full(len(count), np.nan)
    found: Floats = np.divide(np.sqrt(inside), count, out=nothing, where=count > 0)
    return found


def known(values: Ints, there: NDArray[np.bool_]) -> Floats:
    """Return the values, NaN where they are not there."""
    return np.where(there, values, np.nan)
