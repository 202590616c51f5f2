"""Redistribute: what an open invoice may still become, as shares of one whole example.

For families that take labels but no loss of ours. An open invoice is spread over the delays that
are still possible: first by the company's own shares (redistribution to the right, Efron 1967),
then once more by what a first fit expects of this very invoice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from net30.training.family import Fitted
from net30.training.sample import Sample
from net30.training.softmax import Floats, given_possible, softmax, starting_margins

FIRST_EFFORT = 0.3
Model = TypeVar("Model", bound=Fitted)


def company_labels(possible: NDArray[np.bool_]) -> Floats:
    """Return each example's shares by bin, an open one spread as the whole company's."""
    shares = softmax(starting_margins(possible)[None, :])
    return given_possible(np.broadcast_to(shares, possible.shape), possible)


def fit_twice(sample: Sample, learn: Callable[[Floats, float], Model]) -> Model:
    """Return `learn(labels, 1)` after the labels of what is open were redistributed twice.

    The second number is the share of its trees that a fit should grow: the first fit only serves
    to redistribute, and may be coarser. Without open invoices there is none.
    """
    labels = company_labels(sample.possible)
    still_open = sample.possible.sum(axis=1) > 1
    if still_open.any():
        first = learn(labels, FIRST_EFFORT)
        expected = first.probabilities(sample.matrix[still_open])
        labels[still_open] = given_possible(expected, sample.possible[still_open])
    return learn(labels, 1.0)
