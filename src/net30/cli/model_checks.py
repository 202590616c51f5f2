"""net30 models check and compare: what a model is worth on what came since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli import exits
from net30.cli.output import print_findings, print_json, print_table, say
from net30.cli.past_file import past_of_file
from net30.cli.session import Json, opened
from net30.kernel.dates import parse_date
from net30.kernel.errors import InputError
from net30.kernel.findings import Severity

if TYPE_CHECKING:
    from net30.services.context import ReadContext
    from net30.services.past_invoices import PastInvoices

NAME = "payments"
CHECKED = ("brier", "ece", "mae", "cover")
WORST_SHOWN = 10

Version = Annotated[str, typer.Argument(help="A version such as v3.")]
Name = Annotated[str, typer.Option(help="What the model is called.")]
Folder = Annotated[Path | None, typer.Option("--models", help="A folder of models; your own.")]
Ledger = Annotated[Path | None, typer.Option(help="Past invoices of a file; your own books.")]
Layout = Annotated[str, typer.Option(help="A layout's name or JSON file; guessed.")]
Day = Annotated[str, typer.Option(help="The first day that is not known yet; today.")]
Currency = Annotated[str, typer.Option(help="Of rows without one.")]


def check(
    *,
    version: Version = "",
    ledger: Ledger = None,
    layout: Layout = "",
    as_of: Day = "",
    currency: Currency = "EUR",
    name: Name = NAME,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Tell whether invoices have changed since a version learned, and how well it has done."""
    from net30.services.check_models import check_model
    from net30.services.promote_model import open_model

    where, past, day = _past(_Past(folder, ledger, layout, as_of, currency))
    model = open_model(where, name, version)
    found = check_model(model, past.history, day)
    if json:
        print_json(found)
    else:
        print_findings(past.faults.shown)
        say(
            f"{name} {model.card.version} has learned until {model.card.as_of}; since then "
            f"{found.issued:,} invoices were issued, {found.judged:,} of them fell due."
        )
        if found.figures:
            rows = [
                (one, figure(found.figures[one]), figure(found.then.get(one))) for one in CHECKED
            ]
            print_table("How well it did", ("figure", "since>", "when it was made>"), rows)
        worst = [
            (name, figure(psi), figure(found.usual[name]))
            for name, psi in list(found.psi.items())[:WORST_SHOWN]
        ]
        if worst:
            print_table("What has changed most", ("feature", "PSI>", "before>"), worst)
        print_findings(found.findings)
    if any(one.severity is not Severity.NOTE for one in found.findings):
        raise typer.Exit(exits.FAULTS)


def compare(
    *,
    challenger: Version,
    champion: Annotated[str, typer.Argument(help="Beside this one; the served one.")] = "",
    ledger: Ledger = None,
    layout: Layout = "",
    as_of: Day = "",
    currency: Currency = "EUR",
    name: Name = NAME,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Judge a version beside the served one, on the same invoices that came since both."""
    from net30.services.check_models import compare_models
    from net30.services.promote_model import open_model

    where, past, day = _past(_Past(folder, ledger, layout, as_of, currency))
    ours, theirs = (open_model(where, name, one) for one in (champion, challenger))
    found = compare_models(ours, theirs, past.history, day)
    if json:
        print_json(found)
        return
    print_findings(past.faults.shown)
    first, second = found.figures
    rows = [
        (
            one,
            figure(first[one]),
            figure(second[one]),
            f"{gap:+.4f}",
            f"{low:+.4f} .. {high:+.4f}",
        )
        for one, (gap, low, high) in found.difference.items()
    ]
    title = f"{found.judged:,} invoices issued since {found.since}; smaller is better"
    head = ("figure", f"{found.champion}>", f"{found.challenger}>", "difference>", "95 %>")
    print_table(title, head, rows)
    for verdict, names in (("better", found.better), ("worse", found.worse)):
        if names:
            say(f"{found.challenger} is surely {verdict} in {', '.join(names)}.")
    if not found.better and not found.worse:
        say("The difference is within chance.")


@contextmanager
def asked_models(folder: Path | None) -> Iterator[tuple[ReadContext, Path]]:
    """Open the books, and a folder of models or their own."""
    with opened() as net30, net30.look() as ctx:
        yield ctx, folder or ctx.models


@dataclass(frozen=True, slots=True)
class _Past:
    """Where models and the past invoices are that one is judged on; one's own without a path."""

    folder: Path | None
    ledger: Path | None
    layout: str
    as_of: str
    currency: str


def _past(asked: _Past) -> tuple[Path, PastInvoices, date]:
    """Return the folder of models, past invoices, and the first day that they do not know.

    Who has only files needs no books of one's own: then none are opened.
    """
    from net30.services.past_invoices import of_books

    day = parse_date(asked.as_of) if asked.as_of else None
    past = past_of_file(asked.ledger, asked.layout, asked.currency) if asked.ledger else None
    if past and asked.folder:
        return asked.folder, past, _day(day, past)
    with asked_models(asked.folder) as (ctx, where):
        if past:
            return where, past, _day(day, past)
        return where, of_books(ctx, day or ctx.today), day or ctx.today


def _day(day: date | None, past: PastInvoices) -> date:
    from net30.ledger.histories import first_day_after

    found = day or first_day_after(past.history)
    if found is None:
        raise InputError(
            "no row of the history can be used",
            hint="give --ledger a file with past invoices, one a row",
            code="no_history",
        )
    return found


def figure(value: float | None) -> str:
    """Return a figure to four digits; nothing where there is none."""
    return "" if value is None else f"{value:.4f}"
