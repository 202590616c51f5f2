"""Samples: what a model learns from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from net30.training.sample import Sample
from tests.training.payers import lesson


@pytest.fixture(scope="module")
def whole() -> Sample:
    """A sample whose issue days are the places of its examples."""
    sample = lesson()
    return replace(sample, issued=np.arange(len(sample)))


def test_a_thinned_sample_keeps_whole_examples_in_their_order(whole: Sample) -> None:
    few = whole.thinned(100, seed=7)
    places = few.issued
    assert len(few) == 100
    assert (np.diff(places) > 0).all()
    assert np.array_equal(few.matrix, whole.matrix[places], equal_nan=True)
    assert np.array_equal(few.possible, whole.possible[places])


def test_which_examples_are_kept_hangs_on_the_seed_alone(whole: Sample) -> None:
    once = whole.thinned(100, seed=7).issued
    assert np.array_equal(once, whole.thinned(100, seed=7).issued)
    assert not np.array_equal(once, whole.thinned(100, seed=8).issued)


def test_a_small_sample_is_not_thinned(whole: Sample) -> None:
    assert whole.thinned(len(whole), seed=0) is whole
