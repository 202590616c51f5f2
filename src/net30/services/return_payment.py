"""Return a payment: the bank gave the money back, and what it had settled is open again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from net30.domain.events import PaymentReturned
from net30.domain.open_item import OpenItem
from net30.domain.payment import Payment, TakenBack
from net30.domain.settling import take_back
from net30.kernel.dates import check_date
from net30.services.context import Context
from net30.services.find_payments import find_payment


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedPayment:
    """A payment, by its id or its reference, that the bank gave back on a day (today), and why."""

    payment: str
    day: date | None = None
    reason: str = ""


def return_payment(ctx: Context, returned: ReturnedPayment) -> Payment:
    """Return the payment after its money is gone: its invoices are open again, as due as before.

    Cash of it that was not allocated goes too, and a discount that it had earned. Raises NotFound
    for an unknown payment, Conflict when several bear the reference, when it was returned already
    or partly refunded, InputError for a day before it came or in the future.
    """
    stored = find_payment(ctx, returned.payment)
    day = check_date(returned.day) if returned.day else ctx.today
    payment = stored.value.give_back(day, ctx.today, returned.reason.strip())
    taken_back = _open_again(ctx, stored.value)
    ctx.tx.save(payment, expected=stored.version)
    ctx.record(
        PaymentReturned(
            payment_id=payment.id,
            customer_id=payment.customer_id,
            amount=payment.amount,
            day=day,
            reason=returned.reason.strip(),
            taken_back=taken_back,
        )
    )
    return payment


def _open_again(ctx: Context, payment: Payment) -> tuple[TakenBack, ...]:
    found: list[TakenBack] = []
    for invoice_id in dict.fromkeys(part.invoice_id for part in payment.allocations):
        claim = ctx.tx.load(OpenItem, invoice_id)
        item, parts = take_back(claim.value, payment.id)
        ctx.tx.save(item, expected=claim.version)
        found.extend(parts)
    return tuple(found)
