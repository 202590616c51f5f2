"""LSTM: a recurrent net reads the customer's last delays in their order, oldest first.

Keras 3 trains it, on whichever backend KERAS_BACKEND names; the ONNX graph is written from the
weights, so it does not depend on the backend. Hochreiter and Schmidhuber 1997.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from net30.features.point_in_time import Matrix
from net30.kernel.errors import InputError
from net30.scoring.model import INPUT
from net30.training.family import SEQUENCE, Setup
from net30.training.plain_graph import PlainGraph
from net30.training.sample import Sample
from net30.training.softmax import Floats, softmax, starting_margins

SETUPS: tuple[Setup, ...] = (
    {"units": 32, "dense": 48, "rate": 0.003, "dropout": 0.2, "epochs": 12},
    {"units": 16, "dense": 24, "rate": 0.003, "dropout": 0.4, "epochs": 12},
)
"""`epochs` at most."""
ROWS_MIN, ROWS_MAX = 64, 512
"""Examples a step; every step has as many, so that the net is compiled once."""
STEPS = 60
"""So many steps an epoch has where there are enough examples."""
PATIENCE = 2
LATER_SHARE = 0.15
"""The share of the examples, those issued last, that says when to stop."""
LATER_MIN = 50
CLOSING_RATE = 0.3
"""The last epoch sees all examples, also the latest ones, in steps so much smaller."""
FAR = 5.0
"""Standard deviations at which a feature is cut."""
DELAY_SCALE = 15.0
DELAY_FAR = 8.0


def wanted(_setup: Setup, names: Sequence[str]) -> tuple[str, ...]:
    """Return all features; raise InputError without the delays that it reads."""
    if not set(SEQUENCE) <= set(names):
        raise InputError(
            "an LSTM reads a customer's last delays, which are left out",
            hint="choose another family, or leave the group lately in",
            code="no_sequence",
        )
    return tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a row of features is read: as delays in their order, and as the rest, standardised."""

    features: int
    delays: NDArray[np.int64]
    rest: NDArray[np.int64]
    mean: Floats
    scale: Floats

    def sequence(self, matrix: Matrix) -> NDArray[np.float32]:
        """Return (n, steps, 2): the scaled delay, and 1 where there is one."""
        delays = matrix[:, self.delays]
        scaled = np.clip(np.nan_to_num(delays) / DELAY_SCALE, -DELAY_FAR, DELAY_FAR)
        return np.stack([scaled, ~np.isnan(delays)], axis=2).astype(np.float32)

    def rest_of(self, matrix: Matrix) -> NDArray[np.float32]:
        """Return the rest of the features; one that is missing is its mean."""
        scaled = np.clip((matrix[:, self.rest] - self.mean) / self.scale, -FAR, FAR)
        return np.nan_to_num(scaled).astype(np.float32)

    def nodes(self, graph: PlainGraph) -> tuple[str, str]:
        """Write the same as nodes; the sequence has its steps first, as ONNX wants them."""
        delays = graph.columns(INPUT, self.delays)
        absent = graph.step("IsNaN", delays)
        zero = graph.constant(np.array(0.0))
        scaled = graph.step(
            "Div", graph.step("Where", absent, zero, delays), graph.constant(np.array(DELAY_SCALE))
        )
        scaled = _clipped(graph, scaled, DELAY_FAR)
        there = graph.number(graph.step("Not", absent))
        axis = graph.constant(np.array([2]))
        both = [graph.step("Unsqueeze", one, axis) for one in (scaled, there)]
        steps = graph.step("Transpose", graph.step("Concat", *both, axis=2), perm=[1, 0, 2])
        rest, mean = graph.columns(INPUT, self.rest), graph.constant(self.mean)
        filled = graph.step("Where", graph.step("IsNaN", rest), mean, rest)
        scale = graph.constant(self.scale)
        standard = graph.step("Div", graph.step("Sub", filled, mean), scale)
        return steps, _clipped(graph, standard, FAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class LSTM:
    """The net as plain weights, by layer."""

    reading: Reading
    net: Any  # Keras has no types
    layers: tuple[tuple[NDArray[np.float32], ...], ...]

    def probabilities(self, matrix: Matrix) -> NDArray[np.float64]:
        """Return the probability of each delay bin."""
        given = [self.reading.sequence(matrix), self.reading.rest_of(matrix)]
        whole = _whole_steps(np.arange(len(matrix)), ROWS_MAX)
        margins = self.net.predict([one[whole] for one in given], batch_size=ROWS_MAX, verbose=0)
        return softmax(np.asarray(margins[: len(matrix)], np.float64))

    def to_onnx(self) -> bytes:
        """Return the net as ONNX, with one LSTM node."""
        graph = PlainGraph()
        steps, rest = self.reading.nodes(graph)
        recurrent, dense, told = self.layers
        state = _lstm(graph, steps, recurrent)
        hidden = graph.step("Concat", state, rest, axis=1)
        hidden = graph.step("Relu", _dense(graph, hidden, dense))
        margins = _dense(graph, hidden, told)
        return graph.model(margins, features=self.reading.features, bins=told[1].shape[0])


def fit(sample: Sample, setup: Setup, seed: int) -> LSTM:
    """Learn with the censored likelihood, until the examples issued last are told no better."""
    keras.utils.set_random_seed(seed)
    reading = _reading(sample)
    net = _net(sample, reading, setup)
    given = [reading.sequence(sample.matrix), reading.rest_of(sample.matrix)]
    possible = sample.possible.astype(np.float32)
    later = _later(sample)
    step = int(np.clip(len(sample) // STEPS, ROWS_MIN, ROWS_MAX))

    def rows(chosen: NDArray[np.bool_]) -> tuple[list[NDArray[np.float32]], NDArray[np.float32]]:
        whole = _whole_steps(np.flatnonzero(chosen), step)
        return [one[whole] for one in given], possible[whole]

    if later.any():
        stop = keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)
        net.fit(
            *rows(~later),
            validation_data=rows(later),
            epochs=int(setup["epochs"]),
            batch_size=step,
            validation_batch_size=step,
            callbacks=[stop],
            verbose=0,
        )
        net.optimizer.learning_rate = setup["rate"] * CLOSING_RATE
    every = np.ones(len(sample), np.bool_)
    net.fit(*rows(every), epochs=1, batch_size=step, verbose=0)
    kinds = ("recurrent", "dense", "told")
    return LSTM(
        reading=reading,
        net=net,
        layers=tuple(tuple(net.get_layer(kind).get_weights()) for kind in kinds),
    )


def _net(sample: Sample, reading: Reading, setup: Setup) -> Any:  # Any: Keras has no types
    """Return the net, which starts from the company's own shares."""
    layers = keras.layers
    steps = keras.Input((len(reading.delays), 2))
    rest = keras.Input((len(reading.rest),))
    state = layers.LSTM(int(setup["units"]), name="recurrent")(steps)
    hidden = layers.Concatenate()([state, rest])
    hidden = layers.Dense(int(setup["dense"]), activation="relu", name="dense")(hidden)
    hidden = layers.Dropout(setup["dropout"])(hidden)
    start = keras.initializers.Constant(starting_margins(sample.possible))
    told = layers.Dense(len(sample.bins), bias_initializer=start, name="told")(hidden)
    net = keras.Model([steps, rest], told)
    net.compile(keras.optimizers.Adam(setup["rate"]), _censored_loss)
    return net


def _censored_loss(possible: Any, margins: Any) -> Any:  # Any: tensors of the backend
    """Return -ln of the probability of what is still possible."""
    ops = keras.ops
    return -ops.log(ops.maximum(ops.sum(ops.softmax(margins) * possible, axis=-1), 1e-7))


def _whole_steps(rows: NDArray[np.int64], step: int) -> NDArray[np.int64]:
    """Return the rows, and the first of them again until the last step is full."""
    return np.resize(rows, -(-len(rows) // step) * step)


def _later(sample: Sample) -> NDArray[np.bool_]:
    """Return which examples were issued last; none where they would be too few to tell."""
    later: NDArray[np.bool_] = sample.issued > np.quantile(sample.issued, 1 - LATER_SHARE)
    return later if later.sum() >= LATER_MIN else np.zeros(len(sample), np.bool_)


def _reading(sample: Sample) -> Reading:
    places = {name: place for place, name in enumerate(sample.names)}
    rest = np.array([place for name, place in places.items() if name not in SEQUENCE])
    there = np.ma.masked_invalid(sample.matrix[:, rest].astype(np.float64))
    return Reading(
        features=len(places),
        delays=np.array([places[name] for name in SEQUENCE]),
        rest=rest,
        mean=there.mean(axis=0).filled(0.0),
        scale=np.maximum(there.std(axis=0).filled(1.0), 1e-6),
    )


def _clipped(graph: PlainGraph, given: str, far: float) -> str:
    return graph.step("Clip", given, graph.constant(np.array(-far)), graph.constant(np.array(far)))


def _dense(graph: PlainGraph, given: str, weights: Sequence[NDArray[np.float32]]) -> str:
    return graph.step("Gemm", given, *(graph.constant(one) for one in weights))


def _lstm(graph: PlainGraph, steps: str, weights: Sequence[NDArray[np.float32]]) -> str:
    """Write the recurrent layer; return its last state."""
    kernel, recurrent, bias = (_gates(one) for one in weights)
    units = recurrent.shape[0]
    given = [kernel.T, recurrent.T, np.concatenate([bias, np.zeros(4 * units, np.float32)])]
    names = [graph.constant(np.ascontiguousarray(one)[None]) for one in given]
    _, state = graph.steps("LSTM", [steps, *names], ["", "state"], hidden_size=units)
    return graph.step("Squeeze", state, graph.constant(np.array([0])))


def _gates(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return Keras' gates i, f, c, o in the order of ONNX: i, o, f, c."""
    into, forget, cell, out = np.split(weights, 4, axis=-1)
    return np.concatenate([into, out, forget, cell], axis=-1)
