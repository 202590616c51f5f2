"""Reply: results as JSON, with their tag, or nothing when the client has them already."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from net30.api.answers.etag import is_known, tag_of_bytes
from net30.api.answers.sparse import PARAMETER, pruned, tree_of
from net30.kernel.jsonable import Json, jsonable

JSON = "application/json"


def written(value: object) -> bytes:
    """Return a result as JSON: amounts as {amount, currency}, days as YYYY-MM-DD."""
    return msgspec.json.encode(jsonable(value))


def reply(
    request: Request,
    value: object,
    *,
    tag: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer a question with a result; 304 when the client has it already."""
    content = (
        written(some_of(request, value)) if PARAMETER in request.query_params else written(value)
    )
    return reply_bytes(request, content, JSON, tag=tag, headers=headers)


def some_of(request: Request, value: object) -> Json:
    """Return a result as JSON with the fields that the question names, of a page those of rows."""
    told = jsonable(value)
    wanted = tree_of(request.query_params[PARAMETER])
    if isinstance(told, dict) and isinstance(told.get("items"), list) and "cursor" in told:
        return told | {"items": pruned(told["items"], wanted)}
    return pruned(told, wanted)


def reply_bytes(
    request: Request,
    content: bytes,
    media_type: str,
    *,
    tag: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer a question with a file."""
    tag = tag or tag_of_bytes(content)
    # Private: it is this user's; no-cache: asked again each time, which a 304 makes cheap.
    also = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    if is_known(request, tag):
        return Response(status_code=304, headers=also)
    return Response(content, headers=also, media_type=media_type)


SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
"""A file of the books that a browser opens runs nothing and loads nothing."""


def reply_file(request: Request, content: bytes, media_type: str, name: str) -> Response:
    """Answer a question with a file to keep."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": SANDBOX,
    }
    return reply_bytes(request, content, media_type, headers=headers)


def done(content: bytes, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Answer a change with what it made."""
    return Response(
        content if status != HTTPStatus.NO_CONTENT else None,
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        JSON,
    )
