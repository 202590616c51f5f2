"""Normal: the standard normal distribution's quantiles, for whole arrays."""

from __future__ import annotations

import numpy as np

from net30.scoring.distribution import Floats

# Coefficients of Acklam's rational approximation (2003), relative error below 1.15e-9.
_A = (
    *(-39.69683028665376, 220.9460984245205, -275.9285104469687),
    *(138.3577518672690, -30.66479806614716, 2.506628277459239),
)
_B = (
    *(-54.47609879822406, 161.5858368580409, -155.6989798598866),
    *(66.80131188771972, -13.28068155288572, 1.0),
)
_C = (
    *(-0.007784894002430293, -0.3223964580411365, -2.400758277161838),
    *(-2.549732539343734, 4.374664141464968, 2.938163982698783),
)
_D = (0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1.0)
_TAIL = 0.02425
_LEAST = 1e-300
FAR = 40.0
"""Farther from 0 than any quantile of a probability that a computer can hold."""


def normal_quantile(p: Floats) -> Floats:
    """Return z with P(Z <= z) = p; a probability of 0 gives -FAR, one of 1 gives FAR."""
    p = np.asarray(p, np.float64)
    middle = np.clip(p, _TAIL, 1 - _TAIL) - 0.5
    square = middle * middle
    inner = middle * np.polyval(_A, square) / np.polyval(_B, square)
    tail = np.sqrt(-2 * np.log(np.maximum(np.minimum(p, 1 - p), _LEAST)))
    outer = np.polyval(_C, tail) / np.polyval(_D, tail)
    found = np.where(p < _TAIL, outer, np.where(p > 1 - _TAIL, -outer, inner))
    return np.where(p <= 0, -FAR, np.where(p >= 1, FAR, found))


def normal_density(z: Floats) -> Floats:
    """Return the density at z."""
    found: Floats = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    return found
