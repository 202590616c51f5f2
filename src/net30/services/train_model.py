"""Train a model on a history of payments, and publish it when it has earned it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from net30.features.coding import choose_words, customers_of, day_number, invoices_of
from net30.features.invoices import OPEN, Invoices
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding
from net30.kernel.plugins import load
from net30.ledger import compute
from net30.ledger.faults import Faults
from net30.ledger.histories import first_day_after
from net30.scoring.card import Card, LearnedFrom, encoded
from net30.scoring.explain.typical import typical_row
from net30.scoring.model import CARD_FILE, ONNX_FILE, load_model
from net30.scoring.registry import checked_name, publish
from net30.services.past_invoices import PastInvoices
from net30.services.published_model import OWN_NAME

if TYPE_CHECKING:
    from net30.training.gates import Gate
    from net30.training.train import Trained

DEFAULT_NAME = OWN_NAME
DEFAULT_FAMILIES = ("lightgbm", "small", "random_forest", "ensemble")
"""What competes when nothing is asked for: all are served in milliseconds, none needs a further
package; a ledger of some thousand invoices is learned from in a minute or two."""
DEEP_FAMILIES = ("lstm",)
UNPUBLISHED = "v0"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What to train: by which families, on what was known before `as_of`, published where.

    `as_of` is the first day that counts as the future; the day after the last fact without it.
    Nothing is learned from the groups of features `without` (scoring/explain/groups.json); once
    `budget_seconds` (900 usually) are spent no other way of learning is tried.
    """

    ledger: PastInvoices
    models: Path
    made_on: date
    as_of: date | None = None
    families: Sequence[str] = DEFAULT_FAMILIES
    name: str = DEFAULT_NAME
    seed: int = 0
    without: Sequence[str] = ()
    budget_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingReport:
    """What a training came to. `folder` is the published model's, None when it was refused.

    `metrics` are figures on invoices later than those it was tried with, `baselines` those of
    rivals that learn nothing on the same ones; `refused` says which gates were not passed.
    """

    folder: Path | None
    family: str
    setup: Mapping[str, float]
    as_of: date
    invoices: int
    settled: int
    customers: int
    words: tuple[str, ...]
    metrics: Mapping[str, float]
    baselines: Mapping[str, Mapping[str, float]]
    calibration: str
    score: float
    tried: tuple[tuple[str, Mapping[str, float], float], ...]
    gates: tuple[str, ...]
    refused: tuple[str, ...]
    findings: tuple[Finding, ...]
    finding_counts: Mapping[str, int]


def usual_families(*, deep: bool) -> tuple[str, ...]:
    """Return the families that are trained where nobody names one."""
    return DEEP_FAMILIES if deep else DEFAULT_FAMILIES


def train_model(training: Training, progress: Progress | None = None) -> TrainingReport:
    """Return what was trained; it is published and made current only when it passes every gate.

    The gates: the ONNX file says what the model says, and on later invoices the model is better
    than the customer's own median. Raises InputError, with the figures, when the history cannot
    teach, ConfigurationError when a family's package is missing.
    """
    # By name: the packages that learn are an extra, and nothing that predicts may load them.
    lessons = load("net30.training", "train", extra="ml")
    gates = load("net30.training", "gates", extra="ml")
    history, faults = training.ledger.history, training.ledger.faults
    checked_name(training.name)
    as_of = training.as_of or first_day_after(history)
    if as_of is None:
        raise _empty(faults)
    horizon = day_number(as_of)
    words = choose_words(history, horizon)
    known = invoices_of(history, words, customers_of(history)).as_of(horizon)
    lesson = lessons.Lesson(
        known=known,
        horizon=horizon,
        families=training.families,
        seed=training.seed,
        without=training.without,
        budget_seconds=training.budget_seconds,
    )
    try:
        trained: Trained = lessons.train(lesson, progress or _quiet)
    except InputError as error:
        raise _too_little(error, faults) from error
    card = card_of(training, as_of, known, words, trained)
    passed: list[Gate] = [
        _served_alike(card, trained, training.seed),
        gates.beats_the_baseline(trained.choice),
    ]
    refused = tuple(gate.says for gate in passed if not gate.passed)
    told = {gate.name: {"passed": gate.passed, **gate.figures} for gate in passed}
    card = msgspec.structs.replace(card, gates=told)
    folder = None if refused else publish(training.models, card, trained.onnx)
    return TrainingReport(
        folder=folder,
        family=card.family,
        setup=card.setup,
        as_of=as_of,
        invoices=card.learned_from.invoices,
        settled=card.learned_from.settled,
        customers=card.learned_from.customers,
        words=tuple(words),
        metrics=card.metrics,
        baselines=card.baselines,
        calibration=card.calibration.method,
        score=trained.choice.score,
        tried=tuple((one.family, one.setup, one.score) for one in trained.tried),
        gates=tuple(gate.says for gate in passed),
        refused=refused,
        findings=tuple(faults.shown),
        finding_counts=dict(faults.counts),
    )


