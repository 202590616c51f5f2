"""Choose: which family, set up how, suits a ledger; by trials in the order of time only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from net30.features.point_in_time import seen_from
from net30.scoring.calibration import Calibration
from net30.scoring.delay_bins import HIGH_RISK, LATE
from net30.scoring.distribution import Distribution
from net30.scoring.figures import Told, figures
from net30.training.baselines import baseline
from net30.training.calibrate import choose_calibration
from net30.training.family import Family, Setup
from net30.training.trials import Question, answers

JUDGED_BY = ("brier", "mae", "interval_score")
"""The figures that a choice is made by, each as a ratio to the customer's own median."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A family and its setup, how it was corrected, and its figures on the later slices."""

    family: str
    setup: Setup
    calibration: Calibration
    figures: Mapping[str, float]
    baselines: Mapping[str, Mapping[str, float]]
    losses: Mapping[str, float]
    told: tuple[Distribution, ...]

    @property
    def score(self) -> float:
        """Return the mean ratio to the customer's own median; below 1 is better than it."""
        rival = self.baselines["customer_median"]
        return float(np.mean([self.figures[one] / max(rival[one], 1e-9) for one in JUDGED_BY]))


def try_family(
    name: str, family: Family, asked: Sequence[Question], *, seed: int, setups: Sequence[Setup] = ()
) -> list[Choice]:
    """Return every setup of a family, tried and corrected, the best first."""
    rivals = {one: _rival(one, asked) for one in ("due_date", "customer_median")}
    found = []
    for setup in setups or family.SETUPS:
        told = answers(family, setup, asked, seed)
        found.append(judged(name, setup, asked, told, rivals))
    return sorted(found, key=lambda choice: choice.score)


def judged(
    name: str,
    setup: Setup,
    asked: Sequence[Question],
    told: Sequence[Distribution],
    rivals: Mapping[str, Mapping[str, float]],
) -> Choice:
    """Return what a way of learning said, corrected and judged against its rivals."""
    calibration, losses = choose_calibration(asked, told)
    return Choice(
        family=name,
        setup=setup,
        calibration=calibration,
        figures=_figures([tell(one, calibration) for one in told], asked),
        baselines=rivals,
        losses=losses,
        told=tuple(told),
    )


def tell(raw: Distribution, calibration: Calibration) -> Told:
    """Return the figures a user reads, from one corrected distribution."""
    made = calibration.corrected(raw)
    return Told(
        late=made.later_than(LATE),
        late30=made.later_than(HIGH_RISK),
        expected=made.quantile(0.5),
        low=made.quantile(calibration.low),
        high=made.quantile(calibration.high),
    )


def _rival(name: str, asked: Sequence[Question]) -> dict[str, float]:
    told = []
    for one in asked:
        day = int(one.asked.issued.min())
        history = one.history
        told.append(baseline(name, history, one.asked, seen_from(one.asked, day), day))
    return _figures(told, asked)


def _figures(told: Sequence[Told], asked: Sequence[Question]) -> dict[str, float]:
    """Return the figures over all slices of what has fallen due; an open one at its least delay."""
    joined = Told(
        **{
            name: np.concatenate(
                [getattr(one, name)[q.judged] for one, q in zip(told, asked, strict=True)]
            )
            for name in ("late", "late30", "expected", "low", "high")
        }
    )
    return figures(joined, np.concatenate([one.delay[one.judged] for one in asked]))
