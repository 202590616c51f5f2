"""net30 export: tables for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from net30.cli.output import print_json, say
from net30.cli.session import Json, opened
from net30.kernel.dates import parse_date
from net30.services.export_table import Export, export_table


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("export")(export)


def export(
    *,
    what: Annotated[Export, typer.Argument(help="invoices, customers, payments or ageing.")],
    to: Annotated[str, typer.Option(help="csv, csv_excel (for French Excel), xlsx, parquet.")] = "",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file.")] = None,
    as_of: Annotated[str, typer.Option(help="As known at the end of this day.")] = "",
    json: Json = False,
) -> None:
    """Write a table for other programs; what `invoices` writes, `import ledger` reads."""
    wanted = to or (output.suffix.removeprefix(".") if output else "") or "csv"
    with opened() as net30, net30.look() as ctx:
        day = parse_date(as_of) if as_of else None
        table = export_table(ctx, what, wanted, as_of=day)
    path = output or Path(table.file_name)
    path.write_bytes(table.content)
    if json:
        print_json({"file": path, "rows": table.rows})
        return
    say(f"Wrote {table.rows:,} rows to {path}.")
