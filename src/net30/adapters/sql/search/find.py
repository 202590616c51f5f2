"""Find: a query's page, its total, and what to show when a name was misspelt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from net30.adapters.sql.connection import Connection, Row
from net30.adapters.sql.search.backend import Backend
from net30.adapters.sql.search.cursor import Cursor, read_cursor
from net30.adapters.sql.search.customers import Customers, names_of
from net30.adapters.sql.search.entries import COLUMNS, hit_of
from net30.adapters.sql.search.near import Near
from net30.adapters.sql.search.question import (
    Bound,
    check,
    conditions,
    one_of,
    order_of,
    order_values,
)
from net30.adapters.sql.search.words import Asked, ask
from net30.ports.search import Page, Query

PLACES_PER_TENANT = 2**40
"""Each organisation's entries lie in their own range of places."""

NEAR_SHOWN_MAX = 5
NEAR_SPREAD = 0.06
"""Customers so much less near than the nearest one are not shown instead."""

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
        if page.total or cursor or not asked.terms or search.words_occur():
            return page
        return search.of_customers([near.customer_id for near in self._instead(query.text)])

    def _instead(self, text: str) -> Sequence[Near]:
        """Return the customers whose names are nearest, and none that is clearly less near."""
        found = self.customers.near(self.connection, self.organisation).find(text, NEAR_SHOWN_MAX)
        return [near for near in found if near.nearness >= found[0].nearness - NEAR_SPREAD]

    def _tenant(self) -> int | None:
        row = self.connection.row(
            "SELECT ordinal FROM search_organisation WHERE organisation = :organisation",
            {"organisation": self.organisation},
        )
        return int(row[0]) if row else None


class _Search:
    """One question on its way to a page."""

    def __init__(
        self, finder: Finder, query: Query, asked: Asked, cursor: Cursor | None, tenant: int
    ) -> None:
        self._finder = finder
        self._query = query
        self._asked = asked
        self._cursor = cursor
        self._words: Bound = {
            "match": finder.backend.expression(asked.terms, tenant),
            "low": tenant * PLACES_PER_TENANT,
            "high": (tenant + 1) * PLACES_PER_TENANT - 1,
        }

    def of_words(self) -> Page:
        """Return the page of what has all the words and passes all filters."""
        filters, values = conditions(self._query)
        if not self._asked.terms:
            return self._page(filters, values)
        values |= self._words
        total = None if filters else self._count_words()
        return self._page([*filters, self._finder.backend.condition], values, total=total)

    def words_occur(self) -> bool:
        """Tell whether any document has the words, whatever the filters say."""
        return self._count_words() > 0

    def of_customers(self, customer_ids: Sequence[str]) -> Page:
        """Return the page of some customers' documents instead of the words'."""
        if not customer_ids:
            return _NOTHING
        filters, values = conditions(self._query)
        filters.append(one_of("customer_id", customer_ids, values))
        page = self._page(filters, values, customers=tuple(customer_ids))
        finder = self._finder
        names = names_of(finder.connection, finder.organisation, customer_ids)
        return replace(page, did_you_mean=names)

    def _count_words(self) -> int:
        row = self._finder.connection.row(self._finder.backend.count, self._words)
        return int(row[0]) if row else 0

    def _page(
        self,
        filters: Sequence[str],
        values: Bound,
        *,
        total: int | None = None,
        customers: tuple[str, ...] = (),
    ) -> Page:
        query, connection = self._query, self._finder.connection
        where = " AND ".join(["organisation = :organisation", *filters])
        values = {**values, "organisation": self._finder.organisation}
        if total is None:
            counted = connection.row(f"SELECT count(*) FROM search_entry WHERE {where}", values)  # noqa: S608 constants of ours
            total = int(counted[0]) if counted else 0
        rows = self._rows(where, values) if total else []
        hits = tuple(hit_of(row, query.as_of) for row in rows[: query.limit])
        if len(rows) <= query.limit:
            return Page(hits=hits, total=total)
        last = rows[query.limit - 1][-len(order_of(query).columns) :]
        cursor = Cursor(tuple(last), customers)
        return Page(hits=hits, total=total, cursor=cursor.spell(self._finder.organisation, query))

    def _rows(self, where: str, values: Bound) -> list[Row]:
        """Return the page's rows and one more, if there is one; sort values at the end."""
        query, order = self._query, order_of(self._query)
        values = {**values, **order_values(query, self._asked), "rows": query.limit + 1}
        keys = ", ".join(order.columns)
        if self._cursor:
            names = [f"after_{chr(ord('a') + place)}" for place in range(len(order.columns))]
            marks = ", ".join(f":{name}" for name in names)
            where += f" AND ({keys}) {'<' if query.descending else '>'} ({marks})"
            values |= dict(zip(names, self._cursor.after, strict=True))
        direction = "DESC" if query.descending else "ASC"
        sorting = ", ".join(f"{column} {direction}" for column in order.columns)
        return self._finder.connection.rows(
            f"SELECT {COLUMNS}, {keys} FROM search_entry WHERE {where} "  # noqa: S608 constants of ours
            f"ORDER BY {sorting} LIMIT :rows",
            values,
        )
