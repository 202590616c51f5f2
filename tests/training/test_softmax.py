"""The censored likelihood: an open invoice says only what it can no longer become."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from net30.training.softmax import (
    Floats,
    given_possible,
    gradients,
    loss,
    softmax,
    starting_margins,
)

BINS = 5
MARGINS = arrays(np.float64, (4, BINS), elements=st.floats(-6, 6))


@st.composite
def possible(draw: st.DrawFn, rows: int = 4) -> Any:  # Any: a mask of numpy
    """Settled rows have one bin, open ones all from some bin on."""
    made = np.zeros((rows, BINS), np.bool_)
    for row in range(rows):
        at = draw(st.integers(0, BINS - 1))
        made[row, at : BINS if draw(st.booleans()) else at + 1] = True
    return made


@settings(max_examples=60)
@given(margins=MARGINS, may=possible())
def test_the_gradient_is_the_slope_of_the_loss(margins: Floats, may: Any) -> None:
    slope, _ = gradients(margins, may)
    step = 1e-5
    for row in range(4):
        for at in range(BINS):
            moved = np.zeros_like(margins)
            moved[row, at] = step
            rise = loss(softmax(margins + moved), may) - loss(softmax(margins - moved), may)
            # The loss is a mean over four rows.
            assert abs(4 * rise / (2 * step) - slope[row, at]) < 1e-5


@given(margins=MARGINS, may=possible())
def test_the_curvature_is_positive_and_never_less_than_the_loss_s(
    margins: Floats, may: Any
) -> None:
    p = softmax(margins)
    inside = given_possible(p, may)
    _, curve = gradients(margins, may)
    assert (curve > 0).all()
    # The second derivative is p(1-p) less what is still uncertain among the possible ones.
    assert (curve + 1e-9 >= p * (1 - p) - inside * (1 - inside)).all()


@given(margins=MARGINS, may=possible())
def test_the_loss_is_the_surprise_at_what_is_still_possible(margins: Floats, may: Any) -> None:
    p = softmax(margins)
    assert np.allclose(p.sum(axis=1), 1)
    by_hand = -np.mean([np.log(p[row][may[row]].sum()) for row in range(4)])
    assert np.isclose(loss(p, may), by_hand, atol=1e-9)
    assert np.allclose(given_possible(p, may).sum(axis=1), 1)
    assert not given_possible(p, may)[~may].any()


def test_an_invoice_of_which_everything_is_possible_teaches_nothing() -> None:
    slope, _ = gradients(np.array([[0.3, -1.0, 2.0, 0.0, 0.5]]), np.ones((1, BINS), np.bool_))
    assert np.allclose(slope, 0)


def test_without_open_invoices_the_start_is_the_share_of_each_bin() -> None:
    settled = np.eye(BINS, dtype=np.bool_)[[0] * 600 + [2] * 300 + [4] * 100]
    shares = np.exp(starting_margins(settled))
    assert np.allclose(shares / shares.sum(), [0.6, 0, 0.3, 0, 0.1], atol=2e-3)


@settings(max_examples=40)
@given(may=possible(rows=200))
def test_the_start_is_the_estimate_of_kaplan_and_meier(may: Any) -> None:
    """Survival by hazards: of those that could end in a bin, the share that did (1958)."""
    first = may.argmax(axis=1)
    settled = may.sum(axis=1) == 1
    # A row censored in the last bin is settled there: no other bin is left.
    left, by_hand = 1.0, []
    for at in range(BINS - 1):
        at_risk = (first > at).sum() + (settled & (first == at)).sum()
        gone = (settled & (first == at)).sum()
        share = gone / at_risk if at_risk else 0.0
        by_hand.append(left * share)
        left *= 1 - share
    shares = np.exp(starting_margins(may))
    assert np.allclose(shares / shares.sum(), [*by_hand, left], atol=0.02)
