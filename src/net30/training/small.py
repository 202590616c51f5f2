"""Small: the family for few settled invoices; each customer's own delays, bent by a few features.

Every customer's last delays are counted into the bins and shrunken toward the company's shares
(additive smoothing). A multinomial logistic regression then moves that distribution as a whole
by a few features: its mass may shift, widen or cross the due date, but no bin has weights of its
own, so some hundreds of invoices are enough. The loss is the censored likelihood itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from net30.features.invoices import Ints
from net30.features.point_in_time import Matrix
from net30.scoring.delay_bins import HIGH_RISK, LATE
from net30.scoring.model import INPUT
from net30.training.family import SEQUENCE, Setup
from net30.training.plain_graph import PlainGraph
from net30.training.sample import Sample
from net30.training.softmax import Floats, given_possible, softmax, starting_margins

SETUPS: tuple[Setup, ...] = (
    {"ridge": 100.0},
    {"ridge": 1_000.0},
    {"ridge": 10_000.0, "whole": 10.0},
)
"""`ridge` is what a squared weight costs, in nats over all examples. With `whole` a customer's
record counts as a whole, not only the last delays; it is what trust in either costs."""
RECORD = ("late_share", "late30_share", "paid_count")
"""What tells the record as a whole."""
WEEKDAY = "due_weekday"
FEATURES = (
    *("late_share", "late_share_recent", "delay_mean", "delay_mean_recent", "delay_spread"),
    *("delay_q25", "delay_q50", "delay_q75", "same_weekday_delay_mean", "same_size_delay_mean"),
    *("terms_days", "due_day_of_month", "amount", "amount_to_usual", "batch_issued"),
    *("overdue_share", "overdue_days_mean"),
)
PRIOR = 3.0
"""The company's shares count as so many settled invoices of every customer."""
BLUR = 0.25
"""So much of a delay counts in each bin beside its own: the gaps in a short history are chance."""
FAR = 4.0
"""Standard deviations at which a feature is cut."""
ITERATIONS_MAX = 200


