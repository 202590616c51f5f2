"""Asked: what a request says: its body as our types, its days, its query without surprises."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar, cast

from fastapi import Query
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.routing import Match

from net30.api.answers.faulty import Faulty
from net30.documents.codec import BROKEN, NOT_KEPT, from_plain
from net30.kernel.dates import parse_date
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding, Severity

T = TypeVar("T")

DEPTH_MAX = 30
ID_CHARACTERS_MAX = 200
_MEDIA_TYPES = {"application/json", ""}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def _read(parse: Callable[[str], T], text: object) -> T:
    """Return what a parameter says; a fault has the code that it has in a body."""
    try:
        return parse(str(text))
    except InputError as error:
        why = {"why": f"{error.message}: {error.hint}"}
        raise PydanticCustomError(f"json_{error.code}", "{why}", why) from error


def _day(text: object) -> date:
    return _read(parse_date, text)


def _decimal(text: object) -> Decimal:
    return _read(parse_decimal, text)


Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "example": "2026-11-21"}),
]
"""A day in a query: YYYY-MM-DD."""

Number = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    WithJsonSchema({"type": "string", "pattern": r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$"}),
]
"""A decimal number in a query."""

AsOf = Annotated[Day | None, Query(description="As known at the end of this day; today.")]
Currency = Annotated[
    str, Query(description="Only this one (ISO 4217).", pattern="^([A-Z]{3})?$", examples=["XOF"])
]


def read_body(content: bytes, media_type: str, kind: type[T]) -> T:
    """Return a request's JSON body as one of our types.

    Raises InputError for what is no JSON, Faulty with the path of each fault for JSON that is not
    what is taken here.
    """
    if media_type.partition(";")[0].strip().lower() not in _MEDIA_TYPES:
        raise InputError(
            f"a body of the type {media_type[:80]!r} is not taken here",
            hint="send JSON with the header Content-Type: application/json",
            code="media_type",
        )
    plain = _parsed(content)
    faults: list[Finding] = [] if _is_plain(content) else list(texts_that_are_none(plain, ""))
    value = BROKEN if faults else from_plain(kind, plain, "", faults)
    # A field that is not known is a mistake of the sender; keeping silent would lose it.
    found = [
        Finding(one.code, one.path, one.message.removesuffix(NOT_KEPT), Severity.ERROR)
        for one in faults
    ]
    if found or value is BROKEN:
        raise Faulty(found)
    return cast("T", value)


def check_id(named: str, of: str) -> None:
    """Raise InputError for a body that names another record than its address; it may name none."""
    if named not in ("", of):
        raise InputError(
            f"the address is that of {of!r}, the body that of {named[:ID_CHARACTERS_MAX]!r}",
            hint="leave the id out of the body, or send it to its own address",
            code="other_id",
        )


def check_query(request: Request, known: frozenset[str]) -> None:
    """Raise Faulty for query parameters that this route does not have."""
    if not request.scope["query_string"]:
        return
    names = [name for name, _ in request.query_params.multi_items()]
    there = f"; there are: {', '.join(sorted(known))}" if known else ""
    found = [
        Finding(
            "unknown_parameter",
            f"query.{name[:60]}",
            f"there is no parameter {name[:60]!r}{there}",
        )
        for name in dict.fromkeys(names)
        if name not in known
    ]
    if found:
        raise Faulty(found)


def allowed_methods(request: Request) -> tuple[str, ...]:
    """Return the methods that the address of a request takes."""
    scope = dict(request.scope)
    found: set[str] = set()
    for route in request.app.routes:
        if route.matches(scope)[0] is not Match.NONE:
            found |= set(route.methods or ())
    return tuple(sorted(found))


def _is_plain(content: bytes) -> bool:
    """Tell whether JSON can be seen to hold neither a text that is none nor anything deep.

    Control characters and halves of characters are written with a backslash there, or not in ASCII.
    """
    depth = content.count(b"{") + content.count(b"[")
    return content.isascii() and b"\\" not in content and depth <= DEPTH_MAX


def _parsed(content: bytes) -> Any:  # Any: JSON
    try:
        content = content or b"{}"
        return _JSON.decode(content.decode(json.detect_encoding(content), "surrogatepass"))
    except RecursionError:
        why = "it is nested too deeply"
    except ValueError as error:
        why = str(error)
    raise InputError(
        f"the body is not JSON: {why[:200]}",
        hint="send one JSON object in UTF-8",
        code="json",
    )


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")


_JSON = json.JSONDecoder(parse_constant=_no_constant)


def texts_that_are_none(plain: Any, path: str, depth: int = 0) -> Iterator[Finding]:
    """Yield the texts that no file or database can hold, and what is nested too deeply."""
    if depth > DEPTH_MAX:
        yield Finding("json_depth", path, f"nested more than {DEPTH_MAX} deep")
    elif isinstance(plain, str):
        if _UNPRINTABLE.search(plain):
            yield Finding("text", path, "the text has control characters or half a character")
    elif isinstance(plain, list):
        for at, entry in enumerate(plain):
            yield from texts_that_are_none(entry, f"{path}[{at}]", depth + 1)
    elif isinstance(plain, dict):
        for name, entry in plain.items():
            where = f"{path}.{name[:60]}" if path else name[:60]
            yield from texts_that_are_none(name, path, depth + 1)
            yield from texts_that_are_none(entry, where, depth + 1)
