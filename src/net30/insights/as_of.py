"""As-of: the ledger as it was known at the end of a day, ready to be asked in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from net30.kernel.errors import InputError

DEFAULT_PERIOD_DAYS = 90
"""A figure's period when none is asked for: so many days, ending at the as-of date."""

THREADS = 2

_TABLES = """
create temp view facts as
    select * from ledger where known_on <= as_of() and day <= as_of();
create temp table claims as
    select invoice_id,
           any_value(number) filter (fact in ('invoice', 'credit_note')) as number,
           any_value(customer_id) as customer_id,
           any_value(currency) as currency,
           any_value(fact) filter (fact in ('invoice', 'credit_note')) as kind,
           any_value(issue_date) filter (fact in ('invoice', 'credit_note')) as issue_date,
           any_value(due_date) filter (fact in ('invoice', 'credit_note')) as due_date,
           coalesce(sum(amount) filter (fact in ('invoice', 'credit_note')), 0)::hugeint as amount,
           coalesce(-sum(amount) filter (fact = 'credit'), 0)::hugeint as credited,
           coalesce(-sum(amount) filter (fact in ('payment', 'refund')), 0)::hugeint as collected,
           coalesce(-sum(amount) filter (fact = 'discount'), 0)::hugeint as discounted,
           coalesce(-sum(amount) filter (fact = 'write_off'), 0)::hugeint as written_off,
           sum(amount)::hugeint as balance
    from facts where invoice_id is not null group by invoice_id;
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What was known at the end of a day; opened once, all figures of the day ask it.

    Its tables: `facts`, the ledger's rows (schema.FACTS) whose day and known_on are not later;
    `claims`, one row an invoice or credit note with what it came to, was credited, collected,
    discounted, written off, and its balance, all in minor units. `as_of()` is the day in SQL.
    """

    connection: duckdb.DuckDBPyConnection
    as_of: date

    # Any: a row has whatever its query selects.
    def rows(self, query: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query; `$name` in it stands for a parameter."""
        return self.connection.execute(query, parameters or None).fetchall()


@contextmanager
def known_at(ledger: pa.Table, as_of: date) -> Iterator[Known]:
    """Open the ledger as known at the end of a day."""
    with duckdb.connect(":memory:", config={"threads": THREADS}) as connection:
        connection.register("ledger", ledger)
        connection.execute(f"create temp macro as_of() as date '{as_of.isoformat()}'")
        connection.execute(_TABLES)
        yield Known(connection, as_of)


@dataclass(frozen=True, slots=True)
class Period:
    """A period from its first to its last day, both within."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Raise InputError when it ends before it begins."""
        if self.end < self.start:
            raise InputError(
                f"the period ends on {self.end}, before it begins on {self.start}",
                hint="name the earlier day first",
                code="period",
            )

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.end - self.start).days + 1


def period_ending(as_of: date, start: date | None = None, end: date | None = None) -> Period:
    """Return the period asked for, or the 90 days that end at its end (the as-of date)."""
    last = end or as_of
    return Period(start or last - timedelta(days=DEFAULT_PERIOD_DAYS - 1), last)
