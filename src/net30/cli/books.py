"""net30 search, stats, check, export: looking at the books."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import typer

from net30.cli import exits
from net30.cli.output import print_findings, print_json, print_table, say
from net30.cli.session import Json, opened
from net30.kernel.dates import parse_date
from net30.kernel.findings import has_errors
from net30.kernel.money import Money
from net30.language.amounts import write_money
from net30.ports.search import Query, Sort

Day = Annotated[str, typer.Option(help="YYYY-MM-DD.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `net30`."""
    app.command("search")(search)
    app.command("stats")(stats)
    app.command("check")(check)


def search(
    *,
    text: Annotated[str, typer.Argument(help="Words of number, customer, lines or notes.")],
    limit: Annotated[int, typer.Option(help="Rows on a page.")] = 20,
    cursor: Annotated[str, typer.Option(help="Where the last page ended.")] = "",
    json: Json = False,
) -> None:
    """Find documents by their words; names may be misspelt."""
    from net30.services.find_invoices import find_invoices, rows_of

    with opened() as net30, net30.look() as ctx:
        page = find_invoices(
            ctx,
            Query(as_of=ctx.today, text=text, sort=Sort.RELEVANCE, limit=limit, cursor=cursor),
        )
    if json:
        print_json(rows_of(page))
        return
    print_table(
        f"{page.total} found",
        ("number", "customer", "issued", "amount>", "status"),
        [
            (
                hit.entry.number or hit.entry.id,
                hit.entry.customer,
                hit.entry.issue_date.isoformat(),
                write_money(Money(hit.entry.amount, hit.entry.currency), "en"),
                hit.status.value,
            )
            for hit in page.hits
        ],
    )
    if page.did_you_mean:
        say(f"did you mean {', '.join(page.did_you_mean)}?")
    if page.cursor:
        say(f"more: --cursor {page.cursor}")


def stats(
    *,
    start: Annotated[str, typer.Option("--from", help="First day of the period.")] = "",
    end: Annotated[str, typer.Option("--to", help="Last day of the period.")] = "",
    as_of: Annotated[str, typer.Option(help="As known at the end of this day.")] = "",
    json: Json = False,
) -> None:
    """Show revenue with its collection status, what is open, late and aged."""
    from net30.services.get_statistics import get_statistics

    with opened() as net30, net30.look() as ctx:
        figures = get_statistics(
            ctx,
            start=parse_date(start) if start else None,
            end=parse_date(end) if end else None,
            as_of=parse_date(as_of) if as_of else None,
        )
    if json:
        print_json(figures)
        return
    say(f"As of {figures.as_of}, period {figures.start} to {figures.end}")
    for row in figures.currencies:
        say(row.currency)
        if row.revenue:
            _amounts(
                ("invoiced", row.revenue.invoiced),
                ("of it collected", row.revenue.collected),
                ("average invoice", row.revenue.average_invoice),
            )
            say(f"  invoices               {row.revenue.invoice_count:>20}")
        if row.position:
            _amounts(("outstanding", row.position.outstanding), ("overdue", row.position.overdue))
        if row.collection_rate and row.collection_rate.rate is not None:
            say(f"  collection rate        {_percent(row.collection_rate.rate):>20}")
        if row.dso_simple is not None:
            say(f"  DSO                    {row.dso_simple:>15} days")
        if row.ageing:
            _amounts(
                ("not due", row.ageing.not_due),
                ("1-30 days late", row.ageing.d1_30),
                ("31-60 days late", row.ageing.d31_60),
                ("61-90 days late", row.ageing.d61_90),
                ("over 90 days late", row.ageing.d90_plus),
                ("unapplied", row.ageing.unapplied),
            )


def check(*, json: Json = False) -> None:
    """Verify the whole book: numbering, totals, balances, the ledger, the documents' hashes."""
    from net30.services.check_books import check_books

    with opened() as net30, net30.look() as ctx:
        result = check_books(ctx)
    if json:
        print_json(result)
    else:
        print_findings(result.findings)
        faults = sum(finding.severity.value == "error" for finding in result.findings)
        say(
            f"Checked {result.invoices} documents, {result.open_items} open items, "
            f"{result.payments} payments, {result.files} files: {faults} faults."
        )
    if has_errors(result.findings):
        raise typer.Exit(exits.FAULTS)


def _amounts(*rows: tuple[str, Money | None]) -> None:
    for label, amount in rows:
        if amount is not None:
            say(f"  {label:<22} {write_money(amount, 'en'):>20}")


def _percent(share: Decimal) -> str:
    return f"{share * 100:.2f}%"
