"""Import past invoices and payments of another system into the ledger and the books."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa

from net30.domain.customer import Customer
from net30.domain.events import CustomerSaved, LedgerImported
from net30.domain.organisation import Organisation
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding
from net30.kernel.money import Money, digits_of
from net30.ledger import compute
from net30.ledger import mapping as layouts
from net30.ledger.compute import Column
from net30.ledger.faults import Faults
from net30.ledger.imports.claims import Defaults, read_claims
from net30.ledger.imports.facts import (
    facts_of_claims,
    facts_of_payments,
    facts_together,
    imported_facts,
    scoped_ids,
)
from net30.ledger.imports.reimport import Comparison, compared, once
from net30.ledger.mapping import DateOrder
from net30.ledger.readers.any_file import read_table
from net30.ledger.readers.sheet import Sheet
from net30.ledger.schema import OWN_SOURCE
from net30.ledger.segments import put_import, read_ledger_with
from net30.services.context import Context, ReadContext
from net30.services.imported_customers import ImportedCustomers, resolve_customers
from net30.services.imported_items import new_items, open_rows, settle_items, with_free_numbers

DEFAULT_SOURCE = "import"
ITEMS_PER_SAVE = 1000
OPEN_ITEMS_PER_EVENT_MAX = 1000
FACTS_PER_EVENT_MAX = 200


_SOURCE = re.compile(r"[a-z][a-z0-9_-]{0,29}", re.ASCII)

Progress = Callable[[str, int, int], None]
"""Told (step, rows done, rows in all) as the import goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFile:
    """A table of past invoices, and how to read it.

    `layout` is guessed without one. `source` names the system it comes from: an invoice is known
    again by its source and its id there. `currency` is that of rows without one (the company's).
    `dry_run` changes nothing; `strict` imports nothing when any row has an error.
    """

    content: bytes
    layout: layouts.Layout | None = None
    source: str = ""
    currency: str = ""
    sheet: str = ""
    dry_run: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedAmount:
    """What the imported invoices of one currency come to, and what of it is open."""

    invoices: int
    amount: Money
    open: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do.

    `rows` are those of the file without empty ones; `invoices` were new, `open_items` of them are
    still to be paid; `payments` were added to invoices imported before; `unchanged` were known;
    `left_out` had a fault. `findings` are the first of each kind, `finding_counts` count all.
    """

    layout: str
    columns: Mapping[str, str]
    extras: tuple[str, ...]
    columns_left_out: Mapping[str, str]
    layout_json: str
    source: str
    rows: int
    invoices: int = 0
    open_items: int = 0
    payments: int = 0
    unchanged: int = 0
    new_customers: int = 0
    amounts: tuple[ImportedAmount, ...] = ()
    findings: tuple[Finding, ...] = ()
    finding_counts: Mapping[str, int] = field(default_factory=dict)
    errors: int = 0
    segment: str = ""
    dry_run: bool = False
    refused: bool = False

    @property
    def left_out(self) -> int:
        """Return how many rows were not taken."""
        return self.rows - self.invoices - self.payments - self.unchanged

    @property
    def findings_total(self) -> int:
        """Return how many findings there are, shown or not."""
        return sum(self.finding_counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Understood:
    """What a file says beside what the books know already."""

    mapping: layouts.Mapping
    source: str
    rows: int
    found: Comparison
    new_customers: list[Customer]
    faults: Faults


def preview_ledger(
    ctx: ReadContext, file: LedgerFile, progress: Progress | None = None
) -> ImportReport:
    """Return what an import would do: nothing changes, and nobody else's change waits for it.

    Raises what import_ledger raises.
    """
    understood = _understood(ctx, file, progress or _quiet)
    return _report(understood, replace(file, dry_run=True))


def import_ledger(ctx: Context, file: LedgerFile, progress: Progress | None = None) -> ImportReport:
    """Return what was imported: every good row of the file, once however often it is read.

    Rows with an error are left out and told. Paid invoices become facts of the ledger; open ones
    become open items too, marked as imported; all customers are added, or found by their id or
    name. Raises InputError for what is no table or lacks a needed column, LimitExceeded for too
    large a file, Conflict when another import runs at the same time.
    """
    tell = progress or _quiet
    understood = _understood(ctx, file, tell)
    found, segment = understood.found, ""
    refused = file.strict and understood.faults.errors > 0
    if not (file.dry_run or refused) and (found.fresh.num_rows or found.settled.num_rows):
        segment = _write(ctx, found, understood.new_customers, understood.source, tell)
    tell("done", understood.rows, understood.rows)
    return _report(understood, file, segment)


def import_rows(ctx: Context, sheet: Sheet, layout: layouts.Layout, source: str) -> ImportReport:
    """Return what was imported of the few rows that a stream brings at a time.

    As import_ledger, but the facts stand in the event itself: a segment each time would be
    thousands of files before long.
    """
    file = LedgerFile(content=b"", layout=layout, source=source)
    understood = _understood_sheet(ctx, sheet, file, len(sheet.rows), _quiet)
    found = understood.found
    if found.fresh.num_rows or found.settled.num_rows:
        facts = _facts(ctx, found, understood.source)
        touched = _take_in(ctx, found, understood.new_customers, understood.source, _quiet)
        imported = imported_facts(facts)
        for start in range(0, len(imported), FACTS_PER_EVENT_MAX):
            ctx.record(
                LedgerImported(
                    segment="",
                    source=understood.source,
                    rows=0 if start else found.fresh.num_rows + found.settled.num_rows,
                    open_items=() if start else tuple(touched),
                    facts=imported[start : start + FACTS_PER_EVENT_MAX],
                )
            )
    return _report(understood, file)


def _understood(ctx: ReadContext, file: LedgerFile, tell: Progress) -> _Understood:
    sheet = read_table(file.content, file.sheet)
    rows = len(sheet.rows) + sheet.faults.counts["row_width"] + sheet.faults.counts["cell_too_long"]
    if not rows:
        sheet.faults.add("no_rows", "", "the file has a header but no rows")
    tell("read", 0, rows)
    return _understood_sheet(ctx, sheet, file, rows, tell)


def _understood_sheet(
    ctx: ReadContext, sheet: Sheet, file: LedgerFile, rows: int, tell: Progress
) -> _Understood:
    mapping = layouts.map_columns(sheet.headers, file.layout)
    source = source_name(file.source or mapping.layout.source or DEFAULT_SOURCE)
    faults = sheet.faults
    claims = once(read_claims(sheet, mapping, _defaults(ctx, file)), faults)
    tell("understood", 0, rows)
    customers = resolve_customers(ctx, claims, source)
    claims = _with_ids(claims, source, customers)
    ledger = read_ledger_with(ctx.blobs, ctx.tx)
    found = compared(claims, ledger, source, faults)
    found = replace(found, fresh=with_free_numbers(ctx, found.fresh, ledger, faults))
    needed = set(found.fresh["customer_id"].unique().to_pylist())
    return _Understood(
        mapping=mapping,
        source=source,
        rows=rows,
        found=found,
        new_customers=[customer for customer in customers.new if customer.id in needed],
        faults=faults,
    )


def _report(understood: _Understood, file: LedgerFile, segment: str = "") -> ImportReport:
    mapping, found, faults = understood.mapping, understood.found, understood.faults
    return ImportReport(
        layout=mapping.layout.name,
        columns={role.value: header for role, header in mapping.columns.items()},
        extras=mapping.extras,
        columns_left_out=mapping.left_out,
        layout_json=mapping.as_json(),
        source=understood.source,
        rows=understood.rows,
        invoices=found.fresh.num_rows,
        open_items=open_rows(found.fresh).num_rows,
        payments=found.settled.num_rows,
        unchanged=found.unchanged,
        new_customers=len(understood.new_customers),
        amounts=_amounts(found.fresh),
        findings=tuple(faults.shown),
        finding_counts=dict(faults.counts),
        errors=faults.errors,
        segment=segment,
        dry_run=file.dry_run,
        refused=file.strict and faults.errors > 0,
    )


def _write(
    ctx: Context, found: Comparison, customers: list[Customer], source: str, tell: Progress
) -> str:
    """Write what is new and return the SHA-256 of its facts."""
    segment = put_import(ctx.blobs, ctx.organisation, _facts(ctx, found, source))
    touched = _take_in(ctx, found, customers, source, tell)
    rows = found.fresh.num_rows + found.settled.num_rows
    # An event for every page of open items, at least one; all name the same facts, which count
    # once.
    for start in range(0, max(1, len(touched)), OPEN_ITEMS_PER_EVENT_MAX):
        ctx.record(
            LedgerImported(
                segment=segment,
                source=source,
                rows=0 if start else rows,
                open_items=tuple(touched[start : start + OPEN_ITEMS_PER_EVENT_MAX]),
            )
        )
    return segment


def _facts(ctx: ReadContext, found: Comparison, source: str) -> pa.Table:
    return facts_together(
        facts_of_claims(found.fresh, source),
        facts_of_payments(found.fresh, _column(found.fresh, "amount"), source, ctx.today),
        facts_of_payments(found.settled, found.before, source, ctx.today),
    )


def _take_in(
    ctx: Context, found: Comparison, customers: list[Customer], source: str, tell: Progress
) -> list[str]:
    """Write the customers and the open items; return the ids of the items that changed."""
    # Two imports at once could both miss the other's invoices: the second one to end is refused.
    company = ctx.tx.load(Organisation, ctx.organisation)
    ctx.tx.save(company.value, expected=company.version)
    for start in range(0, len(customers), ITEMS_PER_SAVE):
        ctx.tx.save_new(customers[start : start + ITEMS_PER_SAVE])
    for customer in customers:
        ctx.record(CustomerSaved(customer_id=customer.id))
    items = list(new_items(found.fresh, source, ctx.today))
    for start in range(0, len(items), ITEMS_PER_SAVE):
        ctx.tx.save_new(items[start : start + ITEMS_PER_SAVE])
        tell("open items", start, len(items))
    touched = [item.id for item in items]
    touched.extend(settle_items(ctx, found.settled, found.before))
    return touched


def _with_ids(claims: pa.Table, source: str, customers: ImportedCustomers) -> pa.Table:
    """Return the claims with the ids that their invoices and customers have here."""
    reference = compute.coded(claims["customer_ref"])
    words = [customers.ids.get(word) for word in compute.texts(reference.dictionary)]
    by_row = pa.array(words, pa.string()).take(reference.indices).dictionary_encode()
    ids = scoped_ids(source, _column(claims, "external_id"))
    return claims.append_column("invoice_id", ids).append_column("customer_id", by_row)


def _amounts(fresh: pa.Table) -> tuple[ImportedAmount, ...]:
    plain = fresh.select(["amount", "balance"]).append_column(
        "currency", compute.text(fresh["currency"])
    )
    sums = plain.group_by("currency").aggregate(
        [("amount", "sum"), ("balance", "sum"), ("amount", "count")]
    )
    return tuple(
        ImportedAmount(
            invoices=row["amount_count"],
            amount=Money(row["amount_sum"], row["currency"]),
            open=Money(row["balance_sum"], row["currency"]),
        )
        for row in sums.sort_by("currency").to_pylist()
    )


def _defaults(ctx: ReadContext, file: LedgerFile) -> Defaults:
    currency = file.currency.strip().upper() or ctx.company.currency
    digits_of(currency)
    return Defaults(
        currency=currency, date_order=DateOrder(ctx.company.date_order), today=ctx.today
    )


def source_name(name: str) -> str:
    """Return a name that a source can have; raise InputError for any other."""
    if not _SOURCE.fullmatch(name) or name == OWN_SOURCE:
        raise InputError(
            f"{name!r} cannot be the name of a source",
            hint="use small letters, digits, - and _, at most 30, not 'net30'",
            code="source",
        )
    return name


def _column(table: pa.Table, name: str) -> Column:
    return compute.column(table, name)


def _quiet(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""
