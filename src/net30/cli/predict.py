"""net30 predict: when the invoices of a file, or one of our own, will be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli import exits
from net30.cli.imports import layout_of, read_file
from net30.cli.output import print_findings, print_json, progress_bar, say
from net30.cli.session import Json, opened
from net30.kernel.dates import YEAR_MAX, parse_date
from net30.kernel.errors import InputError, NotFound
from net30.kernel.files import write_whole
from net30.kernel.plugins import load
from net30.ledger.faults import EVERY, SHOWN_PER_CODE_MAX
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import Defaults

if TYPE_CHECKING:
    from net30.services.cold_start import ColdStart
    from net30.services.score_file import ScoringReport

FORMATS = ("csv", "parquet", "xlsx")
LAST_DAY = date(YEAR_MAX, 12, 31)
"""Invoices asked about may be issued on any day to come."""


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("predict")(predict)


def predict(
    *,
    what: Annotated[str, typer.Argument(help="A number of ours, or a file of invoices.")],
    ledger: Annotated[
        Path | None, typer.Option(help="For a file: past invoices of the same customers.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="For a file: a model's folder, or that of models; your own.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="For a file: .csv, .parquet or .xlsx.")
    ] = None,
    layout: Annotated[str, typer.Option(help="A layout's name or JSON file; guessed.")] = "",
    as_of: Annotated[str, typer.Option(help="The first day the ledger does not cover.")] = "",
    currency: Annotated[str, typer.Option(help="Of rows without one.")] = "EUR",
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why, what would change it, and what to do.")
    ] = False,
    terms: Annotated[int, typer.Option(help="What if: so many days to pay.")] = -1,
    amount: Annotated[str, typer.Option(help="What if: this amount.")] = "",
    instalments: Annotated[int, typer.Option(help="What if: so many instalments.")] = 1,
    language: Annotated[str, typer.Option(help="en, fr, es, pt, de or ar.")] = "en",
    json: Json = False,
) -> None:
    """Tell when an invoice will be paid, or score a file: P(late), days with a range, risk band."""
    if ledger and output:
        asked = _File(Path(what), ledger, model, output, layout, as_of, currency)
        _score(asked, json=json)
        return
    if ledger or model or output:
        raise InputError(
            "a file of invoices needs --ledger and -o",
            hint="leave out these and --model to ask about one invoice of your own books",
            code="usage",
        )
    from net30.cli.predict_invoice import Question, show

    asked_if = Question(what, explain, terms, amount, instalments, language)
    show(asked_if, json=json)


@dataclass(frozen=True, slots=True)
class _File:
    """A file of invoices to score, and what it needs."""

    new: Path
    ledger: Path
    model: Path | None
    output: Path
    layout: str
    as_of: str
    currency: str


def _score(asked: _File, *, json: bool) -> None:
    from net30.services.score_file import Scoring, score_file

    output = asked.output
    kind = output.suffix.removeprefix(".")
    if kind not in FORMATS:
        raise InputError(
            f"{output.name!r} is no {', '.join(FORMATS)}",
            hint="end the output's name with one of them",
            code="export_format",
        )
    chosen = layout_of(asked.layout) if asked.layout else None
    usual = asked.currency.upper()

    def file(path: Path, today: date, findings: int) -> HistoryFile:
        defaults = Defaults(currency=usual, today=today)
        content = read_file(path)
        return HistoryFile(
            content=content, defaults=defaults, layout=chosen, findings_per_code=findings
        )

    scoring = Scoring(
        history=file(asked.ledger, datetime.now(UTC).date(), SHOWN_PER_CODE_MAX),
        asked=file(asked.new, LAST_DAY, EVERY),
        model=asked.model or _own_model(),
        as_of=parse_date(asked.as_of) if asked.as_of else None,
    )
    with progress_bar(shown=not json) as told:
        report = score_file(scoring, told)
    write_whole(output, load("net30.ledger.writers", kind).write(report.scores))
    beside = _write_findings(report, output)
    _tell(report, output, beside, json=json)
    if report.errors:
        raise typer.Exit(exits.FAULTS)


def _own_model() -> Path | None:
    """Return the folder of the organisation's own models, None where none is published."""
    from net30.scoring.registry import model_folder

    with opened() as net30:
        models = net30.models
    try:
        return model_folder(models)
    except NotFound as missing:
        if missing.code != "no_model":
            raise
        return None


def _write_findings(report: ScoringReport, output: Path) -> Path | None:
    """Write what was wrong with rows beside the scores; take away what an earlier run wrote."""
    beside = output.with_suffix(".findings.csv")
    content = report.findings_csv()
    if content is None:
        beside.unlink(missing_ok=True)
        return None
    write_whole(beside, content)
    return beside


def cold_start_told(start: ColdStart) -> str:
    """Return what is said when the model that comes with net30 has answered."""
    says = (
        f"That is the model that comes with net30, learned from invented ledgers and moved to the "
        f"level of this history: {start.settled:,} of its invoices are settled"
    )
    if start.enough:
        return f"{says}, enough for a model of your own: net30 train."
    return f"{says} of the {start.needed} that a model of your own needs."


def _tell(report: ScoringReport, output: Path, beside: Path | None, *, json: bool) -> None:
    if json:
        print_json(
            {
                "file": output,
                "findings_file": beside,
                "rows": report.rows,
                "scored": report.scores.num_rows,
                "model": report.model,
                "cold_start": report.cold_start,
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
    if report.cold_start:
        say(cold_start_told(report.cold_start))
    say(f"Wrote {output}{f' and {beside}' if beside else ''}.")
