"""net30 report: the receivables as a file for people or for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli.output import print_json, say
from net30.cli.session import Json, opened, settle
from net30.kernel.dates import parse_date
from net30.kernel.errors import InputError
from net30.kernel.files import write_whole

if TYPE_CHECKING:  # other commands start without them
    from net30.app import App
    from net30.services.context import ReadContext
    from net30.services.reporting.content import ReportContent
    from net30.services.write_report import ReportAsked

WHAT = "executive|ageing|risk|clients|seasonality|forecast|benchmarks|compliance"
COMPLIANCE = "compliance"


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
    from net30.services.write_report import ReportAsked, write_report

    asked = ReportAsked(
        name=what,
        as_of=parse_date(as_of) if as_of else None,
        currency=currency.upper(),
        language=language.lower(),
    )
    with opened() as net30:
        if what == COMPLIANCE:
            settle(net30)  # the audit has every event before it is verified
        with net30.look() as ctx:
            content = _content(net30, ctx, asked)
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


def _content(net30: App, ctx: ReadContext, asked: ReportAsked) -> ReportContent:
    """Return a report's content; that on compliance is of now and of no currency."""
    from net30.services.write_report import make_report

    if asked.name != COMPLIANCE:
        return make_report(ctx, asked)
    from net30.services.compliance.compliance_report import compliance_report
    from net30.services.compliance.gather_evidence import gather_evidence
    from net30.services.identity.noted import at_this_machine

    if asked.as_of or asked.currency:
        raise InputError(
            "the compliance report is of today and of no currency",
            hint="leave --as-of and --currency out",
            code="report",
        )
    evidence = gather_evidence(net30.world, ctx, at_this_machine(net30.organisation))
    return compliance_report(ctx, evidence, asked.language)
