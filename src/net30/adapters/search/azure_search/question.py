"""Question: a query as a filter in OData, words in the simple syntax, and an order.

Every value of a question passes through `quoted`; words are letters and digits after folding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from net30.adapters.search.azure_search.definition import DAYS, END
from net30.adapters.search.azure_search.documents import DOCUMENT, midnight
from net30.domain.open_item import OPEN_STATUSES, Status
from net30.finding.asking import bounded
from net30.finding.cursor import foreign_cursor
from net30.finding.words import TAIL_MARK, Asked, Term
from net30.ports.search import Query, Sort

Value = str | int
Literal = Value | date

EVERYTHING = "*"
_SHOWN_OPEN = OPEN_STATUSES - {Status.OVERDUE}


@dataclass(frozen=True, slots=True)
class Order:
    """The fields that rows are sorted by, the last one telling all rows apart."""

    fields: tuple[str, ...]
    kinds: tuple[type, ...]


NEWEST = Order(("issue_date", "id"), (str, str))
_ORDERS = {
    Sort.ISSUE_DATE: NEWEST,
    Sort.DUE_DATE: Order(("due_key", "id"), (str, str)),
    Sort.AMOUNT: Order(("currency", "amount", "id"), (str, int, str)),
    Sort.BALANCE: Order(("currency", "balance", "id"), (str, int, str)),
    Sort.NUMBER: Order(("number_key", "id"), (str, str)),
}


def order_of(query: Query) -> Order:
    """Return what rows are sorted by; those of one class of relevance by their days."""
    return _ORDERS.get(query.sort, NEWEST)


def is_by_class(query: Query) -> bool:
    """Tell whether the query asks for classes of relevance; without a text there is one."""
    return query.sort is Sort.RELEVANCE and bool(query.text.strip())


def quoted(value: Literal) -> str:
    """Return a value as a literal of OData."""
    if isinstance(value, date):
        return midnight(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def of_tenant(organisation: str, kind: str) -> str:
    """Return the condition that stands in every question."""
    return f"tenant eq {quoted(organisation)} and kind eq {quoted(kind)}"


def one_of(field: str, values: Iterable[Value]) -> str:
    """Return the condition of a field being one of several values."""
    return "(" + " or ".join(f"{field} eq {quoted(value)}" for value in sorted(values)) + ")"


def after(order: Order, last: Sequence[Value], *, descending: bool) -> str:
    """Return the condition of rows that come after one with these sort values.

    Raises InputError for values that no row has: somebody made up a cursor.
    """
    values = [_literal(field, value) for field, value in zip(order.fields, last, strict=True)]
    beyond = "lt" if descending else "gt"
    ways = []
    for place, (field, value) in enumerate(zip(order.fields, values, strict=True)):
        alike = [f"{order.fields[at]} eq {quoted(values[at])}" for at in range(place)]
        ways.append(" and ".join([*alike, f"{field} {beyond} {quoted(value)}"]))
    return "(" + " or ".join(f"({way})" for way in ways) + ")"


def _literal(field: str, value: Value) -> Literal:
    if field not in DAYS:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise foreign_cursor() from None


def conditions(organisation: str, query: Query) -> list[str]:
    """Return the conditions of all filters but the text."""
    found = [of_tenant(organisation, DOCUMENT), *_simple(query)]
    if query.statuses:
        found.append(_of_statuses(query.statuses, query.as_of))
    if query.type_codes:
        found.append(one_of("type_code", query.type_codes))
    return found


def words_of_terms(terms: Sequence[Term]) -> str:
    """Return the terms in the simple syntax, all of them demanded."""
    return " + ".join(map(_term, terms)) or EVERYTHING


def classes(asked: Asked) -> tuple[str, ...]:
    """Return the conditions of the classes of relevance 0 to 3, each without those above it."""
    number = [f"number_key eq {quoted(asked.number_key or '-')}"]  # a draft has none
    if asked.tail:
        number.append(f"number_tail eq {quoted(asked.tail)}")
    named_so = "(" + " or ".join(number) + ")"
    words = asked.folded.split()
    begins, within = _in_customer([END, *_whole(words)]), _in_customer(_whole(words))
    return (
        f"not {named_so} and not {within}",
        f"not {named_so} and {within} and not {begins}",
        f"not {named_so} and {begins}",
        named_so,
    )


def _in_customer(tokens: Sequence[str]) -> str:
    phrase = '"' + " ".join(tokens) + '"'
    return f"search.ismatch({quoted(phrase)}, 'customer_words', 'simple', 'all')"


def _whole(words: Sequence[str]) -> list[str]:
    """Return words as tokens: whole ones, the last one perhaps only begun."""
    return [*(word + END for word in words[:-1]), *words[-1:]]


def _term(term: Term) -> str:
    tokens = _whole(term.words) if term.prefix else [word + END for word in term.words]
    phrase = '"' + " ".join(tokens) + '"'
    if not term.tail:
        return phrase
    beside = "".join(f' + "{word}{END}"' for word in term.near_tail)
    return f'({phrase} | ("{TAIL_MARK}{term.tail}{END}"{beside}))'


def _simple(query: Query) -> Iterator[str]:
    if query.customer_id:
        yield f"customer_id eq {quoted(query.customer_id)}"
    if query.currency:
        yield f"currency eq {quoted(query.currency)}"
    days = {
        "issue_date ge": query.issued_from,
        "issue_date le": query.issued_to,
        "due_date ge": query.due_from,
        "due_date le": query.due_to,
    }
    yield from (f"{way} {quoted(day)}" for way, day in days.items() if day)
    if query.due_from or query.due_to:
        yield "due_date ne null"
    if query.amount_min is not None:
        yield f"amount ge {bounded(query.amount_min)}"
    if query.amount_max is not None:
        yield f"amount le {bounded(query.amount_max)}"


def _of_statuses(statuses: frozenset[Status], as_of: date) -> str:
    """Return the condition of standing in one of these statuses on a day."""
    overdue = (
        f"({one_of('state', map(str, _SHOWN_OPEN))} and balance gt 0 "
        f"and due_key lt {quoted(as_of)})"
    )
    ways = [f"(state eq '{one}' and not {overdue})" for one in sorted(statuses & _SHOWN_OPEN)]
    ways += [f"state eq '{one}'" for one in sorted(statuses - OPEN_STATUSES)]
    if Status.OVERDUE in statuses:
        ways.append(overdue)
    return "(" + " or ".join(ways) + ")"