def wanted(setup: Setup, names: Sequence[str]) -> tuple[str, ...]:
    """Return the few features, coded words, the due weekday and the customer's delays."""
    few = {*FEATURES, *SEQUENCE, WEEKDAY, *(RECORD if _counts_whole(setup, names) else ())}
    return tuple(name for name in names if name in few or name.startswith("word_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a row of features is read: the places of its columns, and how they are scaled.

    `upto` turns the counts of delays up to the end of each bin into blurred counts by bin, which
    are read against the company's `shares`, and `sides` tells on which side of the due day, and of
    30 days after it, a bin lies. `delays`, `weekday` and `record` are empty where nothing is
    learned from these.
    """

    features: int
    delays: NDArray[np.int64]
    last: NDArray[np.float32]
    upto: Floats
    shares: Floats
    few: NDArray[np.int64]
    flagged: NDArray[np.int64]
    mean: Floats
    scale: Floats
    weekday: NDArray[np.int64]
    record: NDArray[np.int64]
    sides: Floats

    def whole(self, matrix: Matrix) -> Floats:
        """Return the same of all that a customer has paid: on time, late, more than 30 days."""
        record = matrix[:, self.record].astype(np.float64)
        there = ~np.isnan(record).any(axis=1, keepdims=True)
        late, late30, count = np.split(np.where(there, record, 0.0), 3, axis=1)
        shares = np.hstack([1 - late, late - late30, late30])
        company = self.sides @ self.shares
        found: Floats = np.log((shares * count / company + PRIOR) / (count + PRIOR)) @ self.sides
        return found

    def whole_nodes(self, graph: PlainGraph) -> str:
        """Write the same as nodes."""
        record = graph.columns(INPUT, self.record)
        absent = graph.step("IsNaN", record)
        some = graph.step("ReduceMax", graph.number(absent), axes=[1], keepdims=1)
        filled = graph.step("Where", absent, graph.constant(np.array(0.0)), record)
        # 1 - late, late - late30 and late30 over the company's, and the count.
        company = self.sides @ self.shares
        turn = np.array([[-1, 1, 0], [0, -1, 1], [0, 0, 0]]) / company
        shares = graph.step("MatMul", filled, graph.constant(turn))
        shares = graph.step("Add", shares, graph.constant(np.array([1, 0, 0]) / company))
        count = graph.step("MatMul", filled, graph.constant(np.array([[0.0], [0.0], [1.0]])))
        none = graph.step("Sub", graph.constant(np.array(1.0)), some)
        count = graph.step("Mul", count, none)
        prior = graph.constant(np.array(PRIOR))
        told = graph.step("Add", graph.step("Mul", shares, count), prior)
        told = graph.step("Log", graph.step("Div", told, graph.step("Add", count, prior)))
        return graph.step("MatMul", told, graph.constant(self.sides))

    def records(self, matrix: Matrix) -> list[Floats]:
        """Return what the last delays say and, where it is read, the whole record."""
        return [self.own(matrix), *([self.whole(matrix)] if len(self.record) else [])]

    def own(self, matrix: Matrix) -> Floats:
        """Return the log of each customer's shares over the company's, one column a bin."""
        delays = matrix[:, self.delays]
        count = (~np.isnan(delays)).sum(axis=1, keepdims=True)
        upto = np.hstack([(delays <= one).sum(axis=1, keepdims=True) for one in self.last])
        told = np.hstack([upto, count]) @ self.upto / self.shares
        found: Floats = np.log((told + PRIOR) / (count + PRIOR))
        return found

    def own_nodes(self, graph: PlainGraph) -> str:
        """Write the same as nodes."""
        delays = graph.columns(INPUT, self.delays)
        there = graph.number(graph.step("Not", graph.step("IsNaN", delays)))
        axis = graph.constant(np.array([1]))
        count = graph.step("ReduceSum", there, axis, keepdims=1)
        apart = graph.step("Unsqueeze", delays, graph.constant(np.array([2])))
        below = graph.number(graph.step("LessOrEqual", apart, graph.constant(self.last)))
        upto = graph.step("ReduceSum", below, axis, keepdims=0)
        told = graph.step("Concat", upto, count, axis=1)
        told = graph.step("MatMul", told, graph.constant(self.upto))
        told = graph.step("Div", told, graph.constant(self.shares))
        prior = graph.constant(np.array(PRIOR))
        shares = graph.step("Div", graph.step("Add", told, prior), graph.step("Add", count, prior))
        return graph.step("Log", shares)

    def standard(self, matrix: Matrix) -> Floats:
        """Return the standardised features, a flag where one is missing, and the weekday."""
        few = matrix[:, self.few].astype(np.float64)
        scaled = np.clip((few - self.mean) / self.scale, -FAR, FAR)
        day = np.hstack([matrix[:, self.weekday] == one for one in range(7)])
        flags = np.isnan(matrix[:, self.flagged])
        return np.hstack([np.where(np.isnan(scaled), 0.0, scaled), flags, day])

    def standard_nodes(self, graph: PlainGraph) -> str:
        """Write the same as nodes."""
        mean = graph.constant(self.mean)
        few = graph.columns(INPUT, self.few)
        filled = graph.step("Where", graph.step("IsNaN", few), mean, few)
        scaled = graph.step("Div", graph.step("Sub", filled, mean), graph.constant(self.scale))
        far = graph.constant(np.array(-FAR)), graph.constant(np.array(FAR))
        given = [
            graph.step("Clip", scaled, *far),
            graph.number(graph.step("IsNaN", graph.columns(INPUT, self.flagged))),
        ]
        if len(self.weekday):
            day = graph.columns(INPUT, self.weekday)
            given.append(graph.number(graph.step("Equal", day, graph.constant(np.arange(7.0)))))
        return graph.step("Concat", *given, axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """margins = start + trust * (own, whole) + standard @ weight @ shape; often without whole."""

    reading: Reading
    start: Floats
    trust: Floats
    weight: Floats
    shape: Floats

    def probabilities(self, matrix: Matrix) -> NDArray[np.float64]:
        """Return the probability of each delay bin."""
        moved = self.reading.standard(matrix) @ self.weight @ self.shape
        return softmax(self.start + _trusted(self.trust, self.reading.records(matrix)) + moved)

    def to_onnx(self) -> bytes:
        """Return the formula as ONNX, in plain nodes."""
        graph = PlainGraph()
        own = graph.step("Mul", self.reading.own_nodes(graph), graph.constant(self.trust[0]))
        if len(self.trust) > 1:
            whole = self.reading.whole_nodes(graph)
            own = graph.step("Add", own, graph.step("Mul", whole, graph.constant(self.trust[1])))
        moved = graph.step(
            "MatMul",
            self.reading.standard_nodes(graph),
            graph.constant(self.weight @ self.shape),
        )
        start = graph.constant(self.start)
        margins = graph.step("Add", graph.step("Add", own, moved), start)
        return graph.model(margins, features=self.reading.features, bins=len(self.start))


def fit(sample: Sample, setup: Setup, seed: int) -> Small:  # noqa: ARG001 (nothing is drawn)
    """Learn weights by the censored likelihood, with a ridge."""
    start = starting_margins(sample.possible)
    reading = _reading(sample, setup, softmax(start[None, :])[0])
    shape = _shape(softmax(start[None, :])[0], sample.bins.last.index(LATE))
    records, standard = reading.records(sample.matrix), reading.standard(sample.matrix)
    size, few = (standard.shape[1], len(shape)), len(records)
    pull = setup["ridge"] / len(sample)
    # The last delays are trusted and the whole record is not, unless it is shown otherwise.
    usual, hold = np.eye(few)[0], setup.get("whole", setup["ridge"]) / len(sample)

    def lost(values: Floats) -> tuple[float, Floats]:
        trust, weight = values[:few], values[few:].reshape(size)
        p = softmax(start + _trusted(trust, records) + standard @ weight @ shape)
        given = (p * sample.possible).sum(axis=1)
        away = (p - given_possible(p, sample.possible)) / len(sample)
        slope = standard.T @ (away @ shape.T) + 2 * pull * weight
        trusting = np.array([(away * one).sum() for one in records]) + 2 * hold * (trust - usual)
        cost = -np.log(np.maximum(given, 1e-12)).mean()
        cost += pull * (weight**2).sum() + hold * ((trust - usual) ** 2).sum()
        return float(cost), np.concatenate([trusting, slope.ravel()])

    first = np.concatenate([usual, np.zeros(size[0] * size[1])])
    told = minimize(lost, first, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS_MAX})
    return Small(
        reading=reading,
        start=start,
        trust=told.x[:few],
        weight=told.x[few:].reshape(size),
        shape=shape,
    )


def _reading(sample: Sample, setup: Setup, shares: Floats) -> Reading:
    """Return how the columns of a sample are read, and scaled by what it holds."""
    names, bins = sample.names, len(shares)
    apart = {*SEQUENCE, WEEKDAY, *RECORD[1:]}
    few = [place for place, name in enumerate(names) if name not in apart]
    there = np.ma.masked_invalid(sample.matrix[:, few].astype(np.float64))
    blur = np.eye(bins) * (1 - 2 * BLUR) + BLUR * (np.eye(bins, k=1) + np.eye(bins, k=-1))
    blur[0, 0] = blur[-1, -1] = 1 - BLUR
    by_bin = np.eye(bins) - np.eye(bins, k=1)
    return Reading(
        features=len(names),
        delays=_places(names, SEQUENCE),
        last=np.array(sample.bins.last, np.float32),
        upto=by_bin @ blur,
        shares=shares,
        few=np.array(few),
        flagged=np.array(few)[np.isnan(sample.matrix[:, few]).any(axis=0)],
        mean=there.mean(axis=0).filled(0.0),
        scale=np.maximum(there.std(axis=0).filled(1.0), 1e-6),
        weekday=_places(names, (WEEKDAY,)),
        record=np.array(
            [names.index(one) for one in (RECORD if _counts_whole(setup, names) else ())], np.int64
        ),
        sides=_sides(np.array(sample.bins.last)),
    )


def _counts_whole(setup: Setup, names: Collection[str]) -> bool:
    return "whole" in setup and set(RECORD) <= set(names)


def _sides(last: Ints) -> Floats:
    """Return a row for on time, late and more than 30 days late: 1 for its bins."""
    side = np.searchsorted([LATE, HIGH_RISK], [*last, last[-1] + 1], side="left")
    return np.eye(3)[side].T


def _trusted(trust: Floats, records: Sequence[Floats]) -> Floats:
    found: Floats = np.sum([share * one for share, one in zip(trust, records, strict=True)], axis=0)
    return found


def _places(names: Sequence[str], those: Collection[str]) -> NDArray[np.int64]:
    found = [place for place, name in enumerate(names) if name in those]
    return np.array(found, np.int64)


def _shape(shares: Floats, late: int) -> Floats:
    """Return the ways a distribution may move: later, wider, and across the due date."""
    place = np.cumsum(shares) - shares / 2
    across = (np.arange(len(shares)) > late).astype(np.float64)
    ways = np.array([place, (place - 0.5) ** 2, across])
    centred = ways - (ways @ shares)[:, None]
    found: Floats = centred / np.sqrt(np.maximum(centred**2 @ shares, 1e-9))[:, None]
    return found
