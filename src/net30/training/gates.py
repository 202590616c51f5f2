"""Gates: what a model must pass before it is published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from net30.features.point_in_time import Matrix
from net30.scoring.distribution import Distribution
from net30.scoring.model import Model
from net30.training.choose import SCORE_MAX, Choice
from net30.training.family import Fitted
from net30.training.sample import Sample

ROWS_MIN = 6_000
PROBABILITY_GAP_MAX = 1e-5
DAYS_GAP_MAX = 1e-3
MISSING_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Gate:
    """One check: its name, whether it was passed, its figures, and what it says of them."""

    name: str
    passed: bool
    figures: dict[str, float]
    says: str


def parity(fitted: Fitted, model: Model, sample: Sample, seed: int) -> Gate:
    """Compare the model that learned with the ONNX file that will be served.

    At least 6,000 rows of the sample, half of them with a fifth of their values missing.
    """
    rows = _rows(sample.matrix, seed)
    native = Distribution(sample.bins, np.asarray(fitted.probabilities(rows), np.float64))
    served = model.raw(rows)
    gap = float(np.abs(native.probabilities - served.probabilities).max())
    correct = model.card.calibration.corrected
    days = days_apart(correct(native), correct(served))
    return Gate(
        name="parity",
        passed=gap <= PROBABILITY_GAP_MAX and days <= DAYS_GAP_MAX,
        figures={"rows": float(len(rows)), "probability_gap": gap, "days_gap": days},
        says=f"ONNX differs from the model by up to {gap:.1e} in probability, {days:.1e} days, "
        f"on {len(rows):,} rows (allowed: {PROBABILITY_GAP_MAX:.0e} and {DAYS_GAP_MAX:.0e})",
    )


def days_apart(native: Distribution, served: Distribution) -> float:
    """Return by how many days two medians differ at most, beyond what the allowed gap explains.

    Where hardly any probability lies about the median a rounding of it is many days.
    """
    low, high = (native.quantile(0.5 + gap) for gap in (-PROBABILITY_GAP_MAX, PROBABILITY_GAP_MAX))
    middle = served.quantile(0.5)
    return float(np.maximum(np.maximum(low - middle, middle - high), 0).max())


def beats_the_baseline(choice: Choice) -> Gate:
    """Tell whether a model is better than the customer's own median on later invoices."""
    own, rival = choice.figures, choice.baselines["customer_median"]
    said = ", ".join(
        f"{name} {own[name]:.3f} against {rival[name]:.3f}"
        for name in ("brier", "mae", "interval_score")
    )
    return Gate(
        name="baseline",
        passed=choice.score < SCORE_MAX,
        figures={"score": choice.score},
        says=f"{choice.score:.3f} of the customer median's errors (must be below 1): {said}",
    )


def _rows(matrix: Matrix, seed: int) -> Matrix:
    draw = np.random.default_rng(seed)
    rows = matrix[draw.integers(0, len(matrix), max(ROWS_MIN, 0))]
    half = len(rows) // 2
    rows[:half][draw.random(rows[:half].shape) < MISSING_SHARE] = np.nan
    return rows
