"""Bulk: the items of one request, each in a transaction of its own and under a key of its own.

What was done stays done when the server dies half way: the same request goes on with the rest.
An item that was refused did nothing, and is tried anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypedDict, TypeVar

import msgspec

from net30.api.answers.problem import status_of
from net30.api.answers.ways_out import told_over_http
from net30.api.idempotency import HEADER, Asked, check_key
from net30.api.middleware.request_id import language_of
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding
from net30.language.error_words import finding_in
from net30.services.context import Context
from net30.services.once import once

if TYPE_CHECKING:
    from net30.api.visit import Change

T = TypeVar("T")

OUTCOMES_MAX = 500
CREATED = 201


class Item(msgspec.Struct, frozen=True):
    """What an item is known by once it is done."""

    id: str
    number: str = ""


class Told(TypedDict):
    """What became of an item."""

    status: int
    id: str
    number: str
    code: str
    detail: str
    hint: str
    findings: tuple[Finding, ...]


def each_by_itself(
    visit: Change, items: Sequence[T], work: Callable[[Context, T], Item]
) -> tuple[list[Told], bool]:
    """Return what became of each item, and whether all of it had been done before.

    Raises InputError for a key that stood for another request, Conflict while that is under way;
    Unavailable ends it: what is done by then stays, and the same request goes on.
    """
    asked = Asked(visit.principal.user, visit.request.method, visit.request.url.path, visit.content)
    key = check_key(visit.request.headers.get(HEADER, ""))
    with visit.house.in_flight.claim(visit.principal.organisation, key):
        with visit.change() as ctx:
            known = once(ctx, f"bulk:{key}", asked.fingerprint(), lambda: "begun").replayed
        found = []
        for at, item in enumerate(items):
            told, before = _one(visit, f"bulk:{key}:{at}", lambda ctx, one=item: work(ctx, one))  # type: ignore[misc] # bound now
            known = known and before
            found.append(told)
    visit.house.relay.poke(visit.principal.organisation)
    return found, known


def _one(visit: Change, key: str, work: Callable[[Context], Item]) -> tuple[Told, bool]:
    try:
        with visit.change() as ctx:
            answer = once(ctx, key, key, lambda: msgspec.json.encode(work(ctx)).decode())
    except InputError as error:
        return _refused(error, language_of(visit.request.scope)), True
    item = msgspec.json.decode(answer.text, type=Item)
    told = Told(
        status=CREATED, id=item.id, number=item.number, code="", detail="", hint="", findings=()
    )
    return told, answer.replayed


def _refused(error: InputError, language: str) -> Told:
    status = status_of(error)
    words = told_over_http(error, status, language)
    return Told(
        status=int(status),
        id="",
        number="",
        code=error.code,
        detail=words.detail,
        hint=words.hint,
        findings=tuple(finding_in(one, language) for one in getattr(error, "findings", ())),
    )
