"""Find: a query's page, its total, and what to show when a name was misspelt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from net30.adapters.sql.connection import Connection, Row
from net30.adapters.sql.search.backend import Backend
from net30.adapters.sql.search.customers import Customers, names_of
from net30.adapters.sql.search.entries import COLUMNS, hit_of
from net30.adapters.sql.search.question import (
    UNSCORED,
    Bound,
    conditions,
    one_of,
    order_of,
    order_values,
)
from net30.finding.asking import check
from net30.finding.cursor import Cursor, read_cursor
from net30.finding.words import Asked, ask
from net30.ports.search import Page, Query

PLACES_PER_TENANT = 2**40
"""Each organisation's entries lie in their own range of places."""

WORDS_READ_MAX = 3_000
FILTERED_READ_MAX = 30_000
"""More rows come from an index alone than from the table in the same time."""

WALKED = "search_entry"

_NOTHING = Page(hits=(), total=0)


@dataclass(frozen=True, slots=True)
class Finder:
    """One view of the index of one organisation."""

    connection: Connection
    backend: Backend
    customers: Customers
    organisation: str

    def find(self, query: Query) -> Page:
        """Return the page that a query asks for."""
        check(query)
        asked, order = ask(query.text), order_of(query)
        cursor = read_cursor(self.organisation, query, order.kinds)
        tenant = self._tenant()
        if tenant is None or (query.text.strip() and not asked.terms):
            return _NOTHING
        search = _Search(self, query, asked, cursor, tenant)
        if cursor and cursor.customers:
            return search.of_customers(cursor.customers)
        page = search.of_words()
        is_answer = page.total or cursor or query.exact or not asked.terms
        if is_answer or search.words_occur():
            return page
        names = self.customers.near(self.connection, self.organisation)
        return search.of_customers([near.customer_id for near in names.instead(query.text)])

    def _tenant(self) -> int | None:
        row = self.connection.row(
            "SELECT ordinal FROM search_organisation WHERE organisation = :organisation",
            {"organisation": self.organisation},
        )
        return int(row[0]) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """Which entries are meant: conditions, their values, and the quick way to them.

    `table` says how to reach all of them, which is the way to the page too when they are at most
    `read_max`; beyond that, walking in the order asked for soon meets a page. `total` is how many
    there are, where that is known already.
    """

    where: Sequence[str]
    values: Bound
    table: str
    read_max: int = FILTERED_READ_MAX
    total: int | None = None
    customers: tuple[str, ...] = ()


class _Search:
    """One question on its way to a page."""

    def __init__(
        self, finder: Finder, query: Query, asked: Asked, cursor: Cursor | None, tenant: int
    ) -> None:
        self._finder = finder
        self._query = query
        self._asked = asked
        self._cursor = cursor
        self._tenant = tenant
        self._words = self._matching(finder.backend.expression(asked.terms, tenant))
        self._order = order_of(query)

    def of_words(self) -> Page:
        """Return the page of what has all the words and passes all filters."""
        filters, values = conditions(self._query)
        backend = self._finder.backend
        if self._asked.terms:
            matches = self._count(self._words)
            if matches > WORDS_READ_MAX and self._order.has_no_index and not self._is_scored():
                self._order = UNSCORED
            choice = _Choice(
                where=[*filters, backend.condition],
                values=values | self._words,
                table=backend.by_words,
                read_max=WORDS_READ_MAX,
                total=matches if not (filters and matches) else None,
            )
        elif filters:
            table = backend.by_customer if self._query.customer_id else backend.by_filters
            choice = _Choice(where=filters, values=values, table=table)
        else:
            choice = _Choice(where=(), values=values, table=WALKED, read_max=0)
        return self._page(choice)

    def words_occur(self) -> bool:
        """Tell whether any document has the words, whatever the filters say."""
        return self._count(self._words) > 0

    def of_customers(self, customer_ids: Sequence[str]) -> Page:
        """Return the page of some customers' documents instead of the words'."""
        if not customer_ids:
            return _NOTHING
        finder = self._finder
        filters, values = conditions(self._query)
        filters.append(one_of("customer_id", customer_ids, values))
        choice = _Choice(
            where=filters,
            values=values,
            table=finder.backend.by_customer,
            customers=tuple(customer_ids),
        )
        names = names_of(finder.connection, finder.organisation, customer_ids)
        return replace(self._page(choice), did_you_mean=names)

    def _is_scored(self) -> bool:
        """Tell whether some number or customer is what was asked for; a few look-ups tell.

        Where none is, the order of relevance is that of the dates, which an index has.
        """
        finder, asked = self._finder, self._asked
        if asked.tail or (self._cursor and self._cursor.after[0] != UNSCORED.lead[0]):
            return True
        number = finder.connection.row(
            "SELECT 1 FROM search_entry "
            "WHERE organisation = :organisation AND number_key = :number LIMIT 1",
            {"organisation": finder.organisation, "number": asked.number_key},
        )
        phrase = finder.backend.in_customer(asked.folded.split(), self._tenant)
        return number is not None or self._count(self._matching(phrase)) > 0

    def _matching(self, expression: str) -> Bound:
        low = self._tenant * PLACES_PER_TENANT
        return {"match": expression, "low": low, "high": low + PLACES_PER_TENANT - 1}

    def _count(self, words: Bound) -> int:
        row = self._finder.connection.row(self._finder.backend.count, words)
        return int(row[0]) if row else 0

    def _page(self, choice: _Choice) -> Page:
        finder, query = self._finder, self._query
        where = " AND ".join(["organisation = :organisation", *choice.where])
        values = {**choice.values, "organisation": finder.organisation}
        total = choice.total
        if total is None:
            sql = f"SELECT count(*) FROM {choice.table} WHERE {where}"  # noqa: S608 constants of ours
            counted = finder.connection.row(sql, values)
            total = int(counted[0]) if counted else 0
        if not total:
            return _NOTHING
        reads_all = total <= choice.read_max or self._order.has_no_index
        rows = self._rows(choice.table if reads_all else WALKED, where, values)
        hits = tuple(hit_of(row, query.as_of) for row in rows[: query.limit])
        if len(rows) <= query.limit:
            return Page(hits=hits, total=total)
        last = rows[query.limit - 1][-len(self._order.columns) :]
        cursor = Cursor((*self._order.lead, *last), choice.customers)
        return Page(hits=hits, total=total, cursor=cursor.spell(finder.organisation, query))

    def _rows(self, table: str, where: str, values: Bound) -> list[Row]:
        """Return the page's rows and one more, if there is one; sort values at the end."""
        query, order = self._query, self._order
        values = {**values, **order_values(order, self._asked), "rows": query.limit + 1}
        keys = ", ".join(order.columns)
        if self._cursor:
            names = [f"after_{chr(ord('a') + place)}" for place in range(len(order.columns))]
            marks = ", ".join(f":{name}" for name in names)
            where += f" AND ({keys}) {'<' if query.descending else '>'} ({marks})"
            values |= dict(zip(names, self._cursor.after[len(order.lead) :], strict=True))
        direction = "DESC" if query.descending else "ASC"
        sorting = ", ".join(f"{column} {direction}" for column in order.columns)
        # The page's places first, from an index alone; then only these rows are read.
        return self._finder.connection.rows(
            f"SELECT {COLUMNS}, {keys} FROM {self._finder.backend.by_words} "  # noqa: S608 constants of ours
            "WHERE organisation = :organisation AND place IN ("
            f"SELECT place FROM {table} WHERE {where} ORDER BY {sorting} LIMIT :rows) "
            f"ORDER BY {sorting}",
            values,
        )
