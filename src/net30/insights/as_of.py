"""As-of: the ledger as it was known at the end of a day, ready to be asked in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from net30.insights.claims import DayTables, OpenedLedger, opened
from net30.insights.in_sql import FEW, InSql, few
from net30.kernel.errors import InputError
from net30.ledger import compute

DEFAULT_PERIOD_DAYS = 90
"""A figure's period when none is asked for: so many days, ending at the as-of date."""

THREADS = 2

_VIEWS = """
create temp macro as_of() as date '{as_of}';
create temp view facts as
    select * from ledger where known_on <= date '{known_by}' and day <= as_of();
create temp {kind} claims as
    select * replace (
        amount::hugeint as amount, credited::hugeint as credited, collected::hugeint as collected,
        discounted::hugeint as discounted, written_off::hugeint as written_off,
        balance::hugeint as balance, owed_at_90::hugeint as owed_at_90,
        unpaid_at_90::hugeint as unpaid_at_90
    ) from day_claims;
"""

Sums = dict[str, tuple[int, ...]]
T = TypeVar("T")


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

    asked: InSql
    as_of: date
    known_by: date
    ledger: pa.Table
    opened: OpenedLedger
    tables: DayTables
    moved: Moved | None = None
    _answers: dict[tuple[object, ...], Any] = field(default_factory=dict)  # Any: sums of two kinds
    _days: dict[tuple[date, date], Known] = field(default_factory=dict)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Return where the tables can be asked."""
        return self.asked.connection

    # Any: a row has whatever its query selects.
    def rows(self, query: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query; `$name` in it stands for a parameter."""
        assert self.moved is None, "only sums are known of facts that were added"
        return self.connection.execute(query, parameters or None).fetchall()

    def sums(self, query: str, of: str = "", /, **parameters: object) -> Sums:
        """Return a query's sums by its first column, asked once however many figures need them.

        `of` names the table without whose rows there is nothing to add up.
        """
        if self.moved is not None:
            return _added(
                [(sign, one.sums(query, of, **parameters)) for sign, one in self.moved.parts]
            )
        if of and not self.asked.rows_of(of):
            return {}
        return self._once(
            query, parameters, lambda rows: {key: tuple(map(int, sums)) for key, *sums in rows}
        )

    def sums_of_two(self, query: str, **parameters: object) -> dict[tuple[Any, Any], int]:
        """Return a query's one sum by its first two columns, asked once."""
        if self.moved is not None:
            found: dict[tuple[Any, Any], int] = {}
            for sign, part in self.moved.parts:
                sums = part.sums_of_two(query, **parameters)
                if not found:
                    found = dict(sums)
                    continue
                for key, total in sums.items():
                    found[key] = found.get(key, 0) + sign * total
            return found
        return self._once(
            query, parameters, lambda rows: {(one, two): int(total) for one, two, total in rows}
        )

    def beside(self, name: str, day: date) -> None:
        """Make an earlier day's claims a table of this one; equal `place` is the same claim."""
        if self.moved is not None:
            for _, part in self.moved.parts:
                part.beside(name, day)
            return
        self.lay(name, self.on(day).tables.claims)

    def lay(self, name: str, table: pa.Table) -> None:
        """Lay a table of another source beside the claims; sums of an earlier one are forgotten."""
        if self.moved is not None:
            for _, part in self.moved.parts:
                part.lay(name, table)
            return
        if self.asked.lay(name, table):
            for key in [key for key in self._answers if name in str(key[0])]:
                del self._answers[key]

    def followed_by(self, facts: pa.Table) -> Known:
        """Return what is known once more facts are: only the sums of their claims are asked anew.

        It knows sums only, no rows; all figures of company_figures are made of them.
        """
        if self.moved is not None:
            return self.moved.base.followed_by(pa.concat_tables([self.moved.added, facts]))
        facts = facts.select(self.ledger.column_names)
        touched = compute.distinct(compute.text(facts["invoice_id"]))
        theirs = self.ledger.filter(compute.within(self.ledger["invoice_id"], touched))
        before = self._part(theirs) if theirs.num_rows else None
        after = self._part(pa.concat_tables([theirs, facts]))
        return replace(self, moved=Moved(self, before, after, facts), _answers={})

    def _part(self, facts: pa.Table) -> Known:
        day = (self.as_of, self.known_by)
        days: dict[tuple[date, date], Known] = {}
        where = few() if facts.num_rows <= FEW else self.asked.beside_it()
        days[day] = _known(where, facts, opened(facts), day, days)
        return days[day]

    def on(self, day: date) -> Known:
        """Return what stood on an earlier day, as known now."""
        if self.moved is not None:
            return self.moved.on_another(self, lambda one: one.on(day))
        return self._at(min(day, self.as_of), self.known_by)

    def outstanding_on(self, day: date) -> dict[str, int]:
        """Return what was outstanding on an earlier day in minor units, by currency."""
        if self.moved is not None:
            parts = [(sign, one.outstanding_on(day)) for sign, one in self.moved.parts]
            rows = _added(
                [(sign, {c: (total,) for c, total in sums.items()}) for sign, sums in parts]
            )
            return {currency: total for currency, (total,) in rows.items()}
        key = ("outstanding", day)
        if key not in self._answers:
            self._answers[key] = self.opened.outstanding(min(day, self.as_of), self.known_by)
        found: dict[str, int] = self._answers[key]
        return found

    def earlier(self, day: date) -> Known:
        """Return what was known at the end of an earlier day."""
        if self.moved is not None:
            return self.moved.on_another(self, lambda one: one.earlier(day))
        day = min(day, self.as_of)
        key = ("known as it was", day)
        if key not in self._answers:
            self._answers[key] = self.opened.is_known_as_it_was(day, self.known_by)
        return self._at(day, self.known_by if self._answers[key] else day)

    def _at(self, day: date, known_by: date) -> Known:
        if (day, known_by) not in self._days:
            where = self.asked.beside_it()
            self._days[day, known_by] = _known(
                where, self.ledger, self.opened, (day, known_by), self._days
            )
        return self._days[day, known_by]

    def kept(self, name: str, make: Callable[[Known], T]) -> T:
        """Return what was made of this day under a name, made once."""
        if (name,) not in self._answers:
            self._answers[name,] = make(self)
        found: T = self._answers[name,]
        return found

    def _once(
        self,
        query: str,
        parameters: dict[str, object],
        shaped: Callable[[list[tuple[Any, ...]]], T],
    ) -> T:
        key = (query, *parameters.items())
        if key not in self._answers:
            rows = self.rows(query, **parameters) if self.tables.rows else []
            self._answers[key] = shaped(rows)
        found: T = self._answers[key]
        return found


