"""Errors: what went wrong with a field, told as REST tells it: code, hint, findings."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from graphql import GraphQLError
from strawberry.utils.str_converters import to_camel_case

from net30.api.answers.problem import MESSAGE_CHARACTERS_MAX, status_of
from net30.api.answers.ways_out import told_over_http
from net30.api.middleware.request_id import language_of, request_id_of
from net30.kernel.errors import InputError, Net30Error
from net30.kernel.findings import Finding
from net30.kernel.jsonable import Json, jsonable
from net30.language.error_words import finding_in

log = logging.getLogger("net30.api")

_WORD = re.compile(r"\w+")
_INTERNAL = Net30Error(
    "net30 could not do that", hint="its log says why, under this request_id", code="internal"
)
CLASSES = {
    HTTPStatus.INTERNAL_SERVER_ERROR: "INTERNAL_SERVER_ERROR",
    HTTPStatus.NOT_IMPLEMENTED: "NOT_IMPLEMENTED",
    HTTPStatus.SERVICE_UNAVAILABLE: "SERVICE_UNAVAILABLE",
}
"""Apollo's words, which most clients look for; all else is BAD_USER_INPUT."""

Told = dict[str, Any]  # Any: JSON
Scope = MutableMapping[str, Any]  # as Starlette has it


def told(errors: Sequence[GraphQLError], scope: Scope) -> list[Told]:
    """Return errors as they are answered; what is a fault of ours stands in the log only."""
    return [_told(error, scope) for error in errors]


def tell(error: Net30Error, scope: Scope) -> Told:
    """Return one of our errors as GraphQL tells it, in the language that was asked for."""
    status, language = status_of(error), language_of(scope)
    words = told_over_http(error, status, language)
    findings: Sequence[Finding] = getattr(error, "findings", ())
    return {
        "message": words.detail[:MESSAGE_CHARACTERS_MAX],
        "extensions": {
            "code": error.code,
            "classification": CLASSES.get(status, "BAD_USER_INPUT"),
            "status": int(status),
            "hint": words.hint,
            "findings": [_finding(finding_in(one, language)) for one in findings],
            "request_id": request_id_of(scope),
        },
    }


def _finding(found: Finding) -> Json:
    """Return a finding with its path as the graph spells it."""
    return jsonable(replace(found, path=_WORD.sub(lambda at: to_camel_case(at[0]), found.path)))


def _told(error: GraphQLError, scope: Scope) -> Told:
    original = _origin(error)
    if isinstance(original, Net30Error):
        found = tell(original, scope)
    elif original is None and _is_misread(error):
        found = tell(_misread(error), scope)
    else:
        log.error("request %s failed", request_id_of(scope), exc_info=original or error)
        found = tell(_INTERNAL, scope)
    places = error.locations or ()
    if places:
        found["locations"] = [{"line": one.line, "column": one.column} for one in places]
    if error.path:
        found["path"] = list(error.path)
    return found


def _is_misread(error: GraphQLError) -> bool:
    """Tell whether a document or its variables are at fault, and not what a field gave."""
    return not error.path or error.message.startswith("Argument ")


def _origin(error: GraphQLError) -> BaseException | None:
    original: BaseException | None = error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return original


def _misread(error: GraphQLError) -> Net30Error:
    return InputError(error.message, hint="the schema says what there is", code="graphql_document")
