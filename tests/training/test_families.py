"""What every family of models keeps: the same suite for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import onnxruntime
import pytest

from net30.features.point_in_time import Matrix
from net30.kernel.errors import InputError
from net30.scoring.explain.groups import group_names, outside
from net30.training.families import family_names, load_family
from net30.training.family import Fitted, Setup
from net30.training.sample import Sample
from net30.training.softmax import Floats, loss, softmax, starting_margins
from tests.training.payers import HORIZON, lesson, payers, with_holes, without_open

QUICK = {"rounds": 6, "trees": 10, "epochs": 4}
SMALL_MEMBERS = {"small.1": 0.6, "lightgbm.2": 0.4}
FAMILIES = family_names()
# Keras reads its variables in a way that NumPy will not know for ever.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@dataclass(frozen=True)
class Taught:
    """A family that has learned from the payers."""

    sample: Sample
    fitted: Fitted
    served: Callable[[Matrix], Floats]


def setup_of(name: str) -> Setup:
    """The first setup of a family, with fewer trees."""
    if name == "ensemble":
        return SMALL_MEMBERS
    return {key: QUICK.get(key, value) for key, value in load_family(name).SETUPS[0].items()}


def learned(name: str, sample: Sample) -> tuple[Sample, Fitted]:
    family, setup = load_family(name), setup_of(name)
    narrow = sample.narrowed(family.wanted(setup, sample.names))
    return narrow, family.fit(narrow, setup, 7)


def serve(onnx: bytes) -> Callable[[Matrix], Floats]:
    session = onnxruntime.InferenceSession(onnx)

    def served(matrix: Matrix) -> Floats:
        found: Floats = session.run(["probabilities"], {"features": matrix})[0]
        return found

    return served


@cache
def taught(name: str) -> Taught:
    sample, fitted = learned(name, lesson())
    return Taught(sample, fitted, serve(fitted.to_onnx()))


@pytest.mark.parametrize("name", FAMILIES)
def test_every_row_is_a_distribution(name: str) -> None:
    told = taught(name).fitted.probabilities(taught(name).sample.matrix)
    assert told.shape == taught(name).sample.possible.shape
    assert told.min() >= 0
    np.testing.assert_allclose(told.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("name", FAMILIES)
def test_onnx_says_the_same_also_where_values_are_missing(name: str) -> None:
    made = taught(name)
    rows = with_holes(made.sample.matrix, 5_000)
    rows[0] = np.nan
    assert np.abs(made.fitted.probabilities(rows) - made.served(rows)).max() <= 1e-5


@pytest.mark.parametrize("name", FAMILIES)
def test_it_tells_payers_apart_better_than_the_company_as_a_whole(name: str) -> None:
    made, later = taught(name), lesson(payers(seed=1)).narrowed(taught(name).sample.names)
    company = softmax(starting_margins(later.possible)[None, :])
    told = made.fitted.probabilities(later.matrix)
    assert loss(told, later.possible) < 0.92 * loss(
        np.broadcast_to(company, told.shape), later.possible
    )


@pytest.mark.parametrize("name", ["small", "random_forest"])
def test_any_group_of_features_may_be_left_out_and_onnx_still_says_the_same(name: str) -> None:
    few = lesson(payers(120))
    for group in group_names():
        sample, fitted = learned(name, few.narrowed(outside(few.names, (group,))))
        rows = with_holes(sample.matrix, 100)
        assert np.abs(fitted.probabilities(rows) - serve(fitted.to_onnx())(rows)).max() <= 1e-5


@pytest.mark.parametrize("name", FAMILIES)
def test_the_same_examples_and_seed_give_the_same_model(name: str) -> None:
    few = lesson(payers(80))
    (sample, one), (_, two) = learned(name, few), learned(name, few)
    assert one.probabilities(sample.matrix).tobytes() == two.probabilities(sample.matrix).tobytes()


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_open_is_not_taken_for_paid_on_time(name: str) -> None:
    """Invoices long past due of which none is settled are expected late; left out, they are not."""
    known = payers(250)
    worst = known.customer < 8
    still_open = worst & (known.issued > HORIZON - 120)
    known.paid[still_open] = known.known[still_open] = 2**30
    sample, fitted = learned(name, lesson(known))
    _, blind = learned(name, lesson(without_open(known)))
    asked = sample.possible.sum(axis=1) > 1
    late = sample.bins.last.index(0) + 1

    def expected(one: Fitted) -> float:
        return float(one.probabilities(sample.matrix[asked])[:, late:].sum(axis=1).mean())

    assert expected(fitted) > expected(blind) + 0.05


@pytest.mark.parametrize("name", FAMILIES)
def test_examples_of_one_kind_or_without_history_do_no_harm(name: str) -> None:
    """All paid in one bin; one feature never known; another always the same."""
    few = lesson(without_open(payers(80)))
    few.possible[:] = np.arange(len(few.bins)) == 1
    few.matrix[:, few.names.index("amount")] = 3
    few.matrix[:, few.names.index("late_share")] = np.nan
    sample, fitted = learned(name, few)
    told = fitted.probabilities(sample.matrix)
    assert np.isfinite(told).all()
    assert (told.argmax(axis=1) == 1).all()
    assert np.abs(told - serve(fitted.to_onnx())(sample.matrix)).max() <= 1e-5


@pytest.mark.parametrize("name", FAMILIES)
def test_it_wants_known_features_in_their_order_and_has_setups(name: str) -> None:
    family = load_family(name)
    for setup in family.SETUPS:
        wanted = family.wanted(setup, lesson().names)
        assert list(wanted) == [one for one in lesson().names if one in set(wanted)]
        assert wanted


def test_a_family_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="there is no family 'oracle'") as refused:
        load_family("oracle")
    assert all(name in refused.value.hint for name in FAMILIES)
    assert set(FAMILIES) == {
        *("ensemble", "fast", "gradient_boosting", "lightgbm", "lstm", "random_forest", "small"),
        "xgboost",
    }
