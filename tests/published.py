"""A small model in a second, published without trials: for tests of what serves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa

from net30.features.coding import choose_words, customers_of, day_number, invoices_of
from net30.features.invoices import OPEN
from net30.features.point_in_time import feature_names
from net30.scoring.calibration import Calibration
from net30.scoring.card import Card, LearnedFrom
from net30.scoring.delay_bins import bins_for
from net30.scoring.explain.typical import typical_row
from net30.scoring.registry import publish
from net30.training.sample import Sample, make_sample
from net30.training.softmax import Floats, gradients, starting_margins
from net30.training.tree_graph import Tree, tree_graph

BINS = 10
TREES = 60
RATE, L2 = 0.3, 5.0
METRICS = {"n": 100.0, "auc": 0.8, "brier": 0.15, "ece": 0.05, "mae": 8.0, "cover": 0.8}


def publish_small(
    models: Path, history: pa.Table, as_of: date, metrics: Mapping[str, float] | None = None
) -> Path:
    """Publish a few small trees that learned from what was known before a day."""
    horizon = day_number(as_of)
    words = choose_words(history, horizon)
    known = invoices_of(history, words, customers_of(history)).as_of(horizon)
    names = feature_names(sorted(words))
    bins = bins_for(known.delay[known.paid < OPEN], BINS)
    sample = make_sample(known, horizon, bins, names, gap_max=30, seed=1)
    start = starting_margins(sample.possible)
    onnx = tree_graph(_boosted(sample, start), features=len(names), start=start, softmax=True)
    settled = int((known.paid < OPEN).sum())
    card = Card(
        name="payments",
        version="v0",
        family="small trees",
        setup={"trees": TREES},
        seed=1,
        as_of=as_of,
        made_on=as_of,
        features=names,
        words=words,
        last_days=bins.last,
        gap_days=30,
        calibration=Calibration("platt", 0.9, 0.9, 0.5, 0.1, 0.9),
        learned_from=LearnedFrom(
            source="a test",
            sha256="0" * 64,
            invoices=len(known),
            settled=settled,
            open=len(known) - settled,
            customers=7,
            first_issue=as_of,
            last_issue=as_of,
        ),
        metrics=dict(metrics or METRICS),
        baselines={"customer_median": {"brier": 0.16, "mae": 9.0}},
        gates={"parity": {"passed": True}},
        limits=("It was made for a test.",),
        model_sha256=sha256(onnx).hexdigest(),
        typical=typical_row(sample.matrix),
    )
    return publish(models, card, onnx)


def _boosted(sample: Sample, start: Floats) -> Iterator[Tree]:
    """Trees of two questions each, about features drawn by chance: gradient boosting by hand."""
    draw = np.random.default_rng(2)
    margins = np.tile(start, (len(sample), 1))
    for _ in range(TREES):
        first, second = draw.choice(len(sample.names), 2, replace=False).tolist()
        cuts = [
            _cut(sample.matrix[:, one], float(draw.uniform(0.2, 0.8))) for one in (first, second)
        ]
        left, right = _asked(sample, first, cuts[0]), _asked(sample, second, cuts[1])
        leaf = np.where(left, 0, np.where(right, 1, 2))
        slope, bend = gradients(margins, sample.possible)
        value = np.array(
            [
                -RATE * slope[leaf == one].sum(axis=0) / (bend[leaf == one].sum(axis=0) + L2)
                for one in range(3)
            ]
        )
        margins += value[leaf]
        nothing = np.zeros((2, len(start)))
        yield Tree(
            feature=np.array([first, -1, second, -1, -1]),
            threshold=np.array([cuts[0], 0, cuts[1], 0, 0]),
            left=np.array([1, 0, 3, 0, 0]),
            right=np.array([2, 0, 4, 0, 0]),
            missing_left=np.array([True, False, True, False, False]),
            value=np.vstack([nothing[:1], value[:1], nothing[:1], value[1:]]),
            outputs=range(len(start)),
        )


def _cut(column: np.ndarray, level: float) -> float:
    there = column[~np.isnan(column)]
    return float(np.quantile(there, level)) if len(there) else 0.0


def _asked(sample: Sample, feature: int, cut: float) -> np.ndarray:
    column = sample.matrix[:, feature]
    answer: np.ndarray = np.isnan(column) | (column <= np.float32(cut))
    return answer
