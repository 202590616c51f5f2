"""Sent: what a GraphQL request says: one document with its variables, or a few of them."""

from __future__ import annotations

from typing import Any

import msgspec

from net30.api.answers.faulty import Faulty
from net30.api.asked import texts_that_are_none
from net30.api.graphql.limits import LIMITS, Limits
from net30.kernel.errors import InputError, LimitExceeded

MEDIA_TYPE = "application/json"


class Asked(msgspec.Struct, frozen=True, rename="camel"):
    """One document to carry out."""

    query: str
    variables: dict[str, Any] | None = None  # Any: JSON
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None


def read_asked(
    content: bytes, media_type: str, limits: Limits = LIMITS
) -> tuple[tuple[Asked, ...], bool]:
    """Return the documents of a request's body, and whether they came as a list.

    Raises InputError for a body that is none, LimitExceeded for too many documents,
    Faulty for texts that nothing can hold.
    """
    if media_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise InputError(
            f"a body of the type {media_type[:80]!r} is not taken here",
            hint='send {"query": "..."} with the header Content-Type: application/json',
            code="media_type",
        )
    found = _decoded(content)
    batch = isinstance(found, list)
    asked = tuple(found) if isinstance(found, list) else (found,)
    if not 1 <= len(asked) <= limits.documents:
        raise LimitExceeded(
            f"the request has {len(asked)} documents, 1 to {limits.documents} are allowed",
            hint="send several requests, or ask several things in one document",
            code="graphql_batch",
        )
    for one in asked:
        if faults := tuple(texts_that_are_none(one.variables, "variables")):
            raise Faulty(faults)
    return asked, batch


def _decoded(content: bytes) -> Asked | list[Asked]:
    try:
        return msgspec.json.decode(content, type=Asked | list[Asked])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            f"the body is no GraphQL request: {str(error)[:200]}",
            hint='send {"query": "{ me { email } }", "variables": {}}',
            code="json",
        ) from error
