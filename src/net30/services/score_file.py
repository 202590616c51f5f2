"""Score the invoices of a file: when will they be paid, by a model and what the ledger knew.

Files of any size: both are read piece by piece, divided by customer into parts, and the parts are
scored by an engine. What is done lies beside the output until all is, so that a run that was
stopped goes on, and ends with the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from net30.kernel.errors import InputError, LimitExceeded
from net30.kernel.files import write_whole
from net30.kernel.findings import Finding
from net30.kernel.plugins import load
from net30.ledger.history_pieces import HistoryPath
from net30.ledger.writers import csv
from net30.ports.compute import Compute, PartsToScore
from net30.scoring.bands import BANDS
from net30.services.batch.divide import ROWS_A_PART
from net30.services.batch.findings import shown
from net30.services.batch.output import FORMATS, WRITERS, write_scores
from net30.services.batch.prepare import Preparation, prepare, question_of
from net30.services.batch.run_folder import Divided, RunFolder
from net30.services.cold_start import ColdStart

Progress = Callable[[str, int, int], None]
Engine = Callable[[int], Compute]
"""Which engine works on so many rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Which invoices to score, from what history, by what model (its folder or a registry).

    Without a model the default one answers, at the level of the history (cold_start.py).
    `as_of` is the first day that the history does not cover; the day after its last fact without.
    `rows_a_part` are worked on, and kept, at a time.
    """

    history: HistoryPath
    asked: HistoryPath
    output: Path
    model: Path | None = None
    as_of: date | None = None
    rows_a_part: int = ROWS_A_PART

    def __post_init__(self) -> None:
        """Refuse formats that are not written, and to write over what is read."""
        if self.output.suffix.removeprefix(".") not in FORMATS:
            raise InputError(
                f"{self.output.name!r} is no {', '.join(FORMATS)}",
                hint="end the output's name with one of them",
                code="export_format",
            )
        if self.output.resolve() in {self.history.path.resolve(), self.asked.path.resolve()}:
            raise InputError(
                f"{self.output.name!r} is to be read and written",
                hint="name another output with -o",
                code="usage",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringReport:
    """What was scored by which engine, and what was wrong with rows of either file.

    The output has invoice_id, p_late, p_late30, expected_days_late, q10, q90, band, expected_date;
    `findings_file` every finding, `findings` the first of each kind. `resumed` invoices had been
    scored by a run that was stopped.
    """

    output: Path
    findings_file: Path | None
    model: str
    engine: str
    as_of: date
    rows: int
    scored: int
    resumed: int
    bands: Mapping[str, int]
    findings: tuple[Finding, ...]
    finding_counts: Mapping[str, int]
    history_findings: tuple[Finding, ...]
    errors: int
    cold_start: ColdStart | None = None


def score_file(scoring: Scoring, engine: Engine, progress: Progress | None = None) -> ScoringReport:
    """Write the scores of every good row of a file, in the order of the file.

    An invoice that was issued before the horizon and is unpaid is told as such: what is late
    already has P(late) 1. Raises InputError for an unusable file or model, Unavailable when the
    disk or the engine does not do its work.
    """
    tell = progress or _quiet
    preparation = Preparation(
        history=scoring.history,
        asked=scoring.asked,
        model=scoring.model,
        as_of=scoring.as_of,
        rows_a_part=scoring.rows_a_part,
    )
    run = RunFolder(scoring.output.with_name(scoring.output.name + ".parts"))
    divided = run.begin(question_of(preparation))
    if divided is None:
        divided = prepare(preparation, run, tell)
    _check_rows(scoring.output, divided)
    chosen = engine(divided.scored)
    waiting = run.waiting(divided)
    done = resumed = divided.scored - sum(divided.asked[part] for part in waiting)
    work = PartsToScore(
        rows=run.rows, scores=run.scores, model=run.model, horizon=divided.horizon, parts=waiting
    )
    tell("scoring", done, divided.scored)
    for part in chosen.score(work):
        done += divided.asked[part]
        tell("scoring", done, divided.scored)
    tell("writing", done, divided.scored)
    report = ScoringReport(
        output=scoring.output,
        findings_file=_write_findings(run, scoring.output),
        model=divided.model,
        engine=chosen.name,
        as_of=divided.as_of,
        rows=divided.rows,
        scored=divided.scored,
        resumed=resumed,
        bands=dict.fromkeys(BANDS, 0) | write_scores(run, len(divided.asked), scoring.output),
        findings=shown(run.read_table("findings"), divided.counts),
        finding_counts=divided.counts,
        history_findings=shown(run.read_table("history_findings"), divided.history_counts),
        errors=divided.errors,
        cold_start=divided.cold_start,
    )
    run.remove()
    return report


def _check_rows(output: Path, divided: Divided) -> None:
    if output.suffix == ".xlsx" and divided.scored > load(WRITERS, "xlsx").ROWS_MAX:
        raise LimitExceeded(
            f"{divided.scored:,} rows are too many for a workbook",
            hint="write .csv or .parquet",
            code="table_too_large",
        )


def _write_findings(run: RunFolder, output: Path) -> Path | None:
    """Write what was wrong with rows beside the scores; take away what an earlier run wrote."""
    beside = output.with_suffix(".findings.csv")
    findings = run.read_table("findings")
    if not findings.num_rows:
        beside.unlink(missing_ok=True)
        return None
    write_whole(beside, csv.write(findings.drop_columns(["line"])))
    return beside


def _quiet(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""
