"""Typical: the invoice that others are compared with, feature by feature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from net30.features.point_in_time import Matrix

Typical = tuple[float | None, ...]
"""One value a feature, None where it is mostly not known: JSON has no 'not a number'."""


def typical_row(matrix: Matrix) -> Typical:
    """Return the middle value of each feature, or None where most invoices have none.

    A value that is there, not the mean of two: features are counts and codes as well.
    """
    return tuple(_middle(column) for column in matrix.T)


def as_row(typical: Sequence[float | None]) -> Matrix:
    """Return the same as a row that a model takes."""
    row: Matrix = np.array([[np.nan if one is None else one for one in typical]], np.float32)
    return row


def _middle(column: Matrix) -> float | None:
    there = np.sort(column[~np.isnan(column)])
    if 2 * len(there) <= len(column):
        return None
    return float(there[(len(there) - 1) // 2])
