"""Ensemble: the weighted mean of what several fitted models say, as one distribution.

Its setup names the members and their weights: `{"lightgbm.1": 0.6, "random_forest.0": 0.4}` is
the second setup of one family and the first of another. A linear pool: Stone 1961.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import compose, helper, numpy_helper

from net30.features.point_in_time import Matrix
from net30.kernel.errors import InputError
from net30.scoring.distribution import Distribution
from net30.scoring.model import INPUT, OUTPUT
from net30.training.families import load_family
from net30.training.family import Fitted, Setup
from net30.training.sample import Sample, columns
from net30.training.softmax import Floats
from net30.training.tree_graph import model_bytes
from net30.training.trials import Question

SETUPS: tuple[Setup, ...] = ({"lightgbm.1": 0.5, "random_forest.0": 0.25, "small.0": 0.25},)
"""What to blend where no trials have chosen it."""
ENSEMBLE = "ensemble"
MEMBERS = tuple(name.partition(".")[0] for name in SETUPS[0])
"""The families to try for it where none are named."""
MEMBERS_MAX = 4
WEIGHT_MIN = 0.08
"""A member with less is left out: it costs its whole time."""
EQUAL = 500
"""So many invoices speak for equal weights, which are hard to beat where little is known."""
ROUNDS = 200
TINY = 1e-12


def member_name(family: str, place: int) -> str:
    """Return how a setup names a member: the family and the place of its setup."""
    return f"{family}.{place}"


def wanted(setup: Setup, names: Sequence[str]) -> tuple[str, ...]:
    """Return every feature that a member wants."""
    every: set[str] = set()
    for member in setup:
        family, own = _member(member)
        every.update(load_family(family).wanted(own, names))
    return tuple(name for name in names if name in every)


@dataclass(frozen=True, slots=True)
class Member:
    """A fitted model, and the features it wants."""

    fitted: Fitted
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ensemble:
    """The members, their weights, which add up to 1, and the features of the whole."""

    names: tuple[str, ...]
    bins: int
    members: tuple[Member, ...]
    weights: tuple[float, ...]

    def probabilities(self, matrix: Matrix) -> NDArray[np.float64]:
        """Return the probability of each delay bin."""
        told = [
            one.fitted.probabilities(columns(matrix, self.names, one.names)) for one in self.members
        ]
        return mixed(told, self.weights)

    def to_onnx(self) -> bytes:
        """Return all members as one ONNX graph, each with names of its own."""
        nodes: list[onnx.NodeProto] = []
        constants: list[onnx.TensorProto] = []
        for place, (one, weight) in enumerate(zip(self.members, self.weights, strict=True)):
            own = f"member{place}_"
            graph = compose.add_prefix(onnx.load_model_from_string(one.fitted.to_onnx()), own).graph
            places = np.array([self.names.index(name) for name in one.names])
            constants += [
                *graph.initializer,
                numpy_helper.from_array(places, f"{own}places"),
                numpy_helper.from_array(np.array(weight, np.float32), f"{own}weight"),
            ]
            nodes += [
                helper.make_node("Gather", [INPUT, f"{own}places"], [own + INPUT], axis=1),
                *graph.node,
                helper.make_node("Mul", [own + OUTPUT, f"{own}weight"], [f"{own}part"]),
            ]
        parts = [f"member{place}_part" for place in range(len(self.members))]
        nodes.append(helper.make_node("Sum", parts, [OUTPUT]))
        return model_bytes(nodes, len(self.names), self.bins, constants)


def fit(sample: Sample, setup: Setup, seed: int) -> Ensemble:
    """Fit every member to the same examples.

    Raises InputError for a setup without members, or one that names what there is not.
    """
    if not setup:
        raise InputError(
            "an ensemble without members", hint="name some, such as lightgbm.0", code="family"
        )
    whole = sum(setup.values())
    members = tuple(_learned(name, sample, seed) for name in setup)
    weights = tuple(one / whole for one in setup.values())
    return Ensemble(sample.names, len(sample.bins), members, weights)


def blended(
    tried: Sequence[tuple[str, Setup, Sequence[Distribution]]], asked: Sequence[Question]
) -> tuple[Setup, list[Distribution]]:
    """Return the setup that blends what was tried, and what it says to each question.

    Weights are those under which the answers already given were most likely (EM of a mixture with
    fixed parts, pulled toward equal ones), so nothing is fitted again. From all that was tried,
    also several setups of a family, the one of least weight is left out until few are left.
    """
    names = [
        member_name(family, load_family(family).SETUPS.index(setup)) for family, setup, _ in tried
    ]
    answered = [told for _, _, told in tried]
    weights = _weights(answered, asked)
    while len(names) > MEMBERS_MAX or (len(names) > 1 and min(weights) < WEIGHT_MIN):
        least = weights.index(min(weights))
        del names[least], answered[least]
        weights = _weights(answered, asked)
    return dict(zip(names, weights, strict=True)), [
        Distribution(one[0].bins, mixed([each.probabilities for each in one], weights))
        for one in zip(*answered, strict=True)
    ]


def _weights(
    answered: Sequence[Sequence[Distribution]], asked: Sequence[Question]
) -> tuple[float, ...]:
    """Return the weights under which what is known by now of the asked invoices is likeliest."""
    possible = [one.sample.bins.possible(one.asked, one.horizon) for one in asked]
    likely = np.concatenate(
        [
            np.column_stack([(told[at].probabilities * rows).sum(axis=1) for told in answered])
            for at, rows in enumerate(possible)
        ]
    )
    equal = np.full(likely.shape[1], 1 / likely.shape[1])
    weights = equal
    for _ in range(ROUNDS):
        due = likely * weights
        due /= np.maximum(due.sum(axis=1, keepdims=True), TINY)
        weights = (due.sum(axis=0) + EQUAL * equal) / (len(likely) + EQUAL)
    return tuple(weights.tolist())


def mixed(told: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Return the weighted mean of distributions."""
    parts = [weight * one for weight, one in zip(weights, told, strict=True)]
    found: Floats = np.sum(parts, axis=0)
    return found


def _learned(name: str, sample: Sample, seed: int) -> Member:
    family, setup = _member(name)
    made = load_family(family)
    narrow = sample.narrowed(made.wanted(setup, sample.names))
    return Member(made.fit(narrow, setup, seed), narrow.names)


def _member(name: str) -> tuple[str, Setup]:
    family, _, place = name.partition(".")
    setups = load_family(family).SETUPS
    if not place.isdigit() or int(place) >= len(setups):
        raise InputError(
            f"{family} has no setup {place!r}",
            hint=f"{family}.0 to {family}.{len(setups) - 1}",
            code="family",
        )
    return family, setups[int(place)]
