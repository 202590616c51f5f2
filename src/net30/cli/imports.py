"""net30 import: past invoices of another system, or an invoice that someone else wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from net30.cli import exits
from net30.cli.output import print_findings, print_json, say
from net30.cli.session import Json, changing
from net30.kernel.errors import LimitExceeded, NotFound
from net30.kernel.findings import has_errors
from net30.language.amounts import write_money
from net30.services.import_invoice import import_invoice

app = typer.Typer(help="Bring in what other systems wrote.", no_args_is_help=True)

FILE_BYTES_MAX = 100_000_000

File = Annotated[Path, typer.Argument(help="The file to read.")]


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="import")


@app.command("invoice")
def take_invoice(*, file: File, json: Json = False) -> None:
    """Read an invoice in UBL, CII, Factur-X or our JSON, and keep it as it was stated."""
    content = read_file(file)
    with changing() as net30, net30.change() as ctx:
        imported = import_invoice(ctx, content)
    if json:
        print_json(imported)
    else:
        print_findings(imported.findings)
        if imported.received:
            invoice = imported.received.invoice
            verb = "Kept" if imported.is_new else "Already kept"
            say(
                f"{verb} {invoice.number} from {invoice.seller.name}: "
                f"{write_money(invoice.totals.gross, 'en')}, {len(invoice.lines)} lines "
                f"({imported.received.format})."
            )
        else:
            say("Nothing was kept.")
    if imported.received is None or has_errors(imported.findings):
        raise typer.Exit(exits.FAULTS)


def read_file(file: Path) -> bytes:
    """Return a file's bytes; raise NotFound, or LimitExceeded beyond 100 MB."""
    if not file.is_file():
        raise NotFound(f"there is no file {str(file)!r}", hint="check the path", code="file")
    if file.stat().st_size > FILE_BYTES_MAX:
        raise LimitExceeded(
            f"{str(file)!r} has {file.stat().st_size:,} bytes",
            hint=f"at most {FILE_BYTES_MAX:,} bytes are read",
            code="file_size",
        )
    return file.read_bytes()