def _served_alike(card: Card, trained: Trained, seed: int) -> Gate:
    """Check the very files that would be published, from a folder of their own."""
    gates = load("net30.training", "gates", extra="ml")
    folder = Path(tempfile.mkdtemp(prefix="net30-model-"))
    try:
        (folder / ONNX_FILE).write_bytes(trained.onnx)
        (folder / CARD_FILE).write_bytes(encoded(card))
        gate: Gate = gates.parity(trained.fitted, load_model(folder), trained.sample, seed)
    finally:
        shutil.rmtree(folder)
    return gate


def card_of(
    training: Training,
    as_of: date,
    known: Invoices,
    words: Mapping[str, tuple[str, ...]],
    trained: Trained,
) -> Card:
    """Return the card of what was trained, before any gate was tried."""
    choice = trained.choice
    return Card(
        name=training.name,
        version=UNPUBLISHED,
        family=choice.family,
        setup=dict(choice.setup),
        seed=training.seed,
        as_of=as_of,
        made_on=training.made_on,
        features=trained.names,
        words=dict(words),
        last_days=trained.bins.last,
        gap_days=trained.gap_days,
        calibration=choice.calibration,
        learned_from=_learned_from(training.ledger, as_of, known),
        metrics=_finite(choice.figures),
        baselines={name: _finite(one) for name, one in choice.baselines.items()},
        gates={},
        limits=_limits(trained, known),
        model_sha256=sha256(trained.onnx).hexdigest(),
        typical=typical_row(trained.sample.matrix),
    )


def _learned_from(ledger: PastInvoices, as_of: date, known: Invoices) -> LearnedFrom:
    seen = ledger.history.filter(compute.less(ledger.history["issue_date"], as_of))
    issued = compute.column(seen, "issue_date")
    settled = int((known.paid < OPEN).sum())
    return LearnedFrom(
        source=ledger.source,
        sha256=ledger.sha256,
        invoices=len(known),
        settled=settled,
        open=len(known) - settled,
        customers=len(np.unique(known.customer)),
        first_issue=compute.earliest(issued) or as_of,
        last_issue=compute.latest(issued) or as_of,
    )


def _limits(trained: Trained, known: Invoices) -> tuple[str, ...]:
    last, customers = trained.bins.last[-1], len(np.unique(known.customer))
    return (
        f"No history it was trained with was more than {trained.gap_days} days old at issue.",
        f"All delays over {last} days are one bin: how much later than that is not told.",
        f"It has learned from {customers:,} customers of one company; others may pay otherwise.",
    )


def _finite(figures: Mapping[str, float]) -> dict[str, float]:
    """Return the figures that the outcomes allowed: JSON has no 'not a number'."""
    return {name: value for name, value in figures.items() if isfinite(value)}


def _too_little(error: InputError, faults: Faults) -> InputError:
    """Return why a history cannot teach, with what was left out of it: that may be the cause."""
    if not faults.errors:
        return error
    left_out = f"{faults.errors:,} faults were found in its rows ({_counted(faults)})"
    return InputError(f"{error.message}; {left_out}", hint=error.hint, code=error.code)


def _counted(faults: Faults) -> str:
    return ", ".join(f"{code} {count:,}" for code, count in faults.counts.items())


def _empty(faults: Faults) -> InputError:
    counts = _counted(faults)
    return InputError(
        f"no row of the history can be used{f' ({counts})' if counts else ''}",
        hint="give a file with one invoice a row, or name its columns in a --layout",
        code="no_history",
    )


def _quiet(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""
