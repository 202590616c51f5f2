"""net30 report: the receivables as a file for people or for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from net30.cli.output import print_json, say
from net30.cli.session import Json, opened
from net30.kernel.dates import parse_date
from net30.kernel.files import write_whole

WHAT = "executive|ageing|risk|clients|seasonality|forecast|benchmarks"


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("report")(report)


def report(
    *,
    what: Annotated[str, typer.Argument(help=WHAT)],
    out: Annotated[Path, typer.Option("--output", "-o", help="A .pdf, .html, .xlsx or .csv file.")],
    as_of: Annotated[str, typer.Option(help="As known at the end of this day; today.")] = "",
    language: Annotated[str, typer.Option(help="en or fr; the company's.")] = "",
    currency: Annotated[str, typer.Option(help="Only this one.")] = "",
    json: Json = False,
) -> None:
    """Write a report; the same numbers stand in every format."""
    from net30.services.write_report import ReportAsked, make_report, write_report

    asked = ReportAsked(
        name=what,
        as_of=parse_date(as_of) if as_of else None,
        currency=currency.upper(),
        language=language.lower(),
    )
    with opened() as net30, net30.look() as ctx:
        content = make_report(ctx, asked)
        file = write_report(ctx.company, content, out.suffix.lstrip(".").lower())
    write_whole(out, file)
    if json:
        told = [{"heading": one.heading, "currency": one.currency, "finding": one.finding}
                for one in content.sections]  # fmt: skip
        print_json({"file": out, "as_of": content.as_of, "sections": told, "notes": content.notes})
        return
    for one in content.sections:
        say(f"{one.heading} {one.currency}".strip() + f": {one.finding}")
    for note in content.notes:
        say(note)
    say(f"Written to {out}")
