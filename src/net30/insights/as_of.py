"""As-of: the ledger as it was known at the end of a day, ready to be asked in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import duckdb
import pyarrow as pa

DEFAULT_PERIOD_DAYS = 90
"""A figure's period when none is asked for: so many days, ending at the as-of date."""

_VIEWS = """
create temp view facts as
    select * from ledger where known_on <= as_of() and day <= as_of();
create temp view claims as
    select invoice_id,
           any_value(number) filter (fact in ('invoice', 'credit_note')) as number,
           any_value(customer_id) as customer_id,
           any_value(currency) as currency,
           any_value(fact) filter (fact in ('invoice', 'credit_note')) as kind,
           any_value(issue_date) filter (fact in ('invoice', 'credit_note')) as issue_date,
           any_value(due_date) filter (fact in ('invoice', 'credit_note')) as due_date,
           coalesce(sum(amount) filter (fact in ('invoice', 'credit_note')), 0)::hugeint as amount,
           coalesce(-sum(amount) filter (fact = 'credit'), 0)::hugeint as credited,
           coalesce(-sum(amount) filter (fact = 'payment'), 0)::hugeint as collected,
           coalesce(-sum(amount) filter (fact = 'discount'), 0)::hugeint as discounted,
           coalesce(-sum(amount) filter (fact = 'write_off'), 0)::hugeint as written_off,
           sum(amount)::hugeint as balance
    from facts where invoice_id is not null group by invoice_id;
"""


@contextmanager
def known_at(ledger: pa.Table, as_of: date) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the ledger as known at the end of a day.

    Two views: `facts`, the ledger's rows whose day and known_on are not later; and `claims`, one
    row an invoice or credit note with what it came to, was credited, collected, discounted,
    written off, and its balance, all in minor units.
    """
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        connection.register("ledger", ledger)
        connection.execute(f"create temp macro as_of() as date '{as_of.isoformat()}'")
        connection.execute(_VIEWS)
        yield connection


def period_ending(as_of: date, start: date | None, end: date | None) -> tuple[date, date]:
    """Return the period asked for, or the 90 days that end at the as-of date."""
    last = end or as_of
    return start or last - timedelta(days=DEFAULT_PERIOD_DAYS - 1), last
