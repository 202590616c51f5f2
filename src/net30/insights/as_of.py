"""As-of: the ledger as it was known at the end of a day, ready to be asked in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from net30.insights.claims import DayTables, OpenedLedger, opened
from net30.kernel.errors import InputError

DEFAULT_PERIOD_DAYS = 90
"""A figure's period when none is asked for: so many days, ending at the as-of date."""

THREADS = 2

_VIEWS = """
create temp macro as_of() as date '{as_of}';
create temp view facts as
    select * from ledger where known_on <= date '{known_by}' and day <= as_of();
create temp view claims as
    select * replace (
        amount::hugeint as amount, credited::hugeint as credited, collected::hugeint as collected,
        discounted::hugeint as discounted, written_off::hugeint as written_off,
        balance::hugeint as balance, owed_at_90::hugeint as owed_at_90,
        unpaid_at_90::hugeint as unpaid_at_90
    ) from day_claims;
"""

Sums = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What was known at the end of a day; opened once, all figures of the day ask it.

    Its tables in SQL, amounts in minor units; `as_of()` is the day:
    `facts`: the ledger's rows (schema.FACTS) whose day and known_on are not later;
    `claims`: one row an invoice or credit note: invoice_id, number, customer_id, currency, kind,
    issue_date, due_date, amount, credited, collected, discounted, written_off, balance,
    settled_on, owed_at_90, unpaid_at_90, place (claims.DayTables);
    `unapplied`: facts of money without a claim: customer_id, currency, day, amount;
    `marks`: reminders, promises, disputes and write-offs (marks.Marks.at).
    """

    connection: duckdb.DuckDBPyConnection
    as_of: date
    known_by: date
    ledger: pa.Table
    opened: OpenedLedger
    tables: DayTables
    _answers: dict[tuple[object, ...], list[tuple[Any, ...]]] = field(default_factory=dict)
    _days: dict[tuple[date, date], Known] = field(default_factory=dict)

    # Any: a row has whatever its query selects.
    def rows(self, query: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query; `$name` in it stands for a parameter."""
        return self.connection.execute(query, parameters or None).fetchall()

    def sums(self, query: str, **parameters: object) -> Sums:
        """Return a query's sums by its first column, asked once however many figures need them."""
        return {key: tuple(map(int, sums)) for key, *sums in self._once(query, parameters)}

    def sums_of_two(self, query: str, **parameters: object) -> dict[tuple[Any, Any], int]:
        """Return a query's one sum by its first two columns, asked once."""
        return {(one, two): int(total) for one, two, total in self._once(query, parameters)}

    def beside(self, name: str, other: Known) -> None:
        """Make the claims of another day a table of this one; equal `place` is the same claim."""
        self.connection.register(name, other.tables.claims)

    def on(self, day: date) -> Known:
        """Return what stood on an earlier day, as known now."""
        return self._at(min(day, self.as_of), self.known_by)

    def outstanding_on(self, day: date) -> dict[str, int]:
        """Return what was outstanding on an earlier day in minor units, by currency."""
        return self.opened.outstanding(min(day, self.as_of), self.known_by)

    def earlier(self, day: date) -> Known:
        """Return what was known at the end of an earlier day."""
        day = min(day, self.as_of)
        same = self.opened.is_known_as_it_was(day, self.known_by)
        return self._at(day, self.known_by if same else day)

    def _at(self, day: date, known_by: date) -> Known:
        if (day, known_by) not in self._days:
            connection = self.connection.cursor()
            self._days[day, known_by] = _known(
                connection, self.ledger, self.opened, (day, known_by), self._days
            )
        return self._days[day, known_by]

    def _once(self, query: str, parameters: dict[str, object]) -> list[tuple[Any, ...]]:
        key = (query, *parameters.items())
        if key not in self._answers:
            self._answers[key] = self.rows(query, **parameters)
        return self._answers[key]


@contextmanager
def known_at(ledger: pa.Table, as_of: date) -> Iterator[Known]:
    """Open the ledger as known at the end of a day."""
    with duckdb.connect(":memory:", config={"threads": THREADS}) as connection:
        days: dict[tuple[date, date], Known] = {}
        known = _known(connection, ledger, opened(ledger), (as_of, as_of), days)
        days[as_of, as_of] = known
        yield known


def _known(
    connection: duckdb.DuckDBPyConnection,
    ledger: pa.Table,
    facts: OpenedLedger,
    days: tuple[date, date],
    others: dict[tuple[date, date], Known],
) -> Known:
    day, known_by = days
    stood = facts.at(day, known_by)
    tables = {"ledger": ledger, "day_claims": stood.claims}
    tables |= {"unapplied": stood.unapplied, "marks": stood.marks}
    for name, table in tables.items():
        connection.register(name, table)
    connection.execute(_VIEWS.format(as_of=day.isoformat(), known_by=known_by.isoformat()))
    return Known(connection, day, known_by, ledger, facts, stood, _days=others)


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

    @property
    def days_of(self) -> dict[str, date]:
        """Return its days as a query's parameters `$start` and `$end`."""
        return {"start": self.start, "end": self.end}

    @property
    def day_before(self) -> date:
        """Return the day before it begins."""
        return self.start - timedelta(days=1)

    def back(self, days: int) -> Period:
        """Return a period of the same length so many days earlier."""
        shift = timedelta(days=days)
        return Period(self.start - shift, self.end - shift)


def period_ending(as_of: date, start: date | None = None, end: date | None = None) -> Period:
    """Return the period asked for, or the 90 days that end at its end (the as-of date)."""
    last = end or as_of
    return Period(start or last - timedelta(days=DEFAULT_PERIOD_DAYS - 1), last)
