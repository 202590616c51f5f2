"""Cursors: where a page ended, as a text that only the same question can go on with."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from net30.finding.words import is_storable
from net30.kernel.errors import InputError
from net30.ports.search import Query

CURSOR_CHARACTERS_MAX = 4000
CUSTOMERS_MAX = 10
_INTEGER_MAX = 2**63

Value = str | int


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sort values of the last row shown, and the customers that a misspelt text stood for."""

    after: tuple[Value, ...]
    customers: tuple[str, ...] = ()

    def spell(self, organisation: str, query: Query) -> str:
        """Return the cursor as a text for people's programs."""
        content = [_mark(organisation, query), list(self.after), list(self.customers)]
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(plain.encode()).decode("ascii").rstrip("=")


def read_cursor(organisation: str, query: Query, kinds: tuple[type, ...]) -> Cursor | None:
    """Return the query's cursor, if it has one; `kinds` are the types of its sort values.

    Raises InputError for a garbled cursor, or one of another question or organisation.
    """
    if not query.cursor:
        return None
    mark, after, customers = _parts(query.cursor)
    if mark != _mark(organisation, query):
        raise foreign_cursor()
    if tuple(type(value) for value in after) != kinds:
        raise foreign_cursor()
    if any(isinstance(value, int) and abs(value) >= _INTEGER_MAX for value in after):
        raise foreign_cursor()
    if not all(is_storable(value) for value in (*after, *customers) if isinstance(value, str)):
        raise foreign_cursor()
    return Cursor(tuple(after), tuple(customers))


def _parts(text: str) -> tuple[str, list[Value], list[str]]:
    if len(text) > CURSOR_CHARACTERS_MAX or not text.isascii():
        raise foreign_cursor()
    try:
        plain = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        mark, after, customers = json.loads(plain)
    except (ValueError, TypeError, RecursionError):
        raise foreign_cursor() from None
    lists = isinstance(mark, str) and isinstance(after, list) and isinstance(customers, list)
    if (
        not lists
        or len(customers) > CUSTOMERS_MAX
        or not all(isinstance(customer, str) for customer in customers)
    ):
        raise foreign_cursor()
    return mark, after, customers


def _mark(organisation: str, query: Query) -> str:
    """Return what a question is recognised by: all but the page, its length and the day.

    The day is left out so that a reader can go on after midnight.
    """
    asked = (
        organisation,
        query.text,
        query.customer_id,
        sorted(query.statuses),
        sorted(query.type_codes),
        *map(str, (query.issued_from, query.issued_to, query.due_from, query.due_to)),
        *map(str, (query.amount_min, query.amount_max, query.currency)),
        query.sort,
        query.descending,
    )
    return sha256(json.dumps(asked).encode()).hexdigest()[:16]


def foreign_cursor() -> InputError:
    """Return the refusal of a cursor that no page of this search ended with."""
    return InputError(
        "the cursor does not belong to this search",
        hint="send the cursor of the last page with the same search, or none to begin anew",
        code="cursor",
    )
