"""net30 copy: all books into another database, checked row by row, and the switch to it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from net30.cli.output import print_json, print_table, progress_bar, say
from net30.cli.session import Json
from net30.kernel.errors import Conflict
from net30.kernel.files import write_whole

NAMES = ("NET30_DATABASE_URL", "DATABASE_URL")
FILE_NAME = "NET30_DATABASE_URL_FILE"


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("copy")(copy)


def copy(
    *,
    url: Annotated[
        str,
        typer.Argument(help="An empty database as a URL; NET30_COPY_URL."),
    ] = "",
    check: Annotated[bool, typer.Option("--check", help="Compare only; copy nothing.")] = False,
    switch: Annotated[
        bool, typer.Option("--switch", help="Work with the copy from now on, when it is the same.")
    ] = False,
    json: Json = False,
) -> None:
    """Copy all books into another database and compare the two, row by row.

    Documents, mails and models are files and stay where they are. With --switch the home's .env
    names the copy from now on; that is refused while net30 serve, net30 work or another command
    has the books open, and none of them can open them until it is done.
    """
    from net30.services.copy_books import compare_books, copy_books
    from net30.settings import load_with_file
    from net30.wiring.books import copying

    settings = load_with_file(os.environ)
    url = url or settings.copy_url
    # Who switches is alone from the first row to the last: a server that goes on would write
    # into the books that were left.
    with copying(settings, url, alone=switch) as books, progress_bar(shown=not json) as tell:
        report = (compare_books if check else copy_books)(books, tell)
        file = _switched(settings.home, url) if switch and not report.differing else None
    good = not report.differing
    if json:
        print_json({"place": report.place, "rows": report.rows, "same": good,
                    "tables": report.tables})  # fmt: skip
    else:
        rows = [
            (one.organisation or "accounts", one.table, f"{one.rows:,}", f"{one.copied:,}",
             "yes" if one.same else "NO")
            for one in report.tables
            if one.rows or one.copied
        ]  # fmt: skip
        print_table(f"Copy in {report.place}", ("of", "table", "rows>", "copied>", "same"), rows)
    if not good:
        raise Conflict(
            f"{len(report.differing)} tables differ: the books changed meanwhile, or the copy did",
            hint="stop net30 serve and net30 work, and copy into an empty database once more",
            code="copy_differs",
        )
    if file:
        say(f"From now on the books are in {report.place}: {file} says so.")
    elif not json:
        say(f"The copy is the same, {report.rows:,} rows. To work with it: set {NAMES[0]}.")


def _switched(home: Path, url: str) -> Path:
    """Have the home's .env name the copy; raise Conflict where the environment goes before it."""
    from net30.kernel.env_file import parse_env_file

    if any(os.environ.get(name) for name in (*NAMES, FILE_NAME)):
        raise Conflict(
            "the environment names the database, and goes before the file .env",
            hint=f"set {NAMES[0]} to the copy there",
            code="copy_switch",
        )
    file = home / ".env"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    kept = [line for line in lines if not {*parse_env_file(line)} & {*NAMES, FILE_NAME}]
    write_whole(file, ("\n".join([*kept, f"{NAMES[0]}={url}"]) + "\n").encode())
    file.chmod(0o600)
    return file
