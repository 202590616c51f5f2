"""Imported items: open invoices of another system as claims of ours, and what is paid of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa

from net30.domain.aggregates import Key
from net30.domain.invoice import CREDIT_NOTE, INVOICE
from net30.domain.open_item import OpenItem, Settlement, SettlementKind
from net30.kernel.findings import Severity
from net30.kernel.money import Money
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.faults import Faults
from net30.ledger.imports.facts import payment_id
from net30.services.context import Context, ReadContext
from net30.services.imported_customers import external_id

Row = dict[str, Any]  # Any: a row of claims.CLAIMS as pyarrow gives it


def open_rows(claims: pa.Table) -> pa.Table:
    """Return the claims of which something is open."""
    return claims.filter(compute.differ(claims["balance"], 0))


def with_free_numbers(
    ctx: ReadContext, claims: pa.Table, ledger: pa.Table, faults: Faults
) -> pa.Table:
    """Return the claims without the open ones whose number is another open item's.

    The books find an open item by its number, so two cannot share one; paid invoices may.
    """
    rows = open_rows(claims).select(["row", "number"])
    numbers = compute.column(rows, "number")
    known = compute.column(ledger, "number").drop_null()
    suspects = set(compute.texts(numbers.filter(compute.within(numbers, known))))
    repeated = len(compute.distinct(numbers)) < len(numbers)
    if not suspects and not repeated:
        return claims
    seen: set[str] = set()
    taken = []
    for row, number in zip(rows["row"].to_pylist(), compute.texts(numbers), strict=True):
        if number in seen or (number in suspects and ctx.tx.find(OpenItem, Key.NUMBER, number)):
            taken.append(row)
        seen.add(number)
    where = compute.within(claims["row"], pa.array(taken, pa.int32()))
    faults.add_rows(
        "number_taken",
        (compute.column(claims, "row").filter(where), "number"),
        "{!r} is the number of another open invoice: map a column that tells them apart".format,
        compute.column(claims, "number").filter(where),
        Severity.ERROR,
    )
    return claims.filter(compute.no(where))


def new_items(claims: pa.Table, source: str, today: date) -> Iterator[OpenItem]:
    """Yield the open items of claims that are new to the books."""
    for row in open_rows(claims).drop_columns(["extras"]).to_pylist():
        amount = Money(row["amount"], row["currency"])
        item = OpenItem(
            id=row["invoice_id"],
            number=row["number"],
            type_code=CREDIT_NOTE if amount.minor < 0 else INVOICE,
            customer_id=row["customer_id"],
            amount=amount,
            issue_date=row["issue_date"],
            due_date=row["due_date"],
            imported=True,
            external_id=external_id(source, row["external_id"]),
        )
        paid = row["amount"] - row["balance"]
        yield item.settle(_settlement(row, paid, today)) if paid else item


def settle_items(ctx: Context, claims: pa.Table, before: Column) -> Iterator[str]:
    """Settle what has been paid of items imported before, and yield their ids."""
    rows = claims.drop_columns(["extras"]).to_pylist()
    for row, was in zip(rows, before.to_pylist(), strict=True):
        stored = ctx.tx.load(OpenItem, row["invoice_id"])
        settled = stored.value.settle(_settlement(row, was - row["balance"], ctx.today))
        ctx.tx.save(settled, expected=stored.version)
        yield settled.id


def _settlement(row: Row, minor: int, today: date) -> Settlement:
    day = row["paid_date"] or today
    return Settlement(
        kind=SettlementKind.PAYMENT,
        amount=Money(minor, row["currency"]),
        day=day,
        known_on=max(day, row["issue_date"]),
        source_id=payment_id(row["invoice_id"], row["balance"]),
    )
