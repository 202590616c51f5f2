"""net30 insights: what lies behind the figures, of our books or of a file of past invoices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli.output import print_findings, print_json, print_table, say
from net30.cli.session import Json
from net30.kernel.dates import parse_date
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError

if TYPE_CHECKING:
    from net30.services.business_insights import Question
    from net30.services.ledger_of_file import FileLedger

ROWS_SHOWN_MAX = 30
WHAT = "revenue|patterns|seasonality|clients|segments|churn|cohorts|benchmarks|impact|anomalies"


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("insights")(insights)


def insights(
    *,
    what: Annotated[str, typer.Argument(help=WHAT)],
    ledger: Annotated[Path | None, typer.Option(help="A file of past invoices.")] = None,
    layout: Annotated[str, typer.Option(help="A layout's name or JSON file; guessed.")] = "",
    as_of: Annotated[
        str, typer.Option(help="As known at the end of this day; of a file its last.")
    ] = "",
    start: Annotated[str, typer.Option("--from", help="First day of the period.")] = "",
    end: Annotated[str, typer.Option("--to", help="Last day of the period.")] = "",
    currency: Annotated[str, typer.Option(help="This one only; of a file's rows without.")] = "",
    against: Annotated[Path | None, typer.Option(help="Benchmarks: your own CSV file.")] = None,
    cost_of_capital: Annotated[str, typer.Option(help="Impact: per cent a year.")] = "",
    horizon: Annotated[int, typer.Option(min=1, max=730, help="Churn: days ahead.")] = 90,
    json: Json = False,
) -> None:
    """Show revenue by month, patterns, seasons, clients, churn, cohorts, impact, anomalies."""
    from net30.cli.imports import read_file
    from net30.cli.insight_tables import tables_of
    from net30.insights.benchmarks import read_published
    from net30.services.business_insights import Insight, insights_of

    if what not in set(Insight):
        raise InputError(f"there is no insight {what!r}", hint=f"ask for {WHAT}", code="insight")
    day = parse_date(as_of) if as_of else None
    read, question = _of_file(ledger, layout, currency, day) if ledger else _of_books(day)
    first, last = (parse_date(text) if text else None for text in (start, end))
    question = _asked(question, first, last, currency)
    if cost_of_capital:
        question = replace(question, cost_of_capital=_percent(cost_of_capital))
    if against:
        text = read_file(against).decode("utf-8-sig", errors="replace")
        question = replace(question, published=read_published(text))
    found = insights_of(read.facts, replace(question, horizon=horizon), [Insight(what)])
    if json:
        print_json(
            {
                "as_of": found.as_of,
                "from": found.start,
                "to": found.end,
                what: found.insights[Insight(what)],
                "findings": read.faults.shown,
            }
        )
        return
    print_findings(read.faults.shown)
    say(f"As of {found.as_of}, period {found.start} to {found.end}")
    answers = found.insights[Insight(what)]
    if not answers:
        say("Nothing to tell: no invoices by that day.")
    for code, answer in answers.items():
        for title, columns, rows in tables_of(answer):
            print_table(f"{code} {title}", columns, rows[:ROWS_SHOWN_MAX])
            if len(rows) > ROWS_SHOWN_MAX:
                say(f"... and {len(rows) - ROWS_SHOWN_MAX} more (--json lists all)")


def _asked(question: Question, start: date | None, end: date | None, currency: str) -> Question:
    from net30.insights.as_of import period_ending

    period = period_ending(question.as_of, start, end)
    return replace(question, period=period, currency=currency.upper())


def _of_books(day: date | None) -> tuple[FileLedger, Question]:
    """Return our own ledger and a question of it."""
    from net30.cli.session import opened
    from net30.insights.as_of import period_ending
    from net30.ledger.faults import Faults
    from net30.ledger.segments import read_ledger
    from net30.services.business_insights import Question
    from net30.services.ledger_of_file import FileLedger

    with opened() as net30, net30.look() as ctx:
        as_of = day or ctx.today
        question = Question(
            as_of=as_of,
            period=period_ending(as_of),
            cost_of_capital=ctx.company.cost_of_capital,
        )
        facts = read_ledger(ctx.blobs, ctx.organisation, as_of)
    return FileLedger(facts, Faults()), question


def _of_file(
    path: Path, layout: str, currency: str, day: date | None
) -> tuple[FileLedger, Question]:
    """Return a file's ledger and a question of it, as of its last day unless one is named."""
    from net30.cli.imports import layout_of, read_file
    from net30.insights.as_of import period_ending
    from net30.ledger import compute
    from net30.ledger.histories import HistoryFile
    from net30.ledger.imports.claims import Defaults
    from net30.services.business_insights import Question
    from net30.services.ledger_of_file import ledger_of_file

    defaults = Defaults(currency=currency.upper() or "EUR", today=datetime.now(UTC).date())
    chosen = layout_of(layout) if layout else None
    read = ledger_of_file(HistoryFile(content=read_file(path), defaults=defaults, layout=chosen))
    as_of = day or compute.latest(read.facts["day"]) or defaults.today
    return read, Question(as_of=as_of, period=period_ending(as_of))


def _percent(text: str) -> Decimal:
    value = parse_decimal(text)
    if not 0 <= value <= 100:  # noqa: PLR2004 - per cent
        raise InputError(
            f"a cost of capital of {text} %", hint="give 0 to 100, e.g. 10", code="cost_of_capital"
        )
    return value
