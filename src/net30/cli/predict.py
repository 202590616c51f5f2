"""net30 predict: when the invoices of a file, or one of our own, will be paid."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from net30.cli import exits
from net30.cli.files import layout_of
from net30.cli.output import print_findings, print_json, progress_bar, say
from net30.cli.session import Json, opened
from net30.kernel.dates import YEAR_MAX, parse_date
from net30.kernel.errors import InputError, NotFound
from net30.ledger.history_pieces import HistoryPath
from net30.ledger.imports.claims import Defaults

if TYPE_CHECKING:
    from net30.services.cold_start import ColdStart
    from net30.services.score_file import Engine, Scoring, ScoringReport

ENGINES = ("", "auto", "local", "spark")
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
    terms: Annotated[Optional[int], typer.Option(help="What if: so many days to pay.")] = None,  # noqa: UP045
    amount: Annotated[str, typer.Option(help="What if: this amount.")] = "",
    instalments: Annotated[int, typer.Option(help="What if: so many instalments.")] = 1,
    language: Annotated[str, typer.Option(help="en, fr, es, pt, de or ar.")] = "en",
    engine: Annotated[
        str, typer.Option(help="For a file: auto, local or spark; NET30_ENGINE.")
    ] = "",
    follow: Annotated[
        bool, typer.Option("--follow", help="Of a folder: each file that comes; -o is a folder.")
    ] = False,
    json: Json = False,
) -> None:
    """Tell when an invoice will be paid, or score a file: P(late), days with a range, risk band."""
    if ledger and output:
        asked = _File(Path(what), ledger, model, output, layout, as_of, currency, engine)
        _follow(asked, json=json) if follow else _score(asked, json=json)
        return
    if ledger or model or output or engine or follow:
        raise InputError(
            "a file of invoices needs --ledger and -o",
            hint="leave out these, --model and --engine to ask about one invoice of your own books",
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
    engine: str


def _score(asked: _File, *, json: bool) -> None:
    from net30.services.score_file import score_file

    with progress_bar(shown=not json) as told:
        report = score_file(_scoring(asked), _engine(asked), told)
    _tell(report, json=json)
    if report.errors:
        raise typer.Exit(exits.FAULTS)


def _follow(asked: _File, *, json: bool) -> None:
    """Score each file that comes into a folder, until it is stopped."""
    from net30.services.follow_folder import Following
    from net30.services.score_file import score_file

    engine, scoring = _engine(asked), _scoring(replace(asked, output=Path("any.parquet")))
    ending = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _signal, _frame: ending.set())

    def score(new: Path, result: Path) -> object:
        file = replace(scoring.asked, path=new)
        return score_file(replace(scoring, asked=file, output=result), engine)

    def told(result: Path) -> None:
        print_json({"file": result}) if json else say(str(result))

    Following(folder=asked.new, results=asked.output, score=score, told=told).run(ending)


def _engine(asked: _File) -> Engine:
    from net30.settings import load_with_file
    from net30.wiring.parts import engine_for

    if asked.engine not in ENGINES:
        raise InputError(
            f"there is no engine {asked.engine!r}",
            hint=f"there are: {', '.join(ENGINES[1:])}",
            code="usage",
        )
    return engine_for(load_with_file(os.environ), asked.engine)


def _scoring(asked: _File) -> Scoring:
    from net30.services.score_file import Scoring

    layout = layout_of(asked.layout) if asked.layout else None

    def file(path: Path, today: date) -> HistoryPath:
        defaults = Defaults(currency=asked.currency.upper(), today=today)
        return HistoryPath(path=path, defaults=defaults, layout=layout)

    return Scoring(
        history=file(asked.ledger, datetime.now(UTC).date()),
        asked=file(asked.new, LAST_DAY),
        output=asked.output,
        model=asked.model or _own_model(),
        as_of=parse_date(asked.as_of) if asked.as_of else None,
    )


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


def cold_start_told(start: ColdStart) -> str:
    """Return what is said when the model that comes with net30 has answered."""
    says = (
        f"That is the model that comes with net30, learned from invented ledgers and moved to the "
        f"level of this history: {start.settled:,} of its invoices are settled"
    )
    if start.enough:
        return f"{says}, enough for a model of your own: net30 train."
    return f"{says} of the {start.needed} that a model of your own needs."


def _tell(report: ScoringReport, *, json: bool) -> None:
    if json:
        told = {one.name: getattr(report, one.name) for one in fields(report)}
        print_json({"file": told.pop("output"), **told})
        return
    print_findings(report.history_findings)
    print_findings(report.findings)
    bands = ", ".join(f"{count:,} {band}" for band, count in report.bands.items())
    say(
        f"Scored {report.scored:,} of {report.rows:,} invoices by {report.model}, with "
        f"what was known before {report.as_of}: {bands}."
    )
    if report.cold_start:
        say(cold_start_told(report.cold_start))
    if report.resumed:
        say(f"{report.resumed:,} of them had been scored before the last run was stopped.")
    beside = f" and {report.findings_file}" if report.findings_file else ""
    say(f"Wrote {report.output}{beside} (engine: {report.engine}).")
