"""Open invoices as shares of what they may still become."""

from __future__ import annotations

import numpy as np

from net30.features.point_in_time import Matrix
from net30.training.redistribute import FIRST_EFFORT, company_labels, fit_twice
from net30.training.softmax import Floats
from tests.training.payers import lesson, payers, without_open


class Fixed:
    """A model that always says the same."""

    def __init__(self, said: Floats) -> None:
        self.said = said

    def probabilities(self, matrix: Matrix) -> Floats:
        return np.tile(self.said, (len(matrix), 1))

    def to_onnx(self) -> bytes:
        return b""


def test_what_is_open_is_spread_over_what_is_later_as_the_company_pays() -> None:
    """Efron's example by hand: 2 of 4 paid in bin 0, one in bin 2, one open since bin 1."""
    possible = np.array([[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 1, 1]] * 500, np.bool_)
    labels = company_labels(possible)
    np.testing.assert_array_equal(labels[:3], [[1, 0, 0], [1, 0, 0], [0, 0, 1]])
    np.testing.assert_allclose(labels[3], [0, 0, 1], atol=0.01)
    np.testing.assert_allclose(labels.sum(axis=1), 1)


def test_a_second_time_it_is_spread_as_the_first_fit_expects() -> None:
    sample = lesson()
    seen: list[tuple[Floats, float]] = []
    said = np.arange(1.0, len(sample.bins) + 1)

    def learn(labels: Floats, effort: float) -> Fixed:
        seen.append((labels.copy(), effort))
        return Fixed(said)

    fit_twice(sample, learn)
    (first, coarse), (second, whole) = seen
    assert (coarse, whole) == (FIRST_EFFORT, 1.0)
    still_open = sample.possible.sum(axis=1) > 1
    np.testing.assert_array_equal(first[~still_open], second[~still_open])
    row = np.flatnonzero(still_open)[0]
    wanted = said * sample.possible[row]
    np.testing.assert_allclose(second[row], wanted / wanted.sum())
    assert (second[~sample.possible] == 0).all()


def test_without_open_invoices_one_fit_is_enough() -> None:
    efforts = []

    def learn(labels: Floats, effort: float) -> Fixed:
        efforts.append(effort)
        return Fixed(labels[0])

    fit_twice(lesson(without_open(payers())), learn)
    assert efforts == [1.0]
