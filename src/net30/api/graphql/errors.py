"""Errors: what went wrong with a field, told as REST tells it: code, hint, findings."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from graphql import GraphQLError
from strawberry.utils.str_converters import to_camel_case

from net30.api.answers.problem import MESSAGE_CHARACTERS_MAX, status_of
from net30.kernel.errors import InputError, Net30Error, Unavailable
from net30.kernel.findings import Finding
from net30.kernel.jsonable import Json, jsonable

log = logging.getLogger("net30.api")

_OURS = 500
_WORD = re.compile(r"\w+")
_INTERNAL = Net30Error(
    "net30 could not do that", hint="its log says why, under this request_id", code="internal"
)


def told(errors: Sequence[GraphQLError], request_id: str) -> list[dict[str, Any]]:  # Any: JSON
    """Return errors as they are answered; what is a fault of ours stands in the log only."""
    return [_told(error, request_id) for error in errors]


def tell(error: Net30Error, request_id: str) -> dict[str, Any]:  # Any: JSON
    """Return one of our errors as GraphQL tells it."""
    status = status_of(error)
    return {
        "message": error.message[:MESSAGE_CHARACTERS_MAX],
        "extensions": {
            "code": error.code,
            # Apollo's words, which most clients look for.
            "classification": "INTERNAL_SERVER_ERROR"
            if status >= _OURS and not isinstance(error, Unavailable)
            else "BAD_USER_INPUT",
            "status": int(status),
            "hint": error.hint,
            "findings": [_finding(one) for one in getattr(error, "findings", ())],
            "request_id": request_id,
        },
    }


def _finding(found: Finding) -> Json:
    """Return a finding with its path as the graph spells it."""
    return jsonable(replace(found, path=_WORD.sub(lambda at: to_camel_case(at[0]), found.path)))


def _told(error: GraphQLError, request_id: str) -> dict[str, Any]:
    original = _origin(error)
    if isinstance(original, Net30Error):
        found = tell(original, request_id)
    elif original is None:
        found = tell(_misread(error), request_id)
    else:
        log.error("request %s failed", request_id, exc_info=original)
        found = tell(_INTERNAL, request_id)
    places = error.locations or ()
    if places:
        found["locations"] = [{"line": one.line, "column": one.column} for one in places]
    if error.path:
        found["path"] = list(error.path)
    return found


def _origin(error: GraphQLError) -> BaseException | None:
    original: BaseException | None = error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return original


def _misread(error: GraphQLError) -> Net30Error:
    return InputError(error.message, hint="the schema says what there is", code="graphql_document")
