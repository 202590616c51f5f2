"""Train: from what a ledger knew at its horizon to a model: chosen in trials, learned from all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from net30.features.invoices import OPEN, Invoices
from net30.features.point_in_time import feature_names
from net30.kernel.errors import InputError
from net30.scoring.delay_bins import LATE, DelayBins, bins_for
from net30.scoring.explain.groups import outside
from net30.training.choose import BUDGET_SECONDS, Choice, choose
from net30.training.families import load_family
from net30.training.family import Fitted
from net30.training.sample import Sample, make_sample
from net30.training.trials import BINS, gap_days, questions

SETTLED_MIN = 200
"""With fewer settled invoices nothing can be learned that would hold for later ones."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What is learned from: what was known at the horizon, by which families, from which seed.

    `without` are groups of features (explain/groups.json) that nothing is learned from. Once
    `budget_seconds` (BUDGET_SECONDS usually) are spent no further trial is begun.
    """

    known: Invoices
    horizon: int
    families: Sequence[str]
    seed: int = 0
    without: Collection[str] = ()
    budget_seconds: float | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the features that may be learned from; raise InputError when none is left."""
        found = outside(feature_names(sorted(self.known.words)), self.without)
        if not found:
            raise InputError(
                "every group of features is left out",
                hint="leave at least one to learn from",
                code="no_features",
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model that has learned, how it was chosen, and every choice that was tried, best first."""

    fitted: Fitted
    onnx: bytes
    names: tuple[str, ...]
    bins: DelayBins
    gap_days: int
    choice: Choice
    tried: tuple[Choice, ...]
    sample: Sample


def train(lesson: Lesson, progress: Progress) -> Trained:
    """Return the best of the families, chosen by trials in the order of time only.

    Raises InputError, with the figures, when the ledger cannot teach: too few settled invoices,
    all of them paid equally late, or too short a time.
    """
    check_can_teach(lesson.known, lesson.horizon)
    _check_families(lesson)
    progress("looking back", 0, 0)
    asked = questions(lesson.known, lesson.horizon, lesson.names, lesson.seed)
    if not asked:
        raise InputError(
            "the history is too short to try a model on later invoices",
            hint="a model needs invoices that fell due on several later days",
            code="too_short",
        )
    tried = choose(
        asked,
        lesson.families,
        seed=lesson.seed,
        budget_seconds=lesson.budget_seconds or BUDGET_SECONDS,
        tell=progress,
    )
    progress(f"learning by {tried[0].family}", 0, 0)
    return learned(lesson, tried)


def _check_families(lesson: Lesson) -> None:
    """Raise InputError before any work for a family that nothing is left for to learn from."""
    for name in lesson.families:
        family = load_family(name)
        if not family.wanted(family.SETUPS[0], lesson.names):
            raise InputError(
                f"the family {name} learns from nothing of what is left in",
                hint="choose another family, or leave out fewer groups",
                code="no_features",
            )


def check_can_teach(known: Invoices, horizon: int) -> None:
    """Raise InputError, with the figures, when nothing can be learned from a ledger."""
    delay = known.delay[known.paid < OPEN]
    if len(delay) < SETTLED_MIN:
        raise InputError(
            f"{len(known):,} invoices were issued before the as-of date and {len(delay):,} of "
            f"them settled; a model needs {SETTLED_MIN} settled ones",
            hint="give a longer history, or use the model that comes with net30",
            code="too_few_settled",
        )
    open_late = (known.paid >= OPEN) & (known.due < horizon)
    late, on_time = int((delay > LATE).sum() + open_late.sum()), int((delay <= LATE).sum())
    # All on time, or all late, still differ in days; where these are equal too, nothing does.
    if (not late or not on_time) and int(delay.min()) == int(delay.max()):
        told = f"paid on time: {on_time:,}, late: {late:,}"
        raise InputError(
            f"the invoices of this history do not differ ({told}): there is nothing to learn",
            hint="check which column is the due date and which the paid date",
            code="one_class",
        )


def learned(lesson: Lesson, tried: Sequence[Choice]) -> Trained:
    """Return what the first of some choices comes to when it learns from all that is known."""
    known, choice = lesson.known, tried[0]
    family = load_family(choice.family)
    names = family.wanted(choice.setup, lesson.names)
    gap = gap_days(known)
    bins = bins_for(known.delay[known.paid < OPEN], BINS)
    sample = make_sample(known, lesson.horizon, bins, names, gap_max=gap, seed=lesson.seed)
    fitted = family.fit(sample, choice.setup, lesson.seed)
    return Trained(
        fitted=fitted,
        onnx=fitted.to_onnx(),
        names=names,
        bins=bins,
        gap_days=gap,
        choice=choice,
        tried=tuple(tried),
        sample=sample,
    )
