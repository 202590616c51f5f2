"""net30 insights: what lies behind the figures, of our books or of a file of past invoices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli import exits
from net30.cli.output import print_findings, print_json, print_table, say
from net30.cli.session import Json, opened
from net30.kernel.dates import parse_date
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding

if TYPE_CHECKING:
    import pyarrow as pa

    from net30.cli.insight_rows import Shown
    from net30.services.business_insights import Question

ROWS_SHOWN_MAX = 30
PERCENT_MAX = 100
HORIZON_DAYS_MAX = 730
NEEDS = {"patterns": "a payment in the period"}
"""What an insight needs, if it is not an invoice; revenue, say, is told from the first one on."""

WHAT = "revenue|patterns|seasonality|clients|segments|churn|cohorts|benchmarks|impact|anomalies"


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("insights")(insights)


def insights(
    *,
    what: Annotated[str, typer.Argument(help=WHAT)],
    ledger: Annotated[Path | None, typer.Option(help="A file of past invoices.")] = None,
    layout: Annotated[str, typer.Option(help="Of the file: a name or JSON file; guessed.")] = "",
    as_of: Annotated[
        str, typer.Option(help="As known at the end of this day; a file's last day.")
    ] = "",
    start: Annotated[str, typer.Option("--from", help="First day of the period.")] = "",
    end: Annotated[str, typer.Option("--to", help="Last day of the period.")] = "",
    currency: Annotated[str, typer.Option(help="Only this one; of a file's rows without.")] = "",
    against: Annotated[Path | None, typer.Option(help="Benchmarks: your own CSV file.")] = None,
    cost_of_capital: Annotated[str, typer.Option(help="Impact: per cent a year.")] = "",
    horizon: Annotated[int, typer.Option(min=1, max=HORIZON_DAYS_MAX, help="Churn: days.")] = 90,
    json: Json = False,
) -> None:
    """Show revenue by month, patterns, seasons, clients, churn, cohorts, impact or anomalies."""
    from net30.cli.insight_tables import tables_of
    from net30.services.business_insights import Insight, insights_of

    if what not in set(Insight):
        raise InputError(f"there is no insight {what!r}", hint=f"ask for {WHAT}", code="insight")
    day = parse_date(as_of) if as_of else None
    asked_file = _File(ledger, layout, currency.upper()) if ledger else None
    with _of_file(asked_file, day) if asked_file else _of_books(day) as source:
        question = _asked(source.question, (start, end), currency, (against, cost_of_capital))
        found = insights_of(source.facts, replace(question, horizon=horizon), [Insight(what)])
        answers = found.insights[Insight(what)]
        if json:
            told = {"as_of": found.as_of, "from": found.start, "to": found.end, what: answers}
            print_json({**told, "findings": source.findings})
        else:
            print_findings(source.findings)
            say(f"As of {found.as_of}, period {found.start} to {found.end}")
            if not answers:
                needed = NEEDS.get(what, "an invoice known by then")
                say(f"Nothing to tell: not enough data: needs {needed}.")
            for code, answer in answers.items():
                tables = tables_of(answer)
                for table in tables:
                    _show(code, table, source.name)
                if not tables:
                    say(f"{code}: nothing found")
    if source.errors:
        raise typer.Exit(exits.FAULTS)


def _show(currency: str, table: Shown, name: Callable[[str], str]) -> None:
    title, columns, rows = table
    shown = rows[:ROWS_SHOWN_MAX]
    if columns[0] == "client":
        shown = [(name(customer), *cells) for customer, *cells in shown]
    print_table(f"{currency} {title}", columns, shown)
    if len(rows) > len(shown):
        say(f"... and {len(rows) - len(shown)} more (--json lists all)")


@dataclass(frozen=True, slots=True)
class _Source:
    """A ledger, a question of it, what was wrong with it, and how its customers are called."""

    facts: pa.Table
    question: Question
    name: Callable[[str], str] = str
    findings: Sequence[Finding] = ()
    errors: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    layout: str
    currency: str


@contextmanager
def _of_books(day: date | None) -> Iterator[_Source]:
    from net30.domain.customer import Customer
    from net30.insights.as_of import period_ending
    from net30.ledger.segments import read_ledger
    from net30.services.business_insights import Question

    with opened() as net30, net30.look() as ctx:
        as_of = day or ctx.today
        capital = ctx.company.cost_of_capital
        yield _Source(
            read_ledger(ctx.blobs, ctx.organisation, as_of),
            Question(as_of=as_of, period=period_ending(as_of), cost_of_capital=capital),
            lambda customer_id: ctx.tx.load(Customer, customer_id).value.name,
        )


@contextmanager
def _of_file(file: _File, day: date | None) -> Iterator[_Source]:
    """Yield a file's ledger, asked as of its last day unless one is named."""
    from net30.cli.files import layout_of, read_file
    from net30.insights.as_of import period_ending
    from net30.ledger import compute
    from net30.ledger.histories import HistoryFile
    from net30.ledger.imports.claims import Defaults
    from net30.services.business_insights import Question
    from net30.services.ledger_of_file import ledger_of_file

    defaults = Defaults(currency=file.currency or "EUR", today=datetime.now(UTC).date())
    layout = layout_of(file.layout) if file.layout else None
    content = read_file(file.path)
    read = ledger_of_file(HistoryFile(content=content, defaults=defaults, layout=layout))
    last = compute.latest(read.facts["known_on"]) or defaults.today
    as_of = day or min(last, defaults.today)
    question = Question(as_of=as_of, period=period_ending(as_of))
    faults = read.faults
    yield _Source(read.facts, question, findings=tuple(faults.shown), errors=faults.errors)


def _asked(
    question: Question,
    period: tuple[str, str],
    currency: str,
    company: tuple[Path | None, str],
) -> Question:
    """Return the question with what was typed: days, currency, benchmarks, cost of capital."""
    from net30.cli.files import read_file
    from net30.insights.as_of import period_ending
    from net30.insights.benchmarks import read_published

    start, end = (parse_date(text) if text else None for text in period)
    asked = replace(
        question, period=period_ending(question.as_of, start, end), currency=currency.upper()
    )
    against, capital = company
    if against:
        text = read_file(against).decode("utf-8-sig", errors="replace")
        asked = replace(asked, published=read_published(text))
    return replace(asked, cost_of_capital=_percent(capital)) if capital else asked


def _percent(text: str) -> Decimal:
    value = parse_decimal(text)
    if not 0 <= value <= PERCENT_MAX:
        raise InputError(
            f"a cost of capital of {text} % a year",
            hint="give 0 to 100, e.g. 10",
            code="cost_of_capital",
        )
    return value
