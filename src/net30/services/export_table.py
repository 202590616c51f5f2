"""Export invoices, customers, payments or the ageing as a table for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pyarrow as pa

from net30.domain.customer import Customer
from net30.insights.as_of import known_at
from net30.kernel.errors import InputError
from net30.kernel.money import digits_of
from net30.kernel.plugins import load, names_in
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.segments import read_ledger
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.context import ReadContext

WRITERS = "net30.ledger.writers"


class Export(StrEnum):
    """What can be exported."""

    INVOICES = "invoices"
    CUSTOMERS = "customers"
    PAYMENTS = "payments"
    AGEING = "ageing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedTable:
    """A table as a file: what to call it, what it is, its bytes, and how many rows it has."""

    file_name: str
    media_type: str
    content: bytes
    rows: int


def export_formats() -> tuple[str, ...]:
    """Return the formats a table can be written in: csv, csv_excel, parquet, xlsx."""
    return names_in(WRITERS)


def export_table(
    ctx: ReadContext, export: Export, format_name: str = "csv", *, as_of: date | None = None
) -> ExportedTable:
    """Return the organisation's invoices, customers, payments or ageing as known on a day (today).

    Amounts are in major units, imported invoices included; text is written so that no spreadsheet
    program runs it. What `invoices` writes, `import_ledger` reads. Raises InputError for an
    unknown format.
    """
    if format_name not in export_formats():
        raise InputError(
            f"{format_name!r} is no format for tables",
            hint=f"use one of {', '.join(export_formats())}",
            code="export_format",
        )
    day = as_of or ctx.today
    table = export_rows(ctx, export, as_of=day)
    writer = load(WRITERS, format_name)
    ctx.take_out(f"{export.value} as {format_name}", table.num_rows)
    return ExportedTable(
        file_name=f"{export.value}-{day.isoformat()}.{writer.SUFFIX}",
        media_type=writer.MEDIA_TYPE,
        content=writer.write(table),
        rows=table.num_rows,
    )


def export_rows(ctx: ReadContext, export: Export, *, as_of: date) -> pa.Table:
    """Return the rows of an export as a table, amounts as exact decimals in major units."""
    customers = tuple(_customers(ctx))
    if export is Export.CUSTOMERS:
        return _customer_table(customers)
    ledger = read_ledger(ctx.blobs, ctx.organisation, as_of)
    with known_at(ledger, as_of) as known:
        found = known.connection.sql(_SQL[export]).to_arrow_table()
    table = _in_major_units(found, _AMOUNTS[export])
    if export is Export.INVOICES:
        table = _with_extras(table)
    return _with_names(table, customers)


_SQL = {
    Export.INVOICES: """
        select c.invoice_id, c.number, c.kind as type, c.customer_id, c.issue_date, c.due_date,
               c.amount::bigint as amount, c.currency, own.net, own.tax,
               c.balance::bigint as balance,
               case when c.balance = 0 then settled.day end as paid_date, own.extras
        from claims c
        join facts own on own.invoice_id = c.invoice_id and own.fact in ('invoice', 'credit_note')
        left join (
            select invoice_id, max(day) as day from facts
            where amount <> 0 and fact not in ('invoice', 'credit_note') group by invoice_id
        ) settled on settled.invoice_id = c.invoice_id
        order by c.issue_date, c.number, c.invoice_id
    """,
    Export.PAYMENTS: """
        select fact as type, day, known_on, invoice_id, number, customer_id, currency,
               -amount as amount, method
        from facts where fact in ('payment', 'refund')
        order by day, sequence, fact_id
    """,
    Export.AGEING: """
        select customer_id, currency,
               coalesce(sum(balance) filter (late <= 0), 0)::bigint as not_due,
               coalesce(sum(balance) filter (late between 1 and 30), 0)::bigint as d1_30,
               coalesce(sum(balance) filter (late between 31 and 60), 0)::bigint as d31_60,
               coalesce(sum(balance) filter (late between 61 and 90), 0)::bigint as d61_90,
               coalesce(sum(balance) filter (late > 90), 0)::bigint as d90_plus,
               coalesce(sum(balance) filter (late is null and not unapplied), 0)::bigint
                   as no_due_date,
               coalesce(sum(balance) filter (unapplied), 0)::bigint as unapplied,
               sum(balance)::bigint as outstanding
        from (
            select customer_id, currency, balance, balance < 0 as unapplied,
                   case when balance > 0 then as_of() - due_date end as late
            from claims where balance <> 0
            union all
            select customer_id, currency, amount::hugeint, true, null from unapplied
        ) group by customer_id, currency order by customer_id, currency
    """,
}

_BUCKETS = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus", "no_due_date", "unapplied")
_AMOUNTS = {
    Export.INVOICES: ("amount", "net", "tax", "balance"),
    Export.PAYMENTS: ("amount",),
    Export.AGEING: (*_BUCKETS, "outstanding"),
}


def _in_major_units(table: pa.Table, names: tuple[str, ...]) -> pa.Table:
    """Return a table whose minor units became decimals with the decimals of their currencies."""
    currencies = compute.coded(table["currency"])
    digits = [digits_of(code) for code in compute.texts(currencies.dictionary)]
    units = pa.array([Decimal(1).scaleb(-digit) for digit in digits], pa.decimal128(5, 4))
    unit = units.take(currencies.indices)
    kind = pa.decimal128(23, max(digits, default=0))
    for name in names:
        exact = compute.times(compute.column(table, name).cast(pa.decimal128(19, 0)), unit)
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, exact.cast(kind))
    return table


def _with_extras(table: pa.Table) -> pa.Table:
    """Return invoices with a column for each thing that was known at issue."""
    extras = compute.column(table, "extras")
    table = table.drop_columns(["extras"])
    for name in sorted(compute.keys_of(extras)):
        if name not in {*table.column_names, "customer"}:
            table = table.append_column(name, compute.looked_up(extras, name))
    return table


def _with_names(table: pa.Table, customers: tuple[Customer, ...]) -> pa.Table:
    ids = pa.array([customer.id for customer in customers], pa.string())
    names = pa.array([customer.name for customer in customers], pa.string())
    of_row = names.take(compute.place_in(compute.text(table["customer_id"]), ids))
    at = table.schema.get_field_index("customer_id") + 1
    return table.add_column(at, "customer", of_row)


def _customer_table(customers: tuple[Customer, ...]) -> pa.Table:
    def column(read: Callable[[Customer], str]) -> Column:
        return pa.array([read(customer) for customer in customers], pa.string())

    return pa.table(
        {
            "customer_id": column(lambda one: one.id),
            "customer": column(lambda one: one.name),
            "email": column(lambda one: one.email),
            "phone": column(lambda one: one.party.contact.phone),
            "address": column(lambda one: one.party.address.line1),
            "postcode": column(lambda one: one.party.address.postcode),
            "city": column(lambda one: one.party.address.city),
            "country": column(lambda one: one.party.address.country),
            "vat_id": column(lambda one: one.party.vat_id),
            "tax_id": column(lambda one: one.party.tax_id),
            "currency": column(lambda one: one.currency),
            "language": column(lambda one: one.language),
            "industry": column(lambda one: one.industry),
            "external_id": column(lambda one: one.external_id),
            "notes": column(lambda one: one.notes),
        }
    )


def _customers(ctx: ReadContext) -> Iterator[Customer]:
    after = ""
    while page := ctx.tx.page(Customer, after=after, limit=PAGE_ROWS_MAX):
        yield from (stored.value for stored in page)
        after = page[-1].value.id
