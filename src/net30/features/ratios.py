"""Ratios: whole numbers divided once, at the very end; nothing over nothing is 'not known'."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from net30.features.invoices import Flags, Ints

Floats = NDArray[np.float64]
Column = Ints | Floats
"""A feature of some invoices, one entry each."""
Known = TypeVar("Known")


Features = Mapping[tuple[str, ...], Callable[[Known], Column]]
"""How features are made: one by one, or several at once, a row each."""


def told(features: Features[Known], known: Known) -> dict[str, Column]:
    """Return the features of a table, by name."""
    found: dict[str, Column] = {}
    for block, make in features.items():
        made = make(known)
        if len(block) == 1:
            found[block[0]] = made
        else:
            found.update(zip(block, made, strict=True))
    return found


def wanted(features: Features[Known], names: AbstractSet[str] | None) -> Features[Known]:
    """Return what makes the named features, and those made together with one; None wants all."""
    if names is None:
        return features
    return {block: make for block, make in features.items() if not names.isdisjoint(block)}


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
