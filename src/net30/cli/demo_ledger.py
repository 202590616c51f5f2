"""net30 demo-data: an invented ledger, to try things on and to measure speed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from net30.cli.output import print_json, progress_bar, say
from net30.cli.session import Json
from net30.kernel.dates import parse_date


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("demo-data")(demo_ledger)


def demo_ledger(
    *,
    rows: Annotated[int, typer.Option(help="How many invoices, up to 10,000,000.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A .csv or .parquet file.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    currency: Annotated[str, typer.Option(help="Of all amounts, e.g. XOF, XAF, EUR.")] = "XOF",
    first_day: Annotated[str, typer.Option("--from", help="The first issue day.")] = "2024-01-01",
    months: Annotated[int, typer.Option(help="What is unpaid at their end is open.")] = 24,
    balance: Annotated[
        bool, typer.Option("--balance", help="Add what is open: instalments can be seen.")
    ] = False,
    truth: Annotated[
        Path | None, typer.Option(help="Write the true chances of each invoice here.")
    ] = None,
    json: Json = False,
) -> None:
    """Write an invented ledger: customers, invoices and payments by a law that is written down.

    Nothing in it is real. It is for trying commands, measuring speed and testing calibration: how
    well a model does on it says nothing about real customers and is never quoted as accuracy.
    """
    from net30.ledger.invented.files import Targets, write_ledger
    from net30.ledger.invented.ledger import InventedLedger
    from net30.ledger.invented.wish import Wish

    targets = Targets(ledger=output, truth=truth, balance=balance)
    wish = Wish(
        rows=rows,
        seed=seed,
        currency=currency.upper(),
        first_day=parse_date(first_day),
        months=months,
    )
    with progress_bar(shown=not json) as told:
        written = write_ledger(InventedLedger(wish), targets, told)
    if json:
        print_json({"file": output, "truth": truth, "source": wish.source, "written": written})
        return
    say(
        f"Wrote {written.rows:,} invoices of {written.customers:,} customers to {output}: "
        f"{written.late / written.rows:.0%} late in the end, {written.open:,} open at {wish.end}."
    )
    if truth:
        say(f"Wrote the true chances to {truth}.")
    say("All of it is invented: no figure reached on it is accuracy.")
