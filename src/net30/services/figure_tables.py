"""Figures as tables for other programs: one row a currency, a client or a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import pyarrow as pa

from net30.domain.customer import Customer
from net30.insights.as_of import known_at
from net30.insights.revenue import no_revenue
from net30.insights.top_customers import ROWS_MAX, By, top_customers
from net30.kernel.money import Money, digits_of
from net30.ledger.compute import Column
from net30.ledger.segments import read_ledger
from net30.ports.search import Hit
from net30.services.context import ReadContext
from net30.services.get_statistics import CurrencyFigures, Statistics

Cell = str | int | Decimal | date | Money | None
AMOUNT_DIGITS = 23
BUCKETS = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus", "no_due_date", "unapplied")

_PERIOD = ("from", "to", "as_of", "currency")
_REVENUE = ("invoiced", "invoice_count", "average_invoice", "collected", "open")
_POSITION = ("outstanding", "overdue")
_RATES = ("collection_rate", "dso_simple")
_FOUND = (
    *("number", "type", "customer_id", "customer", "issue_date", "due_date"),
    *("currency", "amount", "balance", "status"),
)


def statistics_table(found: Statistics) -> pa.Table:
    """Return the figures of a period with rates and ageing, a row a currency.

    Rates are shares from 0 to 1, DSO is in days; what has no denominator is empty.
    """
    names = (*_PERIOD, *_REVENUE, *_POSITION, *_RATES, *BUCKETS)
    rows = [_figures(found, entry) for entry in found.currencies]
    return table_of_rows(names, rows)


def found_table(hits: Iterable[Hit]) -> pa.Table:
    """Return found documents with what is open of them and where they stand."""
    rows: list[tuple[Cell, ...]] = []
    for hit in hits:
        entry = hit.entry
        about = (entry.number, entry.type_code, entry.customer_id, entry.customer)
        amounts = (Money(entry.amount, entry.currency), Money(entry.balance, entry.currency))
        days = (entry.issue_date, entry.due_date)
        rows.append((*about, *days, entry.currency, *amounts, hit.status.value))
    return table_of_rows(_FOUND, rows)


def ranking_table(ctx: ReadContext) -> pa.Table:
    """Return who brings the most, owes the most and owes the most past due, by currency."""
    ledger = read_ledger(ctx.blobs, ctx.organisation, ctx.today)
    rows: list[tuple[Cell, ...]] = []
    with known_at(ledger, ctx.today) as known:
        rankings = {by: top_customers(known, by, limit=ROWS_MAX) for by in By}
    for by, ranked in rankings.items():
        for currency in sorted(ranked):
            for place, one in enumerate(ranked[currency], start=1):
                name = ctx.tx.load(Customer, one.customer_id).value.name
                rows.append((by.value, currency, place, one.customer_id, name, one.amount))
    return table_of_rows(("by", "currency", "place", "customer_id", "customer", "amount"), rows)


def _figures(found: Statistics, entry: CurrencyFigures) -> tuple[Cell, ...]:
    position, aged, rate = entry.position, entry.ageing, entry.collection_rate
    revenue = entry.revenue or no_revenue(entry.currency)
    return (
        *(found.start, found.end, found.as_of, entry.currency),
        *(getattr(revenue, name) for name in _REVENUE),
        *(getattr(position, name) if position else None for name in _POSITION),
        *(rate.rate if rate else None, entry.dso_simple),
        *(getattr(aged, name) if aged else None for name in BUCKETS),
    )


def table_of_rows(names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> pa.Table:
    """Return rows as a table; amounts in major units, with the decimals that all need."""
    columns = [_column([row[at] for row in rows]) for at in range(len(names))]
    return pa.table(dict(zip(names, columns, strict=True)))


def _column(cells: Sequence[Cell]) -> Column:
    given = [cell for cell in cells if cell is not None]
    amounts = [cell for cell in given if isinstance(cell, Money)]
    if amounts:
        digits = max(digits_of(amount.currency) for amount in amounts)
        plain = [cell.amount if isinstance(cell, Money) else None for cell in cells]
        return pa.array(plain, pa.decimal128(AMOUNT_DIGITS, digits))
    if not given:
        return pa.array(cells, pa.string())
    return pa.array(cells)
