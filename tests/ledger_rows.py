"""Ledger rows for tests of figures: a claim, money, a credit, told in one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar

import pyarrow as pa

from net30.insights.as_of import Known, known_at
from net30.ledger.schema import FACTS

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact; amounts in minor units, signed as they change the receivable."""

    fact: str
    invoice_id: str | None
    amount: int
    day: date
    customer_id: str = "acme"
    currency: str = "XOF"
    known_on: date | None = None
    issue_date: date | None = None
    due_date: date | None = None
    method: str | None = None
    extras: tuple[tuple[str, str], ...] = ()


def claim(invoice_id: str, amount: int, issued: date, due: date | None, **more: object) -> Row:
    """An invoice over `amount`, or a credit note when it is negative."""
    row = Row(
        fact="invoice" if amount >= 0 else "credit_note",
        invoice_id=invoice_id,
        amount=amount,
        day=issued,
        issue_date=issued,
        due_date=due,
    )
    return replace(row, **more)  # type: ignore[arg-type] # the fields of Row


def money(invoice_id: str | None, amount: int, day: date, **more: object) -> Row:
    """Money that settles an invoice, or unapplied cash without one."""
    row = Row(fact="payment", invoice_id=invoice_id, amount=-amount, day=day)
    return replace(row, **more)  # type: ignore[arg-type] # the fields of Row


def ledger(*rows: Row) -> pa.Table:
    """The rows as a ledger table."""
    records = []
    for at, row in enumerate(rows):
        record: dict[str, object] = dict.fromkeys(FACTS.names)
        record |= {
            "fact": row.fact,
            "fact_id": f"f{at}",
            "invoice_id": row.invoice_id,
            "number": row.invoice_id,
            "customer_id": row.customer_id,
            "currency": row.currency,
            "amount": row.amount,
            "day": row.day,
            "known_on": row.known_on or row.day,
            "issue_date": row.issue_date,
            "due_date": row.due_date,
            "source": "test",
            "sequence": at + 1,
            "method": row.method,
            "extras": row.extras or None,
        }
        records.append(record)
    return pa.Table.from_pylist(records, schema=FACTS)


def asked(
    table: pa.Table,
    day: date,
    figure: Callable[Concatenate[Known, P], R],
    *more: P.args,
    **named: P.kwargs,
) -> R:
    """A figure of a ledger as known at the end of a day."""
    with known_at(table, day) as known:
        return figure(known, *more, **named)
