"""net30 copy-files: documents into another place, such as Azure Blob Storage, and compared."""

from __future__ import annotations

from typing import Annotated

import typer

from net30.cli import exits
from net30.cli.output import print_json, print_table, progress_bar, say
from net30.cli.session import Json, opened
from net30.kernel.errors import Conflict, InputError


def register(program: typer.Typer) -> None:
    """Add this command to `net30`."""
    program.command("copy-files")(copy_files)


def copy_files(
    *,
    url: Annotated[str, typer.Argument(help="folder:PATH or azure-blob:..., as NET30_BLOB_URL.")],
    check: Annotated[bool, typer.Option("--check", help="Compare only; copy nothing.")] = False,
    json: Json = False,
) -> None:
    """Copy documents, ledger and all other files of the books into another place, and compare.

    Every organisation's. A copy that was broken off goes on where it was. Stop net30 serve and
    net30 work for the last one, and set NET30_BLOB_URL then.
    """
    from net30.services.copy_files import copy_files as copy
    from net30.wiring.places import blobs_at

    with opened() as net30, progress_bar(shown=not json) as tell:
        if url == net30.settings.blob_url:
            raise InputError(
                "the files are in that place already", hint="name another one", code="copy_url"
            )
        places = net30.world.blobs, blobs_at(net30.settings, url)
        organisations = net30.world.store.organisations()
        copied = list(copy(places, organisations, tell, write=not check))
    if json:
        print_json(copied)
        if not all(one.same for one in copied):
            raise typer.Exit(exits.CONFLICT)
        return
    rows = [
        (one.organisation, f"{one.files:,}", f"{one.bytes:,}", f"{one.copied:,}",
         "yes" if one.same else "NO")
        for one in copied
    ]  # fmt: skip
    print_table("Files", ("of", "files>", "bytes>", "copied>", "same"), rows)
    if unequal := [one for one in copied if not one.same]:
        first = unequal[0]
        named = ", ".join(first.differing) or f"{first.more} files that only the copy has"
        raise Conflict(
            f"the files of {first.organisation} differ: {named}",
            hint="stop net30 serve and net30 work, and copy into an empty place once more",
            code="copy_differs",
        )
    say("The copy is the same. To work with it: set NET30_BLOB_URL.")
