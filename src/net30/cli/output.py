"""Output: results as JSON for programs, as text and tables for people."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from net30.kernel.errors import Net30Error
from net30.kernel.findings import Finding
from net30.kernel.jsonable import jsonable

if TYPE_CHECKING:
    from rich.console import Console

FINDINGS_SHOWN_MAX = 20

_CLONE = Path(__file__).resolve().parents[3] / "dev.py"
"""Where a clone of the project has its own command, which installs by the locks; no pip does."""


def print_json(value: object) -> None:
    """Print a result as indented JSON."""
    sys.stdout.write(json.dumps(jsonable(value), ensure_ascii=False, indent=2) + "\n")


def say(text: str = "") -> None:
    """Print a line."""
    sys.stdout.write(text + "\n")


def counted(number: int, things: str) -> str:
    """Return how many there are of what is named in the plural.

    >>> counted(1, "keys of Awa"), counted(2, "keys of Awa"), counted(0, "keys")
    ('1 key of Awa', '2 keys of Awa', '0 keys')
    """
    first, space, rest = things.partition(" ")
    return f"{number} {first.removesuffix('s') if number == 1 else first}{space}{rest}"


def complain(error: Net30Error, *, as_json: bool) -> None:
    """Print an error: what went wrong and the way out."""
    if as_json:
        told = {"error": error.code, "message": error.message, "hint": error.hint}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return
    sys.stderr.write(f"net30: {error.message}\n")
    if error.hint:
        sys.stderr.write(f"       {error.hint}\n")
    if error.code == "plugin_package" and _CLONE.is_file():
        sys.stderr.write("       or, in this clone: python3 dev.py setup --all\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; columns whose name ends in a right arrow hold figures and align right."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title), title_justify="left", header_style="bold")
    for column in columns:
        right = column.endswith(">")
        # What is too wide goes on in the next line: a figure that is cut is a wrong one.
        table.add_column(column.rstrip(">"), justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    _console().print(table)


def print_findings(findings: Sequence[Finding]) -> None:
    """Print findings, one a line, and how many more of which kinds there are."""
    for finding in findings[:FINDINGS_SHOWN_MAX]:
        say(str(finding))
    kinds = Counter(finding.code for finding in findings[FINDINGS_SHOWN_MAX:])
    if kinds:
        told = ", ".join(f"{code} {count:,}" for code, count in kinds.items())
        say(f"... and {kinds.total():,} more ({told}; --json lists all)")


@contextmanager
def progress_bar(*, shown: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar on standard error while told (step, done, in all); none where nobody looks."""
    if not (shown and sys.stderr.isatty()):
        yield lambda _step, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        steps = [""]

        def told(step: str, done: int, total: int) -> None:
            if step != steps[-1]:  # the time that is left is told of each step by itself
                steps.append(step)
                bar.reset(task, description=step, total=total or None, completed=done)
            bar.update(task, completed=done, total=total or None)

        yield told


@cache
def _console() -> Console:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)
