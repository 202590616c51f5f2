"""Worklist: whom to call today, and what they said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.asked import ID_CHARACTERS_MAX, AsOf
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.domain.open_item import OpenItem
from net30.kernel.money import Money
from net30.services.collect_today import Worklist, collect_today
from net30.services.mark_invoice import close_dispute, note_call, note_promise, open_dispute
from net30.services.withdraw_mark import MarkKind, withdraw_last

routes = Resource("worklist", "Whom to call today, and what they said.")

WRITE = Permission.COLLECTIONS_WRITE
CALLS_MAX = 1000
Number = Annotated[str, Path(description="The invoice's number.", max_length=ID_CHARACTERS_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The day they promised to pay by, and how much (null: all that is open)."""

    day: date
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """What the customer contests."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What was said."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Which kind of mark was not so: a dispute, a promise or a call."""

    kind: MarkKind


@routes.get("/worklist", Permission.COLLECTIONS_READ, gives=Worklist)
def get_worklist(
    visit: Looking,
    as_of: AsOf = None,
    limit: Annotated[int, Query(ge=1, le=CALLS_MAX, description="So many customers.")] = 20,
) -> Response:
    """Tell whom to call today: who owes what, since when, why, and what to do next."""
    with visit.look() as ctx:
        return visit.reply(collect_today(ctx, as_of, limit))


@routes.post(
    "/worklist/{number}/promises",
    WRITE,
    takes=Promise,
    gives=OpenItem,
    example={"day": "2026-12-15"},
)
def note_promise_to_pay(visit: Changing, number: Number) -> Response:
    """Note a promise to pay: no reminder until the day has passed."""
    wanted = visit.body(Promise)
    return visit.once(lambda ctx: note_promise(ctx, number, wanted.day, wanted.amount))


@routes.post("/worklist/{number}/disputes", WRITE, takes=Contest, gives=OpenItem)
def open_invoice_dispute(visit: Changing, number: Number) -> Response:
    """Note that the customer contests an invoice: it is not dunned until that is resolved."""
    reason = visit.body(Contest).reason
    return visit.once(lambda ctx: open_dispute(ctx, number, reason))


@routes.post("/worklist/{number}/disputes/resolve", WRITE, gives=OpenItem)
def resolve_invoice_dispute(visit: Changing, number: Number) -> Response:
    """Note that a dispute is settled: dunning goes on."""
    return visit.once(lambda ctx: close_dispute(ctx, number))


@routes.post(
    "/worklist/{number}/calls", WRITE, takes=Call, gives=OpenItem, example={"text": "pays Friday"}
)
def note_customer_call(visit: Changing, number: Number) -> Response:
    """Note a call about an invoice."""
    text = visit.body(Call).text
    return visit.once(lambda ctx: note_call(ctx, number, text))


@routes.post(
    "/worklist/{number}/withdrawals",
    WRITE,
    takes=Mistake,
    gives=OpenItem,
    example={"kind": "promise"},
)
def withdraw_last_mark(visit: Changing, number: Number) -> Response:
    """Take back the last mark of a kind that was noted of an invoice today, by mistake."""
    kind = visit.body(Mistake).kind
    return visit.once(lambda ctx: withdraw_last(ctx, number, kind))
