"""net30 jobs: long work, how far it is, and stopping it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, changing, opened
from net30.domain.job import JobState
from net30.services.jobs.watch_jobs import LISTED, cancel_job, list_jobs

app = typer.Typer(help="Long work: how far it is.", invoke_without_command=True)


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="jobs")


@app.callback()
def jobs(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option(help="So many.", min=1, max=1000)] = LISTED,
    json: Json = False,
) -> None:
    """List long work, the latest first: percent, time left, what it came to."""
    if context.invoked_subcommand:
        return
    with opened() as net30, net30.look() as ctx:
        found, now = list_jobs(ctx, limit), ctx.now
    if json:
        print_json(
            [
                {"job": one, "percent": one.percent, "seconds_left": _seconds(one.left(now))}
                for one in found
            ]
        )
        return
    rows = [
        (
            one.id,
            one.title,
            "stopping" if one.cancel_asked and one.state is JobState.RUNNING else one.state.value,
            "" if one.percent is None else f"{one.percent} %",
            f"{one.step} {one.done:,}/{one.total:,}" if one.total else one.step,
            _left(one.left(now)),
            one.error,
        )
        for one in found
    ]
    columns = ("id", "what", "state", "done>", "step", "left>", "error")
    print_table(counted(len(found), "jobs"), columns, rows)


@app.command("cancel")
def cancel(
    *,
    job: Annotated[str, typer.Argument(help="The job's id; net30 jobs shows it.")],
    json: Json = False,
) -> None:
    """Ask a job to stop; it does within seconds, and keeps nothing."""
    with changing() as net30, net30.change() as ctx:
        asked = cancel_job(ctx, job)
    print_json(asked) if json else say(f"{asked.title} is asked to stop.")


def _seconds(left: timedelta | None) -> int | None:
    return None if left is None else round(left.total_seconds())


def _left(left: timedelta | None) -> str:
    seconds = _seconds(left)
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02}"
