"""Withdraw a mark: what was noted of an invoice today, and was not so, is taken back.

What was noted on an earlier day has been acted upon and stays: close the dispute, or note what is
so now. The events of both stay in the books.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from net30.domain.events import DisputeOpened, MarkWithdrawn
from net30.domain.open_item import CallNote, Dispute, OpenItem, PromiseToPay
from net30.domain.text import TEXT_CHARACTERS_MAX, clean
from net30.kernel.errors import Conflict
from net30.services.context import Context
from net30.services.found import open_item_by_number

Mark = TypeVar("Mark", bound=Dispute | PromiseToPay | CallNote)


class MarkKind(StrEnum):
    """What can be noted of an invoice, and taken back the same day."""

    DISPUTE = "dispute"
    PROMISE = "promise"
    CALL = "call"


def withdraw_last(ctx: Context, number: str, kind: MarkKind) -> OpenItem:
    """Return the claim without the last mark of a kind noted today; raise Conflict for none."""
    item = open_item_by_number(ctx, number).value
    if kind is MarkKind.DISPUTE:
        return withdraw_dispute(ctx, number)
    if kind is MarkKind.PROMISE:
        promised = [one.day for one in item.promises if one.made == ctx.today]
        if promised:
            return withdraw_promise(ctx, number, promised[-1])
    said = [one.text for one in item.calls if (one.day, one.user) == (ctx.today, ctx.user)]
    if kind is MarkKind.CALL and said:
        return withdraw_call(ctx, number, said[-1])
    raise _gone(number)


def withdraw_dispute(ctx: Context, number: str) -> OpenItem:
    """Return the claim without the dispute that was opened today; raise Conflict for none."""
    stored = open_item_by_number(ctx, number)
    item = stored.value
    today = [one for one in item.disputes if one.opened == ctx.today and one.closed is None]
    marked = replace(item, disputes=_without(item.disputes, today, number))
    ctx.tx.save(marked, expected=stored.version)
    ctx.record(MarkWithdrawn(invoice_id=item.id, kind="dispute", day=ctx.today))
    return marked


def reopen_dispute(ctx: Context, number: str) -> OpenItem:
    """Return the claim, contested as before; raise Conflict unless that was closed today."""
    stored = open_item_by_number(ctx, number)
    item = stored.value
    last = item.disputes[-1] if item.disputes else None
    if last is None or last.closed != ctx.today:
        raise _gone(number)
    marked = replace(item, disputes=(*item.disputes[:-1], replace(last, closed=None)))
    ctx.tx.save(marked, expected=stored.version)
    ctx.record(DisputeOpened(invoice_id=item.id, day=ctx.today, reason=last.reason))
    return marked


def withdraw_promise(ctx: Context, number: str, day: date) -> OpenItem:
    """Return the claim without the promise of today to pay by a day; raise Conflict for none."""
    stored = open_item_by_number(ctx, number)
    item = stored.value
    today = [one for one in item.promises if (one.made, one.day) == (ctx.today, day)]
    marked = replace(item, promises=_without(item.promises, today, number))
    ctx.tx.save(marked, expected=stored.version)
    ctx.record(MarkWithdrawn(invoice_id=item.id, kind="promise", day=ctx.today, promised=day))
    return marked


def withdraw_call(ctx: Context, number: str, text: str) -> OpenItem:
    """Return the claim without what the same user noted of a call today; raise Conflict for none.

    The note leaves the claim; what it said stays in the event that noted it.
    """
    stored = open_item_by_number(ctx, number)
    item = stored.value
    noted = CallNote(
        day=ctx.today, text=clean(text, "the note", TEXT_CHARACTERS_MAX), user=ctx.user
    )
    today = [one for one in item.calls if one == noted]
    marked = replace(item, calls=_without(item.calls, today, number))
    ctx.tx.save(marked, expected=stored.version)
    ctx.record(MarkWithdrawn(invoice_id=item.id, kind="call", day=ctx.today))
    return marked


def _without(marks: tuple[Mark, ...], wanted: Sequence[Mark], number: str) -> tuple[Mark, ...]:
    """Return the marks without the last of those that are wanted; raise Conflict for none."""
    if not wanted:
        raise _gone(number)
    at = max(place for place, one in enumerate(marks) if one == wanted[-1])
    return marks[:at] + marks[at + 1 :]


def _gone(number: str) -> Conflict:
    return Conflict(
        f"nothing like that was noted of {number!r} today",
        hint="close a dispute of an earlier day, or note what is so now",
        code="no_mark",
    )
