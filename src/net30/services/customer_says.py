"""Customer says: what a customer tells us on the page of an invoice: paid, promised, disputed.

None of it moves money: a payment counts when it is recorded, whatever the customer says of it.
"""

from __future__ import annotations

from datetime import date

from net30.domain.open_item import OpenItem
from net30.domain.text import clean
from net30.kernel.dates import add_days
from net30.kernel.errors import Conflict, InputError, LimitExceeded
from net30.services.context import Context
from net30.services.found import open_item_by_number
from net30.services.mark_invoice import note_call, note_promise, open_dispute

USER = "customer-link"
"""Who did it, in the books and the audit: whoever has the link."""

SAID_A_DAY_MAX = 5
PROMISES_A_DAY_MAX = 3
PROMISE_DAYS_MAX = 180
PAID_DAYS_MAX = 365
TEXT_CHARACTERS_MAX = 1000


def says_paid(ctx: Context, number: str, day: date, remark: str = "") -> OpenItem:
    """Note that the customer says to have paid on a day, for who looks for the money.

    Raises InputError for a day to come or long ago, Conflict when nothing is open,
    LimitExceeded when it was said SAID_A_DAY_MAX times today.
    """
    item = _open(ctx, number)
    # Some pay before the invoice is written, by the quote.
    if not add_days(ctx.today, -PAID_DAYS_MAX) <= day <= ctx.today:
        raise InputError(
            f"{number} cannot have been paid on {day}",
            hint="give the day of your payment, today at the latest",
            code="paid_on",
        )
    said = [call for call in item.calls if call.user == USER and call.day == ctx.today]
    if len(said) >= SAID_A_DAY_MAX:
        raise _enough()
    more = _text(remark)
    told = f"Customer, on the invoice's page: paid on {day.isoformat()}"
    return note_call(ctx, number, f"{told}. {more}" if more else told)


def says_will_pay(ctx: Context, number: str, day: date) -> OpenItem:
    """Note the customer's promise to pay all that is open by a day.

    Raises InputError for a day that is past or too far, Conflict when nothing is open or it is
    disputed, LimitExceeded.
    """
    item = _open(ctx, number)
    if item.is_disputed:
        raise Conflict(f"{number} is disputed", hint="settle the dispute first", code="disputed")
    if not ctx.today <= day <= add_days(ctx.today, PROMISE_DAYS_MAX):
        raise InputError(
            f"a promise cannot be for {day}",
            hint=f"give a day from today on, within {PROMISE_DAYS_MAX} days",
            code="promise",
        )
    if sum(one.made == ctx.today for one in item.promises) >= PROMISES_A_DAY_MAX:
        raise _enough()
    return note_promise(ctx, number, day)


def says_disputed(ctx: Context, number: str, reason: str) -> OpenItem:
    """Open a dispute for the customer's reason: reminders stop until it is settled.

    Raises InputError without a reason, Conflict when it is disputed already or nothing is open,
    LimitExceeded.
    """
    item = _open(ctx, number)
    why = _text(reason)
    if not why:
        raise InputError("a dispute needs a reason", hint="write what is wrong", code="reason")
    if sum(one.opened == ctx.today for one in item.disputes) >= PROMISES_A_DAY_MAX:
        raise _enough()
    return open_dispute(ctx, number, why)


def _open(ctx: Context, number: str) -> OpenItem:
    item = open_item_by_number(ctx, number).value
    if item.balance.minor <= 0:
        raise Conflict(f"nothing is open on {number}", hint="it is settled", code="nothing_open")
    return item


def _text(text: str) -> str:
    return clean(text, "the text", TEXT_CHARACTERS_MAX).strip()


def _enough() -> LimitExceeded:
    return LimitExceeded(
        "you have told us this several times today",
        hint="write to the sender of the invoice",
        code="said_enough",
    )