@dataclass(frozen=True, slots=True)
class Moved:
    """A base, and the facts of the claims that were touched, before and after.

    What is asked is the base's sum, less what these claims gave to it, and what they give now.
    """

    base: Known
    before: Known | None
    after: Known
    added: pa.Table

    @property
    def parts(self) -> list[tuple[int, Known]]:
        """Return each part with its sign, the base first."""
        before = [(-1, self.before)] if self.before is not None else []
        return [(1, self.base), *before, (1, self.after)]

    def on_another(self, known: Known, act: Callable[[Known], Known]) -> Known:
        """Return the same of another day: the base alone where the facts change nothing of it."""
        before = act(self.before) if self.before is not None else None
        base, after = act(self.base), act(self.after)
        if not after.tables.rows and (before is None or not before.tables.rows):
            return base
        moved = Moved(base, before, after, self.added)
        return replace(known, as_of=base.as_of, known_by=base.known_by, moved=moved, _answers={})


def _added(parts: Sequence[tuple[int, Sums]]) -> Sums:
    """Return sums added up, or taken off, key by key."""
    found: Sums = {}
    for sign, sums in parts:
        for key, row in sums.items():
            known = found.get(key, (0,) * len(row))
            found[key] = tuple(a + sign * b for a, b in zip(known, row, strict=True))
    return found


@contextmanager
def known_at(ledger: pa.Table, as_of: date) -> Iterator[Known]:
    """Open the ledger as known at the end of a day."""
    with duckdb.connect(":memory:", config={"threads": THREADS}) as connection:
        days: dict[tuple[date, date], Known] = {}
        known = _known(InSql(connection), ledger, opened(ledger), (as_of, as_of), days)
        days[as_of, as_of] = known
        try:
            yield known
        finally:
            days.clear()  # each day knows the others: a ring, which would hold the ledger for long


def _known(
    asked: InSql,
    ledger: pa.Table,
    facts: OpenedLedger,
    days: tuple[date, date],
    others: dict[tuple[date, date], Known],
) -> Known:
    day, known_by = days
    stood = facts.at(day, known_by)
    asked.tables = {"ledger": ledger, "day_claims": stood.claims}
    asked.tables |= {"unapplied": stood.unapplied, "marks": stood.marks}
    # A view costs nothing for a long ledger; a few rows are asked in half the time as a table.
    kind = "table" if stood.claims.num_rows <= FEW else "view"
    asked.views = _VIEWS.format(as_of=day.isoformat(), known_by=known_by.isoformat(), kind=kind)
    return Known(asked, day, known_by, ledger, facts, stood, _days=others)


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
