"""net30 eval: how well the assistant understands, over cases and books that files list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli import exits
from net30.cli.imports import read_file
from net30.cli.output import print_findings, print_json, say
from net30.cli.session import Json
from net30.kernel.files import write_whole
from net30.kernel.findings import has_errors

if TYPE_CHECKING:
    from net30.assistant.evaluation import Summary

OFFLINE = "offline"

app = typer.Typer(help="Measure the assistant.", no_args_is_help=True)


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="eval")


@app.callback()
def _group() -> None:
    """Measure the assistant on cases of your own."""


@app.command("chat")
def chat(
    *,
    cases: Annotated[Path, typer.Argument(help="One case a line: messages and a fixture's name.")],
    fixtures: Annotated[Path, typer.Option(help="JSON: clients and invoices by fixture.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the answers are written.")],
    json: Json = False,
) -> None:
    """Answer every case and write the calls; nothing is done to any books."""
    from net30.assistant.evaluation import evaluate, read_cases, summarise
    from net30.assistant.fixtures import read_fixtures

    books = read_fixtures(read_file(fixtures))
    listed, findings = read_cases(read_file(cases), books)
    if has_errors(findings):
        print_json(findings) if json else print_findings(findings)
        raise typer.Exit(exits.FAULTS)
    answers = evaluate(listed, books)
    lines = "".join(answer.as_line() + "\n" for answer in answers)
    write_whole(out, lines.encode())
    summary = summarise(answers)
    if json:
        print_json({"model": OFFLINE, "summary": summary, "findings": findings, "answers": out})
        return
    print_findings(findings)
    _tell(summary, OFFLINE, out)


def _tell(summary: Summary, model: str, out: Path) -> None:
    say(f"{summary.cases} messages answered by {model}: {out}")
    say("  ".join(f"{language} {count}" for language, count in summary.languages.items()))
    say(
        f"time a message: p50 {summary.p50_ms:.1f} ms, p99 {summary.p99_ms:.1f} ms; "
        f"the first took {summary.first_ms:.0f} ms"
    )
