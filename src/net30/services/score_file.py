"""Score the invoices of a file: when will they be paid, by a model and what the ledger knew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from net30.features.coding import customers_of, day_number, invoices_of
from net30.features.invoices import Ints, joined
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding, Severity
from net30.ledger import compute
from net30.ledger.faults import Faults
from net30.ledger.histories import (
    History,
    HistoryFile,
    first_day_after,
    read_history,
    without_credit_notes,
)
from net30.ledger.writers import csv
from net30.scoring.bands import BANDS, bands
from net30.scoring.figures import Told
from net30.scoring.model import Model, load_model
from net30.scoring.registry import model_folder
from net30.scoring.score import Asked, score
from net30.services.cold_start import ColdStart, of_history

P_DECIMALS, DAY_DECIMALS = 6, 3

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Which invoices to score, from what history, by what model (its folder or a registry).

    Without a model the default one answers, at the level of the history (cold_start.py).
    `as_of` is the first day that the history does not cover; the day after its last fact without.
    """

    history: HistoryFile
    asked: HistoryFile
    model: Path | None
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringReport:
    """The scores, one row an invoice, and what was wrong with rows of either file.

    `scores` has invoice_id, p_late, p_late30, expected_days_late, q10, q90, band, expected_date.
    """

    scores: pa.Table
    model: str
    as_of: date
    rows: int
    findings: tuple[Finding, ...]
    finding_counts: Mapping[str, int]
    history_findings: tuple[Finding, ...]
    errors: int
    cold_start: ColdStart | None = None

    @property
    def bands(self) -> dict[str, int]:
        """Return how many invoices are in each risk band."""
        column = self.scores["band"]
        return {band: compute.count(compute.equal(column, band)) for band in BANDS}

    def findings_csv(self) -> bytes | None:
        """Return what was wrong with rows asked about as CSV; None when nothing was."""
        if not self.findings:
            return None
        fields = ("severity", "code", "path", "message")
        columns = {
            name: pa.array([str(getattr(one, name)) for one in self.findings], pa.string())
            for name in fields
        }
        return csv.write(pa.table(columns))


def score_file(scoring: Scoring, progress: Progress | None = None) -> ScoringReport:
    """Return the scores of every good row of a file, in the order of the file.

    An invoice that was issued before the horizon and is unpaid is told as such: what is late
    already has P(late) 1. Raises InputError for an unusable file or model.
    """
    tell = progress or _quiet
    # Before the files are read: a model that cannot be opened costs no time.
    named = load_model(model_folder(scoring.model)) if scoring.model else None
    tell("reading", 0, 0)
    read, asked = read_history(scoring.history), read_history(scoring.asked)
    history = without_credit_notes(read.table, read.faults)
    as_of = scoring.as_of or first_day_after(history)
    if as_of is None:
        raise InputError(
            "no row of the history can be used",
            hint="give --ledger a file with past invoices, one a row",
            code="no_history",
        )
    model, start = (named, None) if named else of_history(history, as_of)
    _tell_missing_words(model, asked, asked.faults)
    rows = _unpaid(asked, as_of)
    about = _about(model, history, rows, day_number(as_of))
    told = score(model, about, lambda done, total: tell("scoring", done, total))
    return ScoringReport(
        scores=_scores(rows, told, about.asked.due),
        model=f"{model.card.name} {model.card.version}",
        as_of=as_of,
        rows=asked.rows,
        findings=tuple(asked.faults.shown),
        finding_counts=dict(asked.faults.counts),
        history_findings=tuple(read.faults.shown),
        errors=asked.faults.errors,
        cold_start=start,
    )


def _about(model: Model, history: pa.Table, rows: pa.Table, horizon: int) -> Asked:
    words = model.card.words
    customers = customers_of(history, rows)
    # An invoice may stand in both files: counted once, as the history tells it.
    past = history.filter(compute.less(history["issue_date"], _day(horizon)))
    ids = compute.column(past, "invoice_id")
    fresh = rows.filter(compute.no(compute.within(rows["invoice_id"], ids)))
    known = invoices_of(past, words, customers)
    return Asked(
        history=known,
        asked=invoices_of(rows, words, customers),
        together=joined(known, invoices_of(fresh, words, customers)),
        horizon=horizon,
    )


def _unpaid(asked: History, as_of: date) -> pa.Table:
    """Return the rows without those that are known to be paid: nothing is left to predict."""
    paid = compute.known(compute.less(asked.table["paid_date"], as_of))
    if compute.some(paid):
        some = compute.count(paid)
        message = f"{some:,} rows were paid before {as_of}: nothing is left to predict"
        asked.faults.add("already_paid", "paid_date", message, Severity.NOTE)
    return asked.table.filter(compute.no(paid))


def _tell_missing_words(model: Model, asked: History, faults: Faults) -> None:
    for name in sorted(model.card.words.keys() - set(asked.table.column_names)):
        message = f"the model knows invoices by {name!r}; the file has no such column"
        faults.add("column_missing", name, message, Severity.WARNING)


def _scores(rows: pa.Table, told: Told, due: Ints) -> pa.Table:
    days = np.rint(told.expected).astype(np.int64) + due
    columns = {
        "p_late": np.round(told.late, P_DECIMALS),
        "p_late30": np.round(told.late30, P_DECIMALS),
        "expected_days_late": np.round(told.expected, DAY_DECIMALS),
        "q10": np.round(told.low, DAY_DECIMALS),
        "q90": np.round(told.high, DAY_DECIMALS),
    }
    return pa.table(
        {
            "invoice_id": compute.column(rows, "invoice_id"),
            **{name: pa.array(numbers) for name, numbers in columns.items()},
            "band": _band_names(bands(told.late, told.late30)),
            "expected_date": pa.array(days.astype(np.int32)).cast(pa.date32()),
        }
    )


def _band_names(places: Ints) -> compute.Column:
    return pa.array(BANDS, pa.string()).take(pa.array(places, pa.int64()))


def _day(number: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + number)


def _quiet(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""
