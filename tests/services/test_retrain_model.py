"""A model learns anew when it is due, and its successor is served only when it is not worse."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.kernel.errors import InputError, NotFound
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import Defaults
from net30.scoring.card import encoded, read_card
from net30.scoring.model import CARD_FILE, ONNX_FILE
from net30.scoring.registry import versions
from net30.scoring.retraining import rules
from net30.services.past_invoices import PastInvoices, of_file
from net30.services.promote_model import list_models
from net30.services.retrain_model import Action, Retraining, RetrainingReport, retrain_if_due
from net30.services.train_model import Training
from tests.published import publish_small
from tests.services.past_files import AS_OF, csv_of, iso, past_rows

TODAY, EVER = date.fromisoformat(iso(AS_OF)), date(2200, 12, 31)
LONG_AGO, LAST_WEEK = TODAY - timedelta(days=200), TODAY - timedelta(days=7)
NEVER_OLD, LAST_DAYS = 3_000, 190


@cache
def past(invoices: int = 800, *, later: int = 0) -> PastInvoices:
    """A company's year; `later` days are added to what fell due in its last months."""
    rows = [
        replace(row, paid=row.paid + later) if row.paid and row.issued > AS_OF - LAST_DAYS else row
        for row in past_rows(invoices)
    ]
    file = HistoryFile(content=csv_of(rows), defaults=Defaults(currency="EUR", today=EVER))
    return of_file(file, "past.csv")


def retrained(
    models: Path, ledger: PastInvoices | None = None, every_days: int | None = None
) -> RetrainingReport:
    training = Training(
        ledger=ledger or past(), models=models, made_on=TODAY, as_of=TODAY, families=("small",)
    )
    return retrain_if_due(Retraining(training=training, every_days=every_days))


def served(models: Path) -> str:
    return list_models(models, "payments").current


def every_file(models: Path) -> set[str]:
    return {str(path.relative_to(models)) for path in models.rglob("*")}


@pytest.mark.slow
def test_an_old_model_is_followed_by_one_that_is_not_worse_on_the_same_invoices(
    tmp_path: Path,
) -> None:
    publish_small(tmp_path, past().history, LONG_AGO)
    report = retrained(tmp_path)
    assert report.action is Action.PROMOTED, report.says
    assert report.reasons[0] == "v1 learned 200 days ago"
    assert report.says == "payments v2 (small) is published and served"
    assert served(tmp_path) == "v2"
    assert report.comparison
    assert LONG_AGO < report.comparison.since < TODAY
    assert report.comparison.judged >= rules().compared_min
    assert report.training
    assert report.training.as_of == TODAY, "the successor itself has learned from all"


def test_a_model_that_learned_last_week_is_left_alone(tmp_path: Path) -> None:
    publish_small(tmp_path, past().history, LAST_WEEK)
    before = every_file(tmp_path)
    report = retrained(tmp_path)
    assert (report.action, report.training) == (Action.NOT_DUE, None)
    assert f"v1 has learned until {LAST_WEEK}" in report.says
    assert every_file(tmp_path) == before
    # The same model is due where every week is asked for, but there is nothing to compare on.
    waiting = retrained(tmp_path, every_days=7)
    assert waiting.action is Action.WAITING
    assert "200 are needed to compare; v1 is kept" in waiting.says
    assert every_file(tmp_path) == before


@pytest.mark.slow
def test_drift_makes_a_model_due_whatever_its_age(tmp_path: Path) -> None:
    ledger = past(later=25)
    publish_small(tmp_path, ledger.history, LONG_AGO)
    report = retrained(tmp_path, ledger, NEVER_OLD)
    assert any("_drift " in reason for reason in report.reasons)
    assert not any("days ago" in reason for reason in report.reasons)
    assert report.action is Action.PROMOTED, report.says


@pytest.mark.slow
def test_a_model_that_is_better_than_its_successor_is_kept(tmp_path: Path) -> None:
    # It has seen all that it is judged on, and says that it has not.
    folder = retrained(tmp_path).training.folder  # type: ignore[union-attr] # the first is trained
    assert folder
    card = read_card(folder / CARD_FILE)
    peeked = msgspec.structs.replace(card, as_of=LONG_AGO)
    (folder / CARD_FILE).write_bytes(encoded(peeked))
    report = retrained(tmp_path)
    assert report.action is Action.KEPT, report.says
    assert "v1 is kept: a successor" in report.says
    assert (served(tmp_path), versions(tmp_path / "payments")) == ("v1", ("v1",))


def test_the_first_model_waits_for_two_hundred_settled_invoices(tmp_path: Path) -> None:
    report = retrained(tmp_path, past(invoices=150))
    assert report.action is Action.WAITING
    assert "of 200 settled invoices so far" in report.says
    assert not list(tmp_path.iterdir())


def test_a_damaged_or_missing_served_model_is_told_and_never_replaced(tmp_path: Path) -> None:
    folder = publish_small(tmp_path, past().history, LONG_AGO)
    onnx = (folder / ONNX_FILE).read_bytes()
    (folder / ONNX_FILE).write_bytes(onnx[: len(onnx) // 2])
    with pytest.raises(InputError, match="SHA-256 differs"):
        retrained(tmp_path)
    shutil.rmtree(folder)
    with pytest.raises(NotFound, match="points to 'v1'"):
        retrained(tmp_path)


def test_the_rule_is_written_as_data() -> None:
    found = rules()
    assert (found.every_days, found.compared_min, found.ratio_max) == (30, 100, 1.0)
    assert set(found.figures) == {"brier", "mae", "interval_score"}
