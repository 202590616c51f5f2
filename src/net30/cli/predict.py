"""net30 predict: when the invoices of a file will be paid."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli import exits
from net30.cli.imports import layout_of, read_file
from net30.cli.output import print_findings, print_json, progress_bar, say
from net30.cli.session import Json
from net30.kernel.dates import YEAR_MAX, parse_date
from net30.kernel.errors import InputError
from net30.kernel.files import write_whole
from net30.kernel.plugins import load
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import Defaults

if TYPE_CHECKING:
    from net30.services.score_file import ScoringReport

FORMATS = ("csv", "parquet", "xlsx")
LAST_DAY = date(YEAR_MAX, 12, 31)
"""Invoices asked about may be issued on any day to come."""


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("predict")(predict)


def predict(
    *,
    new: Annotated[Path, typer.Argument(help="Invoices to score: CSV, XLSX or Parquet.")],
    ledger: Annotated[Path, typer.Option(help="Past invoices of the same customers.")],
    model: Annotated[Path, typer.Option(help="A model's folder, or the folder of models.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A .csv, .parquet or .xlsx.")],
    layout: Annotated[str, typer.Option(help="A layout's name or JSON file; guessed.")] = "",
    as_of: Annotated[str, typer.Option(help="The first day the ledger does not cover.")] = "",
    currency: Annotated[str, typer.Option(help="Of rows without one.")] = "EUR",
    json: Json = False,
) -> None:
    """Score the invoices of a file: P(late), expected days with an 80 % range, risk band."""
    from net30.services.score_file import Scoring, score_file

    kind = output.suffix.removeprefix(".")
    if kind not in FORMATS:
        raise InputError(
            f"{output.name!r} is no {', '.join(FORMATS)}",
            hint="end the output's name with one of them",
            code="export_format",
        )
    chosen = layout_of(layout) if layout else None
    usual = currency.upper()

    def file(path: Path, today: date) -> HistoryFile:
        defaults = Defaults(currency=usual, today=today)
        return HistoryFile(content=read_file(path), defaults=defaults, layout=chosen)

    scoring = Scoring(
        history=file(ledger, datetime.now(UTC).date()),
        asked=file(new, LAST_DAY),
        model=model,
        as_of=parse_date(as_of) if as_of else None,
    )
    with progress_bar(shown=not json) as told:
        report = score_file(scoring, told)
    write_whole(output, load("net30.ledger.writers", kind).write(report.scores))
    beside = _write_findings(report, output)
    _tell(report, output, beside, json=json)
    if report.errors:
        raise typer.Exit(exits.FAULTS)


def _write_findings(report: ScoringReport, output: Path) -> Path | None:
    """Write what was wrong with rows beside the scores; take away what an earlier run wrote."""
    beside = output.with_suffix(".findings.csv")
    content = report.findings_csv()
    if content is None:
        beside.unlink(missing_ok=True)
        return None
    write_whole(beside, content)
    return beside


def _tell(report: ScoringReport, output: Path, beside: Path | None, *, json: bool) -> None:
    if json:
        print_json(
            {
                "file": output,
                "findings_file": beside,
                "rows": report.rows,
                "scored": report.scores.num_rows,
                "model": report.model,
                "as_of": report.as_of,
                "bands": report.bands,
                "findings": report.findings,
                "finding_counts": report.finding_counts,
                "history_findings": report.history_findings,
            }
        )
        return
    print_findings(report.history_findings)
    print_findings(report.findings)
    bands = ", ".join(f"{count:,} {band}" for band, count in report.bands.items())
    say(
        f"Scored {report.scores.num_rows:,} of {report.rows:,} invoices by {report.model}, with "
        f"what was known before {report.as_of}: {bands}."
    )
    say(f"Wrote {output}{f' and {beside}' if beside else ''}.")
