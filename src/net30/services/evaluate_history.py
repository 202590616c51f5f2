"""Evaluate a history: how well every family would have told its later invoices."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from net30.features.invoices import OPEN, joined
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding
from net30.kernel.plugins import load
from net30.scoring.figures import Told
from net30.scoring.model import Model, load_model
from net30.scoring.protocol import Window, windows, without_outcome
from net30.scoring.registry import publish
from net30.scoring.score import Asked, score
from net30.scoring.scorecard import (
    COMPARED,
    Difference,
    Drawn,
    best_in,
    difference,
    draw_customers,
    interval,
    scorecard,
)
from net30.services.exam import Exam, day_of, make_exam
from net30.services.past_invoices import PastInvoices
from net30.services.train_model import DEFAULT_FAMILIES, Training, card_of

if TYPE_CHECKING:
    from net30.training.contest import Entrant

ROLLING_MAX = 100
DRAWS, DRAWS_MAX = 200, 10_000
CHOSEN, ENSEMBLE = "chosen", "ensemble"
DUE_DATE, MEDIAN_FROZEN, MEDIAN_FRESH = (
    "due_date",
    "customer_median_frozen",
    "customer_median_fresh",
)
RIVALS = (DUE_DATE, MEDIAN_FROZEN, MEDIAN_FRESH)
"""What anybody could say: paid when due; the customer's own median and late share, by what was
paid before the cut, and by all that was paid before each invoice's own issue."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What to evaluate: by which families, in how many windows beside whole.

    Without any families all of them learn, and `chosen` is what training chooses by itself; with
    some, only these, and `chosen` is what training chooses among them.
    `draws` of customers are made for the 95 % intervals; none without any.
    """

    ledger: PastInvoices
    families: Sequence[str] = ()
    rolling: int = 0
    draws: int = DRAWS
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """What a family came to: its name and setup, and whether it would be published."""

    name: str
    family: str
    setup: Mapping[str, float]
    calibration: str
    beats_the_baseline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One table: who told the judged invoices how well, and with what luck.

    `windows` are the days on which the ledger was looked at, one without windows. `figures` and
    `intervals` (95 %) are by teller and figure; `told` what each said, in the order of `ids`.
    """

    windows: tuple[date, ...]
    figures: Mapping[str, Mapping[str, float]]
    intervals: Mapping[str, Mapping[str, tuple[float, float]]]
    differences: tuple[Difference, ...]
    told: Mapping[str, Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport:
    """How every family would have done on the later invoices of a history.

    `frozen`: all are told by what was known on the cut; `rolling`: by windows, each by the ledger
    of its own first day. `left_out` says why a family did not take part.
    """

    source: str
    sha256: str
    cut: date
    learned_from: int
    open_at_cut: int
    judged: int
    unpaid: int
    customers: int
    currencies: tuple[str, ...]
    learners: tuple[Learner, ...]
    left_out: Mapping[str, str]
    frozen: Judgement
    rolling: Judgement | None
    ids: tuple[str, ...]
    findings: tuple[Finding, ...]
    finding_counts: Mapping[str, int]


def evaluate_history(evaluation: Evaluation, progress: Progress | None = None) -> EvaluationReport:
    """Return the whole table of figures, under the protocol of scoring/protocol.py.

    Each family is trained once, as `net30 train` would on the morning of the cut, and told
    through its ONNX file. Raises InputError, with the figures, when the history is too small to
    learn from or to judge by, or holds one class only; ConfigurationError when the package of a
    family asked for is missing.
    """
    tell = progress or _quiet
    _check_bounds(evaluation)
    exam = make_exam(evaluation.ledger.history)
    learners: list[Learner] = []
    left_out: dict[str, str] = {}
    models: dict[str, Model] = {}
    with tempfile.TemporaryDirectory(prefix="net30-eval-") as folder:
        for entrant in _contest(evaluation, exam, tell):
            if entrant.trained is None:
                left_out[entrant.name] = entrant.left_out
                continue
            models[entrant.name] = _served(evaluation, exam, entrant, Path(folder))
            learners.append(_learner(entrant))
    frozen = [Window(exam.cut, np.arange(len(exam.rows)))]
    rolling = windows(exam.judged.issued, evaluation.rolling) if evaluation.rolling else []
    members = _members(learners)
    judge = _Judge(evaluation, exam, models, members, tell)
    return EvaluationReport(
        source=evaluation.ledger.source,
        sha256=evaluation.ledger.sha256,
        cut=day_of(exam.cut),
        learned_from=int((exam.every.issued < exam.cut).sum()),
        open_at_cut=int((exam.every.as_of(exam.cut).paid == OPEN).sum()),
        judged=len(exam.rows),
        unpaid=int((exam.every.issued >= exam.cut).sum()) - len(exam.rows),
        customers=len(np.unique(exam.judged.customer)),
        currencies=exam.currencies,
        learners=tuple(learners),
        left_out=left_out,
        frozen=judge.judgement(frozen),
        rolling=judge.judgement(rolling) if rolling else None,
        ids=exam.ids,
        findings=tuple(evaluation.ledger.faults.shown),
        finding_counts=dict(evaluation.ledger.faults.counts),
    )


@dataclass(frozen=True, slots=True)
class _Judge:
    evaluation: Evaluation
    exam: Exam
    models: Mapping[str, Model]
    members: Sequence[str]
    tell: Progress

    def judgement(self, parts: Sequence[Window]) -> Judgement:
        """Return the table of one way to look at the ledger."""
        told = {name: self._by_model(name, parts) for name in self.models}
        told |= {name: self._by_rival(name) for name in RIVALS}
        came = self.exam.came
        figures = {name: scorecard(one, came) for name, one in told.items()}
        drawn = draw_customers(
            told,
            came,
            draws=self.evaluation.draws,
            seed=self.evaluation.seed,
            progress=lambda done, of: self.tell("drawing customers", done, of),
        )
        return Judgement(
            windows=tuple(day_of(part.day) for part in parts),
            figures=figures,
            intervals={
                name: {figure: interval(values) for figure, values in one.items()}
                for name, one in drawn.items()
            },
            differences=self._differences(figures, drawn),
            told=told,
        )

    def _by_model(self, name: str, parts: Sequence[Window]) -> Told:
        every = self.exam.every
        told = []
        for done, part in enumerate(parts):
            self.tell(f"asking {name}", done, len(parts))
            past = every.take(every.issued < part.day)
            asked = without_outcome(every.take(self.exam.rows[part.rows]))
            about = Asked(history=past, asked=asked, together=joined(past, asked), horizon=part.day)
            told.append(score(self.models[name], about, lambda _done, _of: None))
        return _joined(told)

    def _by_rival(self, name: str) -> Told:
        baselines = load("net30.training", "baselines", extra="ml")
        judged, cut = self.exam.judged, self.exam.cut
        day = np.full(len(judged), cut) if name == MEDIAN_FROZEN else judged.issued
        kind = DUE_DATE if name == DUE_DATE else "customer_median"
        told: Told = baselines.baseline(kind, self.exam.every, judged, day, cut)
        return told

    def _differences(
        self, figures: Mapping[str, Mapping[str, float]], drawn: Drawn
    ) -> tuple[Difference, ...]:
        """Compare what is chosen with the median, and the ensemble with its best member."""
        if not self.evaluation.draws:
            return ()
        pairs = [(CHOSEN, MEDIAN_FRESH, figure) for figure in COMPARED]
        cards = {name: figures[name] for name in self.members}
        if cards:
            pairs += [(ENSEMBLE, best_in(figure, cards), figure) for figure in COMPARED]
        return tuple(
            difference((of, figures[of]), (against, figures[against]), figure, drawn)
            for of, against, figure in pairs
        )


def _check_bounds(evaluation: Evaluation) -> None:
    for name, value, most in (
        ("rolling", evaluation.rolling, ROLLING_MAX),
        ("draws", evaluation.draws, DRAWS_MAX),
    ):
        if not 0 <= value <= most:
            raise InputError(
                f"{name} {value} is not from 0 to {most:,}", hint="give less", code="usage"
            )


def _contest(evaluation: Evaluation, exam: Exam, tell: Progress) -> Iterator[Entrant]:
    # By name: the packages that learn are an extra, and nothing that predicts may load them.
    training = load("net30.training", "contest", extra="ml")
    lessons = load("net30.training", "train", extra="ml")
    lesson = lessons.Lesson(
        known=exam.every.as_of(exam.cut),
        horizon=exam.cut,
        families=evaluation.families or DEFAULT_FAMILIES,
        seed=evaluation.seed,
    )
    entrants: Iterator[Entrant] = training.contest(lesson, evaluation.families, tell)
    return entrants


def _served(evaluation: Evaluation, exam: Exam, entrant: Entrant, folder: Path) -> Model:
    """Return the model as it would be served: from its ONNX file and card."""
    trained = entrant.trained
    assert trained is not None, "only what has learned is served"
    day = day_of(exam.cut)
    training = Training(
        ledger=evaluation.ledger, models=folder, made_on=day, name=entrant.name.replace("_", "-")
    )
    card = card_of(training, day, exam.every.as_of(exam.cut), exam.words, trained)
    return load_model(publish(folder, card, trained.onnx))


def _learner(entrant: Entrant) -> Learner:
    gates = load("net30.training", "gates", extra="ml")
    trained = entrant.trained
    assert trained is not None, "only what has learned is told"
    return Learner(
        name=entrant.name,
        family=trained.choice.family,
        setup=trained.choice.setup,
        calibration=trained.choice.calibration.method,
        beats_the_baseline=gates.beats_the_baseline(trained.choice).says,
    )


def _members(learners: Sequence[Learner]) -> list[str]:
    """Return the families in the ensemble that are in the table themselves."""
    names = {one.name for one in learners}
    within = [name for one in learners if one.name == ENSEMBLE for name in one.setup]
    return sorted({name.partition(".")[0] for name in within} & names)


def _joined(told: Sequence[Told]) -> Told:
    return Told(
        late=np.concatenate([one.late for one in told]),
        late30=np.concatenate([one.late30 for one in told]),
        expected=np.concatenate([one.expected for one in told]),
        low=np.concatenate([one.low for one in told]),
        high=np.concatenate([one.high for one in told]),
    )


def _quiet(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""
