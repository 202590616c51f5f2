"""net30 figures: every figure of the receivables with its definition and the invoices behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli import exits
from net30.cli.files import layout_of, read_file
from net30.cli.output import print_findings, print_json, print_table, say
from net30.cli.session import Json, opened
from net30.kernel.dates import parse_date
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding
from net30.kernel.money import Money
from net30.language.amounts import write_money
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import Defaults

if TYPE_CHECKING:
    import pyarrow as pa

    from net30.insights.behind import InvoiceBehind
    from net30.services.company_figures import Asked, CompanyFigures, Foreseen, Value

ROWS_SHOWN_MAX = 50
LANGUAGES = ("en", "fr")
Day = Annotated[str, typer.Option(help="YYYY-MM-DD.")]


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("figures")(figures)


@dataclass(frozen=True, slots=True)
class _Source:
    """The facts of a file or of the books, what is foreseen of them, and what was wrong."""

    facts: pa.Table
    asked: Asked
    foreseen: Foreseen
    findings: tuple[Finding, ...] = ()
    errors: int = 0


def figures(
    *,
    ledger: Annotated[Path | None, typer.Option(help="A file of invoices; your books.")] = None,
    layout: Annotated[str, typer.Option(help="A layout's name or JSON file; guessed.")] = "",
    as_of: Annotated[str, typer.Option(help="As known at the end of this day.")] = "",
    start: Annotated[str, typer.Option("--from", help="First day of the period.")] = "",
    end: Annotated[str, typer.Option("--to", help="Last day of the period.")] = "",
    currency: Annotated[
        str, typer.Option(help="Only this one; of a file's rows without one.")
    ] = "",
    invoices: Annotated[str, typer.Option(help="List what is behind a figure.")] = "",
    language: Annotated[str, typer.Option(help="Of the definitions: en or fr.")] = "en",
    json: Json = False,
) -> None:
    """Show every figure of the receivables with its definition, currency by currency."""
    if language not in LANGUAGES:
        raise InputError(
            f"definitions are not told in {language!r}", hint="use en or fr", code="language"
        )
    days = [parse_date(day) if day else None for day in (as_of, start, end)]
    source = _of_file(ledger, layout, days, currency) if ledger else _of_books(days, currency)
    if invoices:
        _list_behind(source, invoices, json=json)
    else:
        _show(source, language, json=json)
    if source.errors:
        raise typer.Exit(exits.FAULTS)


def _of_books(days: list[date | None], currency: str) -> _Source:
    from net30.ledger.segments import read_figure_facts
    from net30.services.company_figures import Asked
    from net30.services.foreseen_figures import foreseen_figures

    with opened() as net30, net30.look() as ctx:
        asked = Asked(
            as_of=days[0] or ctx.today,
            start=days[1],
            end=days[2],
            currency=currency.upper(),
            cost_of_capital=ctx.company.cost_of_capital,
        )
        facts = read_figure_facts(ctx.blobs, ctx.organisation, asked.as_of, numbers=True)
        foreseen = foreseen_figures(ctx, asked.as_of)
    return _Source(facts, asked, foreseen)


def _of_file(ledger: Path, layout: str, days: list[date | None], currency: str) -> _Source:
    from net30.ledger import compute
    from net30.services.company_figures import Asked
    from net30.services.foreseen_figures import foreseen_of_ledger
    from net30.services.ledger_of_file import ledger_of_file

    today = datetime.now(UTC).date()
    read = ledger_of_file(
        HistoryFile(
            content=read_file(ledger),
            defaults=Defaults(currency=currency.upper() or "EUR", today=today),
            layout=layout_of(layout) if layout else None,
        )
    )
    # A file of past years is asked about as it ended: today nothing of it would be in the period.
    last = compute.latest(read.facts["known_on"]) or today
    asked = Asked(
        as_of=days[0] or min(last, today), start=days[1], end=days[2], currency=currency.upper()
    )
    faults = read.faults
    foreseen = foreseen_of_ledger(read.facts, asked.as_of)
    return _Source(read.facts, asked, foreseen, tuple(faults.shown), faults.errors)


def _show(source: _Source, language: str, *, json: bool) -> None:
    from net30.insights.definitions import definitions
    from net30.services.company_figures import figures_of_ledger

    found = figures_of_ledger(source.facts, source.asked, source.foreseen)
    told = {
        key: {"unit": one.unit, "definition": one.sentence(language)}
        for key, one in definitions().items()
    }
    if json:
        print_json(_as_json(found, source, told))
        return
    print_findings(source.findings)
    say(f"As of {found.as_of}, period {found.start} to {found.end}.")
    if found.reason:
        say(f"{found.reason}.")
    for one in found.currencies:
        rows = [
            (name, shown, "" if isinstance(value, Money | Mapping) else told[key]["unit"])
            for key, value in one.values.items()
            for name, shown in _flat(key, value, one.reasons)
        ]
        print_table(one.currency, ("figure", "value>", "unit"), rows)
        for name, why in one.reasons.items():
            if name.startswith("expected_cash."):
                say(f"- {name} is {why}.")
    for key, row in told.items() if found.currencies else ():
        say(f"{key}: {row['definition']}")


def _as_json(
    found: CompanyFigures, source: _Source, told: Mapping[str, Mapping[str, str]]
) -> dict[str, object]:
    return {
        "as_of": found.as_of,
        "from": found.start,
        "to": found.end,
        "currencies": {
            one.currency: {**one.numbers, "reasons": one.reasons}
            for one in found.currencies
        },
        "reason": found.reason or None,
        "definitions": told,
        "findings": source.findings,
    }  # fmt: skip


def _flat(key: str, value: Value, reasons: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a figure: name, and value or the reason why there is none."""
    match value:
        case Mapping():
            for name, part in value.items():
                yield from _flat(f"{key}.{name}", part, reasons)
        case None:
            yield key, f"- ({reasons.get(key, 'unknown')})"
        case Money():
            yield key, write_money(value, "en")
        case _:
            yield key, str(value)


