"""net30 plugins: what every room offers, from which package, and what it lacks."""

from __future__ import annotations

from typing import Annotated

import typer

from net30.cli.output import counted, print_json, print_table
from net30.cli.session import Json


def register(program: typer.Typer) -> None:
    """Add this command to `net30`."""
    program.command("plugins")(plugins)


def plugins(
    *,
    room: Annotated[str, typer.Option(help="Only of this room, such as net30.documents.")] = "",
    outside: Annotated[bool, typer.Option("--outside", help="Only of other packages.")] = False,
    json: Json = False,
) -> None:
    """List formats, adapters, insights and tools, also those that other packages bring."""
    from net30.kernel.plugin_rooms import found_plugins

    found = [one for one in found_plugins(room) if not outside or one.package != "net30"]
    if json:
        print_json(found)
        return
    rows = [(one.room, one.name, one.package, one.version, one.fault) for one in found]
    columns = ("room", "name", "package", "version", "what it lacks")
    print_table(counted(len(rows), "plugins"), columns, rows)
