"""net30 reindex: the search index made anew from the books."""

from __future__ import annotations

import typer

from net30.cli.output import print_json, say
from net30.cli.session import Json, opened
from net30.services.projections.search import rebuild


def register(program: typer.Typer) -> None:
    """Add this command to `net30`."""
    program.command("reindex")(reindex)


def reindex(*, json: Json = False) -> None:
    """Make the search index of the organisation anew from its books.

    For an index elsewhere that is named for the first time, was deleted, or lost something. Until
    it ends, searches find only what is already back; everything else goes on.
    """
    with opened() as net30:
        count = rebuild(net30.world, net30.organisation)
    if json:
        print_json({"organisation": net30.organisation, "entries": count})
    else:
        documents = "document" if count == 1 else "documents"
        say(f"{count:,} {documents} can be found again.")
