"""Cursors: REST's pages as connections of Relay, with a cursor for every row.

REST tells where a page ends. Inside a page a row's cursor is where the page began, how far in the
row stood and which one it was: rows that came or went meanwhile are neither lost nor repeated.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from net30.api.graphql.schema.records import Value
from net30.kernel.errors import InputError

ROWS_BETWEEN_MAX = 50
"""So many rows may have come before a row since its cursor was given."""
_INSIDE = re.compile("~[A-Za-z0-9_=-]{1,4000}")
_NAMES = ("id", "number", "code", "sequence", "version", "prefix", "name")
"""What rows are told apart by; the first that a row has."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a page begins: after a page of REST, or after a row inside one."""

    page: str = ""
    position: int = 0
    row: str = ""

    def spell(self) -> str:
        """Return the cursor as a text for people's programs."""
        content = json.dumps([self.page, self.position, self.row], separators=(",", ":"))
        return "~" + urlsafe_b64encode(content.encode()).decode()


def read_cursor(cursor: object) -> Begin:
    """Return where a cursor leads; raise InputError for one that is none."""
    if not isinstance(cursor, str):
        return Begin()
    if not cursor.startswith("~"):
        return Begin(cursor)
    if not _INSIDE.fullmatch(cursor):
        raise _foreign()
    try:
        page, position, row = json.loads(urlsafe_b64decode(cursor[1:]))
    except (ValueError, TypeError, RecursionError):
        raise _foreign() from None
    if not (isinstance(page, str) and type(position) is int and isinstance(row, str)):
        raise _foreign()
    if position < 1:
        raise _foreign()
    return Begin(page, position, row)


def page_from(begin: Begin, page: Value, wanted: int) -> Value:
    """Return the rows that follow in a page of REST, as a connection."""
    rows: list[Value] = page["items"]
    start = _place(begin, rows) if begin.position else 0
    shown = rows[start : start + wanted]
    cursors = [Begin(begin.page, start + at, _name(row)).spell() for at, row in enumerate(shown, 1)]
    whole = start + len(shown) == len(rows)
    if whole and shown and page["cursor"]:
        cursors[-1] = page["cursor"]
    return connection(
        shown,
        cursors,
        following=bool(page["cursor"]) or not whole,
        leading=bool(begin.page or begin.position),
        total=page["total"],
    )


def connection(
    rows: Sequence[Value],
    cursors: Sequence[str],
    *,
    following: bool,
    leading: bool,
    total: int | None = None,
) -> Value:
    """Return rows with their cursors as a connection."""
    return {
        "nodes": rows,
        "edges": [
            {"node": row, "cursor": cursor} for row, cursor in zip(rows, cursors, strict=True)
        ],
        "total_count": total,
        "page_info": {
            "has_next_page": following,
            "has_previous_page": leading,
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": cursors[-1] if cursors else None,
        },
    }


def _place(begin: Begin, rows: Sequence[Value]) -> int:
    """Return how many rows stand up to the one that a cursor names, which may have moved."""
    if begin.position <= len(rows) and _name(rows[begin.position - 1]) == begin.row:
        return begin.position
    places = [at for at, row in enumerate(rows, 1) if _name(row) == begin.row]
    if not places:
        raise _foreign()
    return min(places, key=lambda at: abs(at - begin.position))


def _name(row: Value) -> str:
    """Return what a row is told apart by; one without a name, by its place alone."""
    if not isinstance(row, dict):
        return ""
    found = next((str(row[name]) for name in _NAMES if row.get(name)), "")
    inner = (part for part in row.values() if isinstance(part, dict))
    return found or next((name for part in inner if (name := _name(part))), "")


def _foreign() -> InputError:
    return InputError(
        "the cursor does not belong to this list, or its row is gone",
        hint="send the cursor of the last page with the same question, or none to begin anew",
        code="cursor",
    )
