"""Retrain a model when it is due, and promote its successor only when that is not worse.

A successor has learned from all there is, so nothing would be left to compare the two on. It is
therefore rehearsed first: trained as of a day between, it and the served model are asked about the
same later invoices, which neither had learned from. Then the same kind of model learns from all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from net30.features.coding import day_number
from net30.kernel.errors import NotFound
from net30.kernel.findings import Severity
from net30.ledger import compute
from net30.ledger.histories import first_day_after
from net30.scoring.model import Model, load_model
from net30.scoring.registry import checked_name, model_folder
from net30.scoring.retraining import rules
from net30.services.check_models import Comparison, check_model, compare_models
from net30.services.cold_start import SETTLED_MIN
from net30.services.train_model import Progress, Training, TrainingReport, train_model

REASONS_SHOWN = 5


class Action(StrEnum):
    """What a run came to: nothing to do, too early to tell, the old one kept, or a new one."""

    NOT_DUE = "not_due"
    WAITING = "waiting"
    KEPT = "kept"
    REFUSED = "refused"
    PROMOTED = "promoted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraining:
    """What would be trained, and how old the served model may be, in days (retraining.json)."""

    training: Training
    every_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainingReport:
    """What was done and why; `reasons` made it due.

    `comparison` is of the served model and the rehearsed successor; `training` that of the
    successor itself, or of the rehearsal that the gates refused.
    """

    action: Action
    says: str
    reasons: tuple[str, ...] = ()
    comparison: Comparison | None = None
    training: TrainingReport | None = None


def retrain_if_due(retraining: Retraining, progress: Progress | None = None) -> RetrainingReport:
    """Train and promote a successor of the served model when that is due and not worse.

    Nothing is published that fails a gate or is worse on the same later invoices. Without any
    model the first one is trained as soon as there are 200 settled invoices. Raises InputError
    when the history cannot teach or the served model is damaged.
    """
    training = retraining.training
    history = training.ledger.history
    today = training.as_of or first_day_after(history) or training.made_on
    training = replace(training, as_of=today)
    try:
        served = load_model(model_folder(training.models / checked_name(training.name)))
    except NotFound as missing:
        if missing.code != "no_model":
            raise
        return _first(training, progress)
    every = rules().every_days if retraining.every_days is None else retraining.every_days
    reasons = _due(served, history, today, every)
    if not reasons:
        says = f"{served.card.version} has learned until {served.card.as_of}: it is not due"
        return RetrainingReport(action=Action.NOT_DUE, says=says)
    return replace(_succeeded(training, served, progress), reasons=reasons)


def _first(training: Training, progress: Progress | None) -> RetrainingReport:
    history, as_of = training.ledger.history, training.as_of
    paid = compute.known(compute.less(history["paid_date"], as_of))
    settled = compute.count(paid)
    if settled < SETTLED_MIN:
        says = f"no model yet: {settled:,} of {SETTLED_MIN} settled invoices so far"
        return RetrainingReport(action=Action.WAITING, says=says)
    reasons = (f"there is no model yet, and {settled:,} invoices are settled",)
    return replace(_published(training, train_model(training, progress)), reasons=reasons)


def _due(served: Model, history: pa.Table, today: date, every_days: int) -> tuple[str, ...]:
    age = (today - served.card.as_of).days
    old = [f"{served.card.version} learned {age} days ago"] if age >= every_days else []
    found = check_model(served, history, today).findings
    drifted = [one for one in found if one.severity is not Severity.NOTE]
    told = [f"{one.code} {one.path}: {one.message}" for one in drifted[:REASONS_SHOWN]]
    return (*old, *told)


def _succeeded(training: Training, served: Model, progress: Progress | None) -> RetrainingReport:
    """Rehearse, compare, and train the successor when it has earned it."""
    history, today = training.ledger.history, training.as_of or training.made_on
    day, fallen = _rehearsed_on(history, served.card.as_of, today)
    if day is None:
        least = round(rules().compared_min / rules().compared_share)
        says = (
            f"due, but only {fallen:,} invoices were issued since {served.card.as_of} and have "
            f"fallen due: {least} are needed to compare; {served.card.version} is kept"
        )
        return RetrainingReport(action=Action.WAITING, says=says)
    with TemporaryDirectory(prefix="net30-rehearsal-") as folder:
        rehearsed = train_model(replace(training, models=Path(folder), as_of=day), progress)
        if rehearsed.folder is None:
            says = f"a successor failed its gates: {'; '.join(rehearsed.refused)}"
            return RetrainingReport(action=Action.REFUSED, says=says, training=rehearsed)
        found = compare_models(served, load_model(rehearsed.folder), history, today)
    worse = _worse(found)
    if worse:
        says = f"{served.card.version} is kept: {worse}, on {found.judged:,} later invoices"
        return RetrainingReport(action=Action.KEPT, says=says, comparison=found)
    last = train_model(replace(training, families=(rehearsed.family,)), progress)
    return replace(_published(training, last), comparison=found)


def _rehearsed_on(history: pa.Table, since: date, today: date) -> tuple[date | None, int]:
    """Return the day a successor is rehearsed as of, None when too few have fallen due since."""
    issued, due = (
        np.asarray(compute.column(history, name).cast(pa.int32())).astype(np.int64)
        for name in ("issue_date", "due_date")
    )
    fallen = np.sort(issued[(issued >= day_number(since)) & (due < day_number(today))])
    if len(fallen) * rules().compared_share < rules().compared_min:
        return None, len(fallen)
    place = int(len(fallen) * (1 - rules().compared_share))
    day = date(1970, 1, 1) + timedelta(days=int(fallen[place]))
    later = int((fallen >= fallen[place]).sum())
    return (day if later >= rules().compared_min else None), len(fallen)


def _worse(found: Comparison) -> str:
    """Return in what a successor is worse than is allowed; "" when it is not."""
    first, second = found.figures
    ratio = float(np.mean([second[one] / max(first[one], 1e-9) for one in rules().figures]))
    surely = [one for one in found.worse if one in rules().figures]
    if len(surely) > rules().surely_worse_max:
        return f"a successor is surely worse in {', '.join(surely)}"
    if ratio > rules().ratio_max:
        return f"a successor's errors are {ratio:.3f} of its own"
    return ""


def _published(training: Training, last: TrainingReport) -> RetrainingReport:
    if last.folder is None:
        says = f"nothing was published: {'; '.join(last.refused)}"
        return RetrainingReport(action=Action.REFUSED, says=says, training=last)
    says = f"{training.name} {last.folder.name} ({last.family}) is published and served"
    return RetrainingReport(action=Action.PROMOTED, says=says, training=last)
