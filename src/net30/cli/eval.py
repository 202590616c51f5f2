"""net30 eval: how well the assistant understands, and how well models tell payments."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli import exits
from net30.cli.eval_forecast import forecast
from net30.cli.eval_payments import payments
from net30.cli.files import read_file
from net30.cli.output import print_findings, print_json, say
from net30.cli.session import Json
from net30.kernel.errors import ConfigurationError
from net30.kernel.files import write_whole
from net30.kernel.findings import has_errors
from net30.settings import Settings, load_with_file

if TYPE_CHECKING:
    from net30.app import App
    from net30.assistant.calls import Call
    from net30.assistant.evaluation import Case, Propose, Summary
    from net30.assistant.fixtures import Fixture

OFFLINE, AZURE = "offline", "azure"

app = typer.Typer(help="Measure the assistant and the models.", no_args_is_help=True)
app.command("payments")(payments)
app.command("forecast")(forecast)


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="eval")


@app.callback()
def _group() -> None:
    """Measure the assistant on cases of your own, and the models on a history of yours."""


@app.command("chat")
def chat(
    *,
    cases: Annotated[Path, typer.Argument(help="One case a line: messages and a fixture's name.")],
    fixtures: Annotated[Path, typer.Option(help="JSON: clients and invoices by fixture.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the answers are written.")],
    model: Annotated[
        str, typer.Option(help="offline, azure (the project in the settings), or a chat URL.")
    ] = OFFLINE,
    json: Json = False,
) -> None:
    """Answer every case and write the calls; nothing is done to any books of yours."""
    from net30.assistant.evaluation import evaluate, read_cases, summarise
    from net30.assistant.fixtures import read_fixtures

    listed = read_fixtures(read_file(fixtures))
    read, findings = read_cases(read_file(cases), listed)
    if has_errors(findings):
        print_json(findings) if json else print_findings(findings)
        raise typer.Exit(exits.FAULTS)
    with _proposing(model, listed) as (name, propose):
        answers = evaluate(read, listed, propose)
    lines = "".join(answer.as_line() + "\n" for answer in answers)
    write_whole(out, lines.encode())
    summary = summarise(answers)
    if json:
        print_json({"model": name, "summary": summary, "findings": findings, "answers": out})
        return
    print_findings(findings)
    _tell(summary, name, out)


@contextmanager
def _proposing(model: str, fixtures: Mapping[str, Fixture]) -> Iterator[tuple[str, Propose]]:
    """Lend what answers the cases: no model, or one with throwaway books for every fixture."""
    from net30.assistant.evaluation import offline

    if model == OFFLINE:
        yield OFFLINE, offline
        return
    from net30.assistant.rehearsal import rehearse
    from net30.wiring.parts import chat_model

    settings = load_with_file(os.environ)
    chosen = chat_model(settings if model == AZURE else replace(settings, chat_url=model))
    if chosen is None or (model == AZURE and not settings.ai_connection and not settings.chat_url):
        raise ConfigurationError(
            "the settings name no language model",
            hint="set AZURE_AI_PROJECT_ENDPOINT, or give --model the URL of a server",
            code="chat_url",
        )
    with ExitStack() as stack:
        stack.callback(chosen.close)
        clock = _Clock()
        houses = {
            name: stack.enter_context(_stocked(fixture, clock))
            for name, fixture in fixtures.items()
        }

        def propose(case: Case, fixture: Fixture) -> Sequence[Call]:
            clock.day = case.today
            return rehearse(case, fixture, houses[case.fixture], chosen)

        yield chosen.name, propose


@dataclass(slots=True)
class _Clock:
    """The day of the case under way, at noon."""

    day: date = date.min

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(12), tzinfo=UTC)


@contextmanager
def _stocked(fixture: Fixture, clock: _Clock) -> Iterator[App]:
    """Lend throwaway books that hold a fixture."""
    from net30.app import open_app
    from net30.assistant.evaluation import TODAY
    from net30.assistant.rehearsal import index, stock

    clock.day = TODAY
    with (
        TemporaryDirectory(prefix="net30-eval-", ignore_cleanup_errors=True) as folder,
        closing(open_app(Settings(home=Path(folder)), clock=clock)) as app,
    ):
        with app.change() as ctx:
            stock(ctx, fixture)
        app.settle()
        with app.look() as books:
            index(books, fixture)
        yield app


def _tell(summary: Summary, model: str, out: Path) -> None:
    say(f"{summary.cases} messages answered by {model}: {out}")
    say("  ".join(f"{language} {count}" for language, count in summary.languages.items()))
    say(
        f"time a message: p50 {summary.p50_ms:.1f} ms, p99 {summary.p99_ms:.1f} ms; "
        f"the first took {summary.first_ms:.0f} ms"
    )
