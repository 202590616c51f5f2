"""net30 convert: an invoice file from one format to another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from net30.cli import exits
from net30.cli.files import File, read_file
from net30.cli.output import print_findings, print_json, say
from net30.cli.session import Json
from net30.documents.style import Style
from net30.kernel.findings import has_errors
from net30.services.import_invoice import read_invoice
from net30.services.render_document import file_name, render


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("convert")(convert)


def convert(
    *,
    file: File,
    to: Annotated[str, typer.Option(help="pdf, html, json, ubl, cii or facturx.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The new file.")] = None,
    language: Annotated[str, typer.Option(help="en, fr, es, pt, de or ar.")] = "",
    json: Json = False,
) -> None:
    """Write another's invoice in another format, every stated amount kept; no home is needed."""
    _, reading = read_invoice(read_file(file))
    if reading.invoice is None:
        print_json(reading) if json else print_findings(reading.findings)
        raise typer.Exit(exits.FAULTS)
    content = render(reading.invoice, to, Style(language=language))
    path = output or Path(file_name(reading.invoice, to))
    path.write_bytes(content)
    if json:
        print_json({"file": path, "bytes": len(content), "findings": reading.findings})
    else:
        print_findings(reading.findings)
        say(f"Wrote {path}.")
    if has_errors(reading.findings):
        raise typer.Exit(exits.FAULTS)
