"""Listing: a page of rows that are all known, in an order of their own.

The cursor holds the place of the last row, not its position: rows that come or go meanwhile are
neither lost nor repeated.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from net30.api.answers.paging import reply_page
from net30.kernel.errors import InputError

T = TypeVar("T")

ROWS_AT_ONCE = 500

Place = tuple[str, str]
"""What a row is sorted by, as a text, and its id."""


def page_of(
    request: Request,
    rows: Sequence[tuple[Place, object]],
    *,
    limit: int,
    cursor: str,
    descending: bool,
) -> Response:
    """Answer with the page after a cursor; raise InputError for a cursor of something else."""
    left = in_order(rows, cursor, descending=descending)
    shown = left[:limit]
    more = cursor_at(shown[-1][0]) if len(left) > limit else ""
    return reply_page(request, tuple(one for _, one in shown), more, len(rows))


def in_order(
    rows: Iterable[tuple[Place, T]], cursor: str, *, descending: bool
) -> list[tuple[Place, T]]:
    """Return the rows after a cursor; raise InputError for a cursor of something else."""
    after = _place(cursor) if cursor else None
    left = sorted(rows, key=lambda row: row[0], reverse=descending)
    if after is None:
        return left
    return [row for row in left if (row[0] < after if descending else row[0] > after)]


def cursor_at(place: Place) -> str:
    """Return the cursor of the page after a place."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place(cursor: str) -> Place:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error, RecursionError):
        found = None
    match found:
        case [str(first), str(second)]:
            return first, second
    raise InputError(
        "this cursor is not of this list",
        hint="begin without one, and follow `next`",
        code="cursor",
    )


ROWS_WALKED_MAX = 5_000
"""So many rows one request looks at; a page may end before it is full, and `next` goes on."""


def walked(
    read: Callable[[str, int], Sequence[T]],
    id_of: Callable[[T], str],
    keep: Callable[[T], bool],
    *,
    limit: int,
    cursor: str,
) -> tuple[tuple[T, ...], str]:
    """Return the next rows that fit, in the order they are read, and where the page after begins.

    `read` returns so many rows after an id.
    """
    found: list[T] = []
    seen, after = 0, cursor
    while seen < ROWS_WALKED_MAX:
        rows = read(after, min(ROWS_AT_ONCE, ROWS_WALKED_MAX))
        for row in rows:
            if keep(row):
                if len(found) == limit:
                    return tuple(found), after
                found.append(row)
            seen, after = seen + 1, id_of(row)
        if len(rows) < ROWS_AT_ONCE:
            return tuple(found), ""
    return tuple(found), after
