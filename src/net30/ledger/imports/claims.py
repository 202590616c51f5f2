"""Claims: the rows of a file read as invoices, each with what is known of its payment.

Every column is read as a whole; only rows with a fault are looked at one by one, to say what is
wrong with them. A row with an error is left out and told, the others stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from net30.kernel.money import digits_of
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.imports.claim_amounts import read_amounts
from net30.ledger.imports.claim_days import read_days
from net30.ledger.imports.claim_names import read_names
from net30.ledger.imports.claim_rows import ClaimRows, cleaned
from net30.ledger.imports.extras import extras_map
from net30.ledger.mapping import DateOrder, Mapping, Role
from net30.ledger.readers.sheet import Sheet

PAID_WORDS = ("paid", "paye", "payee", "closed", "settled", "regle", "reglee", "solde", "soldee")
"""States of rows that are paid, which matters where no date says so."""

_WORD = pa.dictionary(pa.int32(), pa.string())

_FIELDS: dict[str, pa.DataType] = {
    "row": pa.int32(),
    "external_id": pa.string(),
    "number": pa.string(),
    "customer_ref": _WORD,
    "customer": _WORD,
    "email": _WORD,
    "currency": _WORD,
    "amount": pa.int64(),
    "net": pa.int64(),
    "tax": pa.int64(),
    "issue_date": pa.date32(),
    "due_date": pa.date32(),
    "paid_date": pa.date32(),
    "balance": pa.int64(),
    "method": _WORD,
    "extras": pa.map_(pa.string(), pa.string()),
}
CLAIMS = pa.schema(_FIELDS)
"""One row an invoice. `balance` is what is open, in minor units: 0 for a paid one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What is taken where the file is silent: its currency, its date order, and what day it is."""

    currency: str
    date_order: DateOrder = DateOrder.DAY_FIRST
    today: date


def read_claims(sheet: Sheet, mapping: Mapping, defaults: Defaults) -> pa.Table:
    """Return the good rows of a sheet as CLAIMS; what is wrong is noted in the sheet's faults.

    Raises InputError for an unknown default currency.
    """
    currency = mapping.layout.currency or defaults.currency
    digits_of(currency)
    rows = ClaimRows(sheet, mapping)
    read_names(rows)
    read_amounts(rows, currency)
    read_days(rows, mapping.layout.date_order or defaults.date_order, defaults.today)
    _settle(rows)
    rows.done["extras"] = extras_map(
        {name: cleaned(sheet.column(name)) for name in mapping.extras}, len(rows)
    )
    table = pa.table({name: rows.done[name] for name in CLAIMS.names}, schema=CLAIMS)
    return table if compute.every(rows.good) else table.filter(rows.good).combine_chunks()


def _settle(rows: ClaimRows) -> None:
    """Find what is open of each row: as its balance says, or nothing once it is paid."""
    amount, stated = rows.done[Role.AMOUNT], rows.done[Role.BALANCE]
    paid = compute.present(rows.done[Role.PAID_DATE])
    larger = compute.less(compute.size(amount), compute.size(stated))
    opposite = compute.less(compute.times(compute.sign(stated), compute.sign(amount)), 0)
    beyond = compute.known(compute.either(larger, opposite))
    rows.refuse("balance", Role.BALANCE, beyond, "the balance {!r} is not within the amount")
    undated = compute.but_not(_says_paid(rows, amount, stated), paid)
    message = "the invoice is paid but no column says when: it was left out"
    rows.note("paid_without_date", Role.PAID_DATE, undated, message)
    rows.leave_out(undated)
    rows.done[Role.BALANCE] = compute.first_of(stated, compute.pick(paid, 0, amount))


def _says_paid(rows: ClaimRows, amount: Column, stated: Column) -> Column:
    closed = compute.known(compute.both(compute.equal(stated, 0), compute.differ(amount, 0)))
    status = rows.words(Role.STATUS)
    if status is None:
        return closed
    paid = compute.both(compute.within(status, PAID_WORDS), compute.missing(stated))
    return compute.either(closed, paid)
