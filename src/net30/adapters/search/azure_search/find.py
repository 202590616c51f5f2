"""Find: a query's page, its total, and what to show when a name was misspelt.

Relevance is not the service's score: a score depends on all other documents, so pages would not
hold while rows are added. Its classes (a number, a customer whose name begins so, one who is named
so, other words) are asked for one after the other, the newest documents first in each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from net30.adapters.search.azure_search.definition import DAYS
from net30.adapters.search.azure_search.documents import DOCUMENT, SHOWN, day_of, hit_of
from net30.adapters.search.azure_search.names import Names
from net30.adapters.search.azure_search.question import (
    EVERYTHING,
    Value,
    after,
    classes,
    conditions,
    is_by_class,
    of_tenant,
    one_of,
    order_of,
    words_of_terms,
)
from net30.adapters.search.azure_search.service import Found, Service
from net30.finding.asking import check
from net30.finding.cursor import Cursor, read_cursor
from net30.finding.words import Asked, ask
from net30.ports.search import Page, Query

_NOTHING = Page(hits=(), total=0)


@dataclass(frozen=True, slots=True)
class Finder:
    """The index of one organisation."""

    service: Service
    names: Names
    organisation: str

    def find(self, query: Query) -> Page:
        """Return the page that a query asks for."""
        check(query)
        asked, kinds = ask(query.text), order_of(query).kinds
        cursor = read_cursor(
            self.organisation, query, (int, *kinds) if is_by_class(query) else kinds
        )
        if query.text.strip() and not asked.terms:
            return _NOTHING
        search = _Search(self, query, asked, cursor)
        if cursor and cursor.customers:
            return search.of_customers(cursor.customers)
        page = search.of_words()
        is_answer = page.total or cursor or query.exact or not asked.terms
        if is_answer or search.words_occur():
            return page
        found = self.names.of(self.organisation).near.instead(query.text)
        return search.of_customers([near.customer_id for near in found])


class _Search:
    """One question on its way to a page."""

    def __init__(self, finder: Finder, query: Query, asked: Asked, cursor: Cursor | None) -> None:
        self._finder = finder
        self._query = query
        self._cursor = cursor
        self._order = order_of(query)
        self._words = words_of_terms(asked.terms)
        self._where = conditions(finder.organisation, query)
        self._classes = classes(asked) if is_by_class(query) else ()

    def of_words(self) -> Page:
        """Return the page of what has all the words and passes all filters."""
        return self._page(self._where, self._words)

    def words_occur(self) -> bool:
        """Tell whether any document has the words, whatever the filters say."""
        finder = self._finder
        return finder.service.count([of_tenant(finder.organisation, DOCUMENT)], self._words) > 0

    def of_customers(self, customer_ids: Sequence[str]) -> Page:
        """Return the page of some customers' documents instead of the words'."""
        if not customer_ids:
            return _NOTHING
        known = self._finder.names.of(self._finder.organisation).names
        where = [*self._where, one_of("customer_id", customer_ids)]
        page = self._page(where, EVERYTHING, tuple(customer_ids))
        names = tuple(known[one] for one in customer_ids if one in known)
        return replace(page, did_you_mean=names)

    def _page(self, where: Sequence[str], words: str, customers: tuple[str, ...] = ()) -> Page:
        query, finder = self._query, self._finder
        total = finder.service.count(where, words)
        if not total:
            return _NOTHING
        rows = self._rows_by_class(where, words) if self._classes else self._rows(where, words)
        hits = tuple(hit_of(row, query.as_of) for _, row in rows[: query.limit])
        if len(rows) <= query.limit:
            return Page(hits=hits, total=total)
        klass, last = rows[query.limit - 1]
        sorted_by = tuple(_sort_value(last, field) for field in self._order.fields)
        lead = (klass,) if self._classes else ()
        cursor = Cursor((*lead, *sorted_by), customers)
        return Page(hits=hits, total=total, cursor=cursor.spell(finder.organisation, query))

    def _rows_by_class(self, where: Sequence[str], words: str) -> list[tuple[int, Found]]:
        """Return the page's rows and one more, class by class."""
        last = self._cursor.after if self._cursor else None
        order = range(len(self._classes))
        ranks = list(reversed(order) if self._query.descending else order)
        if last:
            begun = cast("int", last[0])
            ranks = ranks[ranks.index(begun) :] if begun in ranks else []
        found: list[tuple[int, Found]] = []
        for rank in ranks:
            left = self._query.limit + 1 - len(found)
            if left > 0:
                begun_here = last[1:] if last and rank == last[0] else None
                more = self._some([*where, self._classes[rank]], words, left, begun_here)
                found += [(rank, row) for row in more]
        return found

    def _rows(self, where: Sequence[str], words: str) -> list[tuple[int, Found]]:
        """Return the page's rows and one more, if there is one."""
        last = self._cursor.after if self._cursor else None
        return [(0, row) for row in self._some(where, words, self._query.limit + 1, last)]

    def _some(
        self, where: Sequence[str], words: str, limit: int, last: tuple[Value, ...] | None
    ) -> list[Found]:
        descending = self._query.descending
        beyond = [after(self._order, last, descending=descending)] if last else []
        return self._finder.service.rows(
            [*where, *beyond],
            self._order.fields,
            select=sorted({*SHOWN, *self._order.fields}),
            limit=limit,
            words=words,
            descending=descending,
        )


def _sort_value(row: Found, field: str) -> Value:
    """Return what a cursor keeps of a field: of a day its date."""
    value: Value = day_of(row[field]).isoformat() if field in DAYS else row[field]
    return value
