"""Paging: a page of a list, the cursor of the next one, and its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from net30.api.answers.reply import reply

T = TypeVar("T")

ROWS_MAX = 500
ROWS_USUAL = 50

Limit = Annotated[int, Query(description="So many at most.", ge=1, le=ROWS_MAX)]
Cursor = Annotated[
    str, Query(description="Where the last page ended: its `cursor`.", max_length=2000)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Generic[T]):
    """A page: its rows, and where the next one begins; `next` is null at the end.

    `total` counts all rows of the question, null where that would take a walk through all.
    """

    items: tuple[T, ...]
    total: int | None = None
    cursor: str = ""
    next: str | None = None


def reply_page(
    request: Request, items: tuple[object, ...], cursor: str, total: int | None = None
) -> Response:
    """Answer with a page; `cursor` is empty on the last one."""
    following = None
    if cursor:
        url = request.url.include_query_params(cursor=cursor)
        following = f"{url.path}?{url.query}"
    page = Listed(items=items, total=total, cursor=cursor, next=following)
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return reply(request, page, headers=headers)