def _list_behind(source: _Source, figure: str, *, json: bool) -> None:
    from net30.services.company_figures import behind_figure

    rows = behind_figure(source.facts, source.asked, figure, source.foreseen)
    sums = _sums(rows)
    if json:
        print_json({"figure": figure, "as_of": source.asked.as_of, "sums": sums, "invoices": rows})
        return
    print_findings(source.findings)
    print_table(
        f"{figure} as of {source.asked.as_of}",
        ("number", "customer", "issued", "due", "amount>", "of>"),
        [_row(one) for one in rows[:ROWS_SHOWN_MAX]],
    )
    if len(rows) > ROWS_SHOWN_MAX:
        say(f"... and {len(rows) - ROWS_SHOWN_MAX:,} more (--json lists all)")
    for one in sums:
        of = f" of {write_money(one.of, 'en')}" if one.of else ""
        say(f"{one.rows:,} rows: {write_money(one.amount, 'en')}{of}")


@dataclass(frozen=True, slots=True)
class _Sum:
    """What the rows of one currency come to."""

    rows: int
    amount: Money
    of: Money | None


def _sums(rows: tuple[InvoiceBehind, ...]) -> list[_Sum]:
    by_currency: dict[str, list[InvoiceBehind]] = {}
    for row in rows:
        by_currency.setdefault(row.amount.currency, []).append(row)
    return [
        _Sum(
            len(group),
            Money.total((row.amount for row in group), currency),
            Money.total(of, currency) if (of := [row.of for row in group if row.of]) else None,
        )
        for currency, group in by_currency.items()
    ]


def _row(row: InvoiceBehind) -> tuple[str, ...]:
    return (
        row.number or "(not allocated)",
        row.customer_id or "",
        f"{row.issue_date or ''}",
        f"{row.due_date or ''}",
        write_money(row.amount, "en"),
        write_money(row.of, "en") if row.of else "",
    )
