"""Files of past invoices for tests: some customers, some habits, some of it still open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from tests.features.ledgers import DAY_0, One, random_ledger

HEADER = "invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date,branch"
AS_OF = DAY_0 + 400


def iso(day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def line(number: int, row: One) -> str:
    paid = "" if row.paid is None else iso(row.paid)
    return (
        f"I{number},c{row.customer},{iso(row.issued)},{iso(row.due)},{row.amount / 100:.2f},"
        f"EUR,{paid},b{row.branch}"
    )


def csv_of(rows: Sequence[One], extra: Iterable[str] = ()) -> bytes:
    """The rows as CSV, and further lines after them."""
    lines = [HEADER, *(line(at, row) for at, row in enumerate(rows)), *extra]
    return ("\n".join(lines) + "\n").encode()


def past_rows(count: int = 700, customers: int = 12, seed: int = 0) -> list[One]:
    """A company's past."""
    return random_ledger(count, customers, seed)
