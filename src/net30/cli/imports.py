"""net30 import: past invoices of another system, or an invoice that someone else wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from net30.cli import exits
from net30.cli.files import File, layout_of, read_file
from net30.cli.output import print_findings, print_json, progress_bar, say
from net30.cli.session import Json, changing
from net30.kernel.findings import has_errors
from net30.language.amounts import write_money
from net30.services.import_invoice import import_invoice
from net30.services.import_ledger import ImportReport, LedgerFile, import_ledger

app = typer.Typer(help="Bring in what other systems wrote.", no_args_is_help=True)


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


@app.command("ledger")
def take_ledger(
    *,
    file: File,
    layout: Annotated[str, typer.Option(help="A layout's name or JSON file; guessed.")] = "",
    source: Annotated[str, typer.Option(help="The system it comes from, e.g. sage.")] = "",
    currency: Annotated[str, typer.Option(help="Of rows without one; the company's.")] = "",
    sheet: Annotated[str, typer.Option(help="Of a workbook; the first.")] = "",
    save_layout: Annotated[Path | None, typer.Option(help="Keep the mapping here.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="All rows or none.")] = False,
    json: Json = False,
) -> None:
    """Import past invoices and payments: CSV, XLSX or Parquet; reading it twice changes nothing."""
    request = LedgerFile(
        content=read_file(file),
        layout=layout_of(layout) if layout else None,
        source=source,
        currency=currency.upper(),
        sheet=sheet,
        dry_run=dry_run,
        strict=strict,
    )
    with changing() as net30, net30.change() as ctx, progress_bar(shown=not json) as told:
        report = import_ledger(ctx, request, told)
    if save_layout:
        save_layout.write_text(report.layout_json, encoding="utf-8")
    print_json(report) if json else _tell(report)
    if report.errors:
        raise typer.Exit(exits.FAULTS)


def _tell(report: ImportReport) -> None:
    for role, header in report.columns.items():
        say(f"  {role:<14} <- {header}")
    if report.extras:
        say(f"  kept beside    <- {', '.join(report.extras)}")
    for header, reason in report.columns_left_out.items():
        say(f"  left out          {header}: {reason}")
    print_findings(report.findings)
    if report.refused:
        say("Nothing was imported (--strict).")
        return
    verb = "Would import" if report.dry_run else "Imported"
    say(
        f"{verb} {report.invoices:,} invoices, {report.open_items:,} of them open, "
        f"{report.payments:,} later payments, {report.new_customers:,} new customers; "
        f"{report.unchanged:,} known already, {report.left_out:,} left out, "
        f"of {report.rows:,} rows."
    )
    for row in report.amounts:
        say(f"  {write_money(row.amount, 'en')}, {write_money(row.open, 'en')} open")
