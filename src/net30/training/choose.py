"""Choose: which family, set up how, suits a ledger; by trials in the order of time only.

What is searched is a short fixed list: two or three setups a family, found by reason. Three later
slices of one ledger tell setups apart by no more than about 1 % of their errors; a search through
hundreds (random, or by an optimiser) would pick the luckiest of them, and has been left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from time import monotonic

import numpy as np

from net30.features.point_in_time import seen_from
from net30.scoring.calibration import Calibration
from net30.scoring.delay_bins import HIGH_RISK, LATE
from net30.scoring.distribution import Distribution
from net30.scoring.figures import Told, figures
from net30.training.baselines import baseline
from net30.training.calibrate import choose_calibration
from net30.training.ensemble import ENSEMBLE, MEMBERS, blended
from net30.training.families import load_family
from net30.training.family import Setup
from net30.training.trials import Question, answers

JUDGED_BY = {"brier": 0.001, "mae": 0.5, "interval_score": 1.0}
"""The figures that a choice is made by, each as a ratio to the customer's own median. An error
below the one named here (of a chance, or in days) is none: where all pay on the same day the
median is never wrong, and half a day, as wide as a day is drawn, would be told as far worse."""
BUDGET_SECONDS = 900
SCORE_MAX = 1.0
"""What is not below this is no better than the customer's own median, and is not published."""
GAIN_MIN = 0.005
"""What an ensemble must gain on the score of its best member: it costs the sum of them all."""


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
        return float(
            np.mean(
                [
                    max(self.figures[one], least) / max(rival[one], least)
                    for one, least in JUDGED_BY.items()
                ]
            )
        )


def choose(
    asked: Sequence[Question],
    families: Sequence[str],
    *,
    seed: int,
    budget_seconds: float = BUDGET_SECONDS,
    tell: Callable[[str, int, int], None] = lambda _step, _done, _of: None,
) -> list[Choice]:
    """Return what was tried, the best first; `families` may hold the ensemble.

    Every family's first setup is tried before any second one; once the budget is spent no other
    is begun, so what was tried depends on the machine where it is too small for all. The
    ensemble is made of what the others have told already; where only it is asked for, its usual
    members are tried and it comes first.
    """
    singles = [name for name in families if name != ENSEMBLE] or MEMBERS
    rivals = {one: _rival(one, asked) for one in ("due_date", "customer_median")}
    found: list[Choice] = []
    plan = _plan(singles)
    began = monotonic()
    for place, (name, setup) in enumerate(plan):
        if found and monotonic() - began > budget_seconds:
            break
        tell(f"trying {name}", place, len(plan))
        told = answers(load_family(name), setup, asked, seed)
        found.append(judged(name, setup, asked, told, rivals))
    found.sort(key=lambda choice: choice.score)
    if ENSEMBLE not in families:
        return found
    setup, told = blended([(one.family, one.setup, one.told) for one in found], asked)
    whole = judged(ENSEMBLE, setup, asked, told, rivals)
    first = len(families) == 1 or worth_its_cost(whole.score, found[0].score)
    return [whole, *found] if first else [found[0], whole, *found[1:]]


def worth_its_cost(ensemble: float, member: float) -> bool:
    """Tell whether an ensemble's score is worth more than one member's, which costs less.

    Where only the ensemble is better than the customer's own median there would else be no model.
    """
    return ensemble < member * (1 - GAIN_MIN) or ensemble < SCORE_MAX <= member


def _plan(families: Sequence[str]) -> list[tuple[str, Setup]]:
    """Return what to try in which order: each family's first setup, then the second ones."""
    columns = [[(name, one) for one in load_family(name).SETUPS] for name in families]
    return [one for row in zip_longest(*columns) for one in row if one is not None]


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
