"""Mark an open invoice: disputed, no longer disputed, promised, spoken about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from net30.domain.events import CallNoted, DisputeClosed, DisputeOpened, PromiseMade
from net30.domain.open_item import CallNote, Dispute, OpenItem, PromiseToPay
from net30.domain.text import TEXT_CHARACTERS_MAX, clean
from net30.kernel.errors import Conflict, InputError
from net30.kernel.money import Money
from net30.services.context import Context
from net30.services.found import open_item_by_number


def open_dispute(ctx: Context, number: str, reason: str) -> OpenItem:
    """Return the claim, contested from today; raise Conflict when it is already."""
    stored = open_item_by_number(ctx, number)
    item = stored.value
    reason = clean(reason, "the reason", TEXT_CHARACTERS_MAX)
    if item.is_disputed or not item.balance:
        raise Conflict(
            f"{number} is disputed already or closed", hint="look at the invoice", code="dispute"
        )
    marked = replace(item, disputes=(*item.disputes, Dispute(opened=ctx.today, reason=reason)))
    ctx.tx.save(marked, expected=stored.version)
    ctx.record(DisputeOpened(invoice_id=item.id, day=ctx.today, reason=reason))
    return marked


def close_dispute(ctx: Context, number: str) -> OpenItem:
    """Return the claim with its dispute ended today; raise Conflict when there is none."""
    stored = open_item_by_number(ctx, number)
    item = stored.value
    if not item.is_disputed:
        raise Conflict(f"{number} is not disputed", hint="nothing is to be done", code="dispute")
    disputes = tuple(
        dispute if dispute.closed else replace(dispute, closed=ctx.today)
        for dispute in item.disputes
    )
    marked = replace(item, disputes=disputes)
    ctx.tx.save(marked, expected=stored.version)
    ctx.record(DisputeClosed(invoice_id=item.id, day=ctx.today))
    return marked


def note_promise(ctx: Context, number: str, day: date, amount: Money | None = None) -> OpenItem:
    """Return the claim with the customer's promise to pay (all that is open) by a day."""
    stored = open_item_by_number(ctx, number)
    item = stored.value
    promised = amount or item.balance
    if day < ctx.today or promised.minor <= 0 or promised > item.balance:
        raise InputError(
            f"a promise of {promised} by {day} does not fit {number}, {item.balance} open",
            hint="give a day from today on and at most what is open",
            code="promise",
        )
    promise = PromiseToPay(made=ctx.today, day=day, amount=promised)
    marked = replace(item, promises=(*item.promises, promise))
    ctx.tx.save(marked, expected=stored.version)
    ctx.record(PromiseMade(invoice_id=item.id, day=ctx.today, promised=day, amount=promised))
    return marked


def note_call(ctx: Context, number: str, text: str) -> OpenItem:
    """Return the claim with what was said about it today; raise InputError for an empty note."""
    stored = open_item_by_number(ctx, number)
    item = stored.value
    said = clean(text, "the note", TEXT_CHARACTERS_MAX)
    if not said:
        raise InputError("the note is empty", hint="write what was said", code="note")
    note = CallNote(day=ctx.today, text=said, user=ctx.user)
    marked = replace(item, calls=(*item.calls, note))
    ctx.tx.save(marked, expected=stored.version)
    ctx.record(
        CallNoted(invoice_id=item.id, customer_id=item.customer_id, day=ctx.today, text=said)
    )
    return marked
