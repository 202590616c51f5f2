"""Softmax: the loss of a distribution over bins when only some bins are still possible.

The likelihood of a censored invoice is the sum of what is still possible: -ln(sum of p_k).
Its gradient in the margins is p - p given possible (the E step of EM; Dempster et al. 1977).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HESSIAN_MIN = 1e-6


def softmax(margins: Floats) -> Floats:
    """Return probabilities, one row an example."""
    raised = np.exp(margins - margins.max(axis=1, keepdims=True))
    found: Floats = raised / raised.sum(axis=1, keepdims=True)
    return found


def given_possible(probabilities: Floats, possible: NDArray[np.bool_]) -> Floats:
    """Return the probabilities of what is still possible, which add up to 1."""
    kept = probabilities * possible
    found: Floats = kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-12)
    return found


def gradients(margins: Floats, possible: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the first and the (upper bound of the) second derivative of the loss."""
    p = softmax(margins)
    return p - given_possible(p, possible), np.maximum(p * (1 - p), HESSIAN_MIN)


def loss(probabilities: Floats, possible: NDArray[np.bool_]) -> float:
    """Return the mean of -ln(sum of p_k over what is still possible), in nats."""
    return float(-np.log(np.maximum((probabilities * possible).sum(axis=1), 1e-12)).mean())


def starting_margins(possible: NDArray[np.bool_]) -> Floats:
    """Return the log of each bin's share, with what is censored spread over what is later.

    Redistribution to the right (Efron 1967), by repeating the E step until it stands.
    """
    share = np.full(possible.shape[1], 1 / possible.shape[1])
    for _ in range(50):
        given = given_possible(np.broadcast_to(share, possible.shape), possible)
        share = (given.sum(axis=0) + 0.5) / (len(given) + 0.5 * len(share))
    found: Floats = np.log(share)
    return found
