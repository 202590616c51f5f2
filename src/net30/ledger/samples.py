"""Samples: a small table of invented invoices, laid out as a layout says, to see what is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from net30.kernel.money import digits_of
from net30.ledger.compute import Column
from net30.ledger.mapping import Layout, Role

TERM_DAYS = 30
AGO = 6
"""Invoices of which none is paid are so many times younger."""
TAX_PARTS = 118
"""The tax is 18 of so many parts of what is owed."""

ASKED = (
    Role.INVOICE_ID,
    Role.CUSTOMER_ID,
    Role.CUSTOMER,
    Role.ISSUE_DATE,
    Role.DUE_DATE,
    Role.AMOUNT,
    Role.CURRENCY,
)
"""What a table of invoices tells that are to be scored."""


@dataclass(frozen=True, slots=True)
class _Sample:
    """One invented invoice: issued so many days ago; paid so many days after its issue, or open."""

    number: int
    customer: int
    days_ago: int
    amount: int
    paid_after: int | None


_SAMPLES = (
    _Sample(1, 1, 150, 1_180_000, 27),
    _Sample(2, 2, 130, 590_000, 44),
    _Sample(3, 1, 95, 885_000, 31),
    _Sample(4, 3, 70, 236_000, None),
    _Sample(5, 2, 40, 1_475_000, None),
    _Sample(6, 1, 12, 354_000, None),
)
_CUSTOMERS = {1: "Sample Trading SARL", 2: "Sample Foods Ltd", 3: "Sample Works GmbH"}


def sample_table(
    layout: Layout, currency: str, today: date, roles: Sequence[Role] = tuple(Role)
) -> pa.Table:
    """Return six invoices as the layout has them; of its columns only those of some roles.

    Where no column says when an invoice was paid, all are open and of the last weeks.
    Raises InputError for an unknown currency.
    """
    tells_paid = Role.PAID_DATE in layout.columns and Role.PAID_DATE in roles
    currency = layout.currency or currency
    of_rows = [_cells(one, currency, today, tells_paid=tells_paid) for one in _SAMPLES]
    signs = {name.casefold(): name for name in layout.signature}
    columns = {
        _header(names, signs): _column([cells[role] for cells in of_rows])
        for role, names in layout.columns.items()
        if role in roles
    }
    for header in layout.signature:  # a table is recognised by all of them
        columns.setdefault(header, pa.nulls(len(_SAMPLES), pa.string()))
    return pa.table(columns)


def _header(names: Sequence[str], signs: dict[str, str]) -> str:
    """Return the header by which the layout recognises its tables, or the usual one."""
    found = [signs[name.casefold()] for name in names if name.casefold() in signs]
    return found[0] if found else names[0]


def _cells(
    one: _Sample, currency: str, today: date, *, tells_paid: bool
) -> dict[Role, Any]:  # Any: cells
    digits = digits_of(currency)
    issued = today - timedelta(days=one.days_ago if tells_paid else one.days_ago // AGO)
    paid = None
    if tells_paid and one.paid_after is not None:
        paid = issued + timedelta(days=one.paid_after)
    amount = Decimal(one.amount)
    net = amount * 100 / TAX_PARTS
    amounts = {
        Role.AMOUNT: amount,
        Role.BALANCE: Decimal(0) if paid else amount,
        Role.NET: net,
        Role.TAX: amount - net,
    }
    return {
        Role.INVOICE_ID: f"SAMPLE-{one.number}",
        Role.NUMBER: f"SAMPLE-{one.number}",
        Role.CUSTOMER_ID: f"SAMPLE-C{one.customer}",
        Role.CUSTOMER: _CUSTOMERS[one.customer],
        Role.EMAIL: f"accounts{one.customer}@example.com",
        Role.ISSUE_DATE: issued,
        Role.DUE_DATE: issued + timedelta(days=TERM_DAYS),
        Role.CURRENCY: currency,
        Role.PAID_DATE: paid,
        Role.METHOD: "bank_transfer" if paid else None,
        Role.STATUS: "paid" if paid else "sent",
        **{role: round(value, digits) for role, value in amounts.items()},
    }


def _column(cells: list[Any]) -> Column:  # Any: cells
    days = any(isinstance(one, date) for one in cells)
    return pa.array(cells, pa.date32()) if days else pa.array(cells)
