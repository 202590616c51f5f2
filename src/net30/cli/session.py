"""Session: the application a command works with, opened from the environment and closed after."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from net30.app import App, open_app
from net30.settings import load_with_file

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@contextmanager
def opened() -> Iterator[App]:
    """Open the home that the environment names; close it at the end."""
    app = open_app(load_with_file(os.environ))
    try:
        yield app
    finally:
        app.close()


@contextmanager
def changing() -> Iterator[App]:
    """Open the home for a change; afterwards every projection is brought up to date.

    What could not be brought up to date is said and tried again by the next command: the change
    itself is safe.
    """
    with opened() as app:
        yield app
        settle(app)


def settle(app: App) -> set[str]:
    """Bring projections up to date; say on standard error what has to wait, and return it."""
    waiting = set()
    for projection in app.settle().projections:
        if projection.error:
            waiting.add(projection.projection)
            sys.stderr.write(
                f"net30: {projection.projection} waits ({projection.backlog} to do): "
                f"{projection.error}\n"
            )
    return waiting
