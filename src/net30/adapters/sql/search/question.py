"""Question: a query as conditions and an order over search_entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from net30.domain.open_item import OPEN_STATUSES, Status
from net30.finding.asking import bounded
from net30.finding.words import Asked
from net30.ports.search import Query, Sort

_OPEN = "('issued', 'sent', 'partially_paid')"
_OVERDUE = f"(state IN {_OPEN} AND balance > 0 AND due_key < :as_of)"

_SCORE = (
    "(CASE WHEN number_key = :asked_number OR (number_tail = :asked_tail AND number_tail <> '')"
    " THEN 3 WHEN customer_folded LIKE :customer_start THEN 2"
    " WHEN customer_folded LIKE :customer_within THEN 1 ELSE 0 END)"
)

_ANY_STATE = f"state IN ({', '.join(repr(str(status)) for status in Status)})"
"""Asks nothing, but lets SQLite use the index that has the state before the issue date."""

Bound = dict[str, str | int | bytes | None]


@dataclass(frozen=True, slots=True)
class Order:
    """What rows are sorted by: the first columns, then the id; the types of their values.

    `lead` is what all rows have in common before these columns: it stands in cursors only.
    """

    columns: tuple[str, ...]
    kinds: tuple[type, ...]
    has_no_index: bool = False
    lead: tuple[int, ...] = ()


_ORDERS = {
    Sort.RELEVANCE: Order((_SCORE, "issue_date", "id"), (int, str, str), has_no_index=True),
    Sort.ISSUE_DATE: Order(("issue_date", "id"), (str, str)),
    Sort.DUE_DATE: Order(("due_key", "id"), (str, str)),
    Sort.AMOUNT: Order(("currency", "amount", "id"), (str, int, str)),
    Sort.BALANCE: Order(("currency", "balance", "id"), (str, int, str)),
    Sort.NUMBER: Order(("number_key", "id"), (str, str)),
}


UNSCORED = Order(("issue_date", "id"), (int, str, str), lead=(0,))
"""The order of relevance where no row's number or customer is what was asked for."""


def order_of(query: Query) -> Order:
    """Return what the query's rows are sorted by; without a text all are equally relevant."""
    is_plain = query.sort is Sort.RELEVANCE and not query.text.strip()
    return _ORDERS[Sort.ISSUE_DATE if is_plain else query.sort]


def order_values(order: Order, asked: Asked) -> Bound:
    """Return the values that the order itself needs."""
    if not order.has_no_index:
        return {}
    return {
        "asked_number": asked.number_key or "-",  # a draft has no number to be found by
        "asked_tail": asked.tail,
        "customer_start": f"{asked.folded}%" if asked.folded else "",
        "customer_within": f"% {asked.folded}%" if asked.folded else "",
    }


def conditions(query: Query) -> tuple[list[str], Bound]:
    """Return the SQL of all filters but the text, and their values."""
    simple = list(_simple(query))
    parts = [sql for sql, _, _ in simple]
    values: Bound = {name: value for _, name, value in simple}
    if not query.statuses and (query.issued_from or query.issued_to):
        parts.append(_ANY_STATE)
    if query.statuses:
        parts.append(_of_statuses(query.statuses))
        values["as_of"] = query.as_of.isoformat()
    if query.type_codes:
        parts.append(one_of("type_code", query.type_codes, values))
    return parts, values


def one_of(column: str, wanted: Iterable[str], values: Bound) -> str:
    """Return the SQL of a column being one of several values, and add these to `values`."""
    names = []
    for place, value in enumerate(sorted(wanted)):
        name = f"{column}_{_letters(place)}"
        names.append(f":{name}")
        values[name] = value
    return f"{column} IN ({', '.join(names)})"


def _simple(query: Query) -> Iterator[tuple[str, str, str | int]]:
    if query.customer_id:
        yield "customer_id = :customer", "customer", query.customer_id
    if query.currency:
        yield "currency = :currency", "currency", query.currency
    days = {
        ("issue_date >= :issued_from", "issued_from"): query.issued_from,
        ("issue_date <= :issued_to", "issued_to"): query.issued_to,
        ("due_date >= :due_from", "due_from"): query.due_from,
        ("due_date <= :due_to", "due_to"): query.due_to,
    }
    for (sql, name), day in days.items():
        if day is not None:
            yield sql, name, day.isoformat()
    if query.amount_min is not None:
        yield "amount >= :amount_min", "amount_min", bounded(query.amount_min)
    if query.amount_max is not None:
        yield "amount <= :amount_max", "amount_max", bounded(query.amount_max)


def _of_statuses(statuses: frozenset[Status]) -> str:
    """Return the SQL of an entry standing in one of these statuses on the day :as_of."""
    ways = [f"(state = '{status}' AND NOT {_OVERDUE})" for status in sorted(statuses & _SHOWN_OPEN)]
    closed = sorted(statuses - OPEN_STATUSES)
    if closed:
        listed = ", ".join(f"'{status}'" for status in closed)
        ways.append(f"state IN ({listed})")
    if Status.OVERDUE in statuses:
        ways.append(_OVERDUE)
    return f"({' OR '.join(ways)})"


_SHOWN_OPEN = OPEN_STATUSES - {Status.OVERDUE}


def _letters(place: int) -> str:
    """Return a name part without digits: a, b ... z, ba, bb ..."""
    high, low = divmod(place, 26)
    return (_letters(high) if high else "") + chr(ord("a") + low)
