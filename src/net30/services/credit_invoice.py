"""Take back an issued invoice, whole or in part, or give up what is open of it."""

from __future__ import annotations

from net30.domain import settling
from net30.domain.aggregates import Key
from net30.domain.credit_note import credit_part, credit_whole, creditable
from net30.domain.events import CreditApplied, InvoiceWrittenOff, RefundMade
from net30.domain.invoice import Invoice
from net30.domain.issuing import issue
from net30.domain.open_item import OpenItem, open_item_of
from net30.domain.settling import Moment
from net30.kernel.errors import Conflict
from net30.kernel.money import Money
from net30.ports.store import NEW, Stored
from net30.services.context import Context, ReadContext
from net30.services.found import invoice_by_number, open_item_by_number
from net30.services.issue_invoice import issued_event, next_number


def credit_invoice(
    ctx: Context, number: str, amount: Money | None = None, *, reason: str = ""
) -> Invoice:
    """Return the issued credit note over an amount, or over all that can still be credited.

    What is open of the invoice is settled with it; the rest stays the customer's credit. Raises
    Conflict when the credit notes together would be more than the invoice.
    """
    invoice = invoice_by_number(ctx, number).value
    before = credit_notes_on(ctx, invoice.number)
    left = creditable(invoice, before)
    wanted = left if amount is None else amount
    if not left or wanted > left:
        raise Conflict(
            f"{wanted} is more than the {left} that can still be credited on {number}",
            hint=f"credit at most {left}",
            code="more_than_creditable",
            values={"amount": wanted, "open": left},
        )
    credit_id = ctx.new_id()
    if amount is None and not before:
        draft = credit_whole(invoice, credit_id=credit_id, day=ctx.today, reason=reason)
    else:
        draft = credit_part(invoice, wanted, credit_id=credit_id, day=ctx.today, reason=reason)
    credit = _issue(ctx, draft)
    stored = open_item_by_number(ctx, number)
    item, claim = open_item_of(credit), stored.value
    used = min(-item.amount, claim.balance)
    if used.minor > 0:
        item, claim = settling.apply_credit(item, claim, used, _today(ctx))
        ctx.tx.save(claim, expected=stored.version)
        ctx.record(_applied(ctx, credit, claim, used, voids=False))
    ctx.tx.save(item, expected=NEW)
    return credit


def credit_notes_on(ctx: ReadContext, number: str) -> list[Invoice]:
    """Return the credit notes that reduce an invoice."""
    found = ctx.tx.find(Invoice, Key.PARENT, number)
    return [stored.value for stored in found if stored.value.is_credit_note]


def void_invoice(ctx: Context, number: str, *, reason: str = "") -> Invoice:
    """Return the full credit note that takes an untouched invoice back on today's date.

    Raises Conflict when something was paid or credited on it already, or when it is void.
    """
    stored = open_item_by_number(ctx, number)
    invoice = ctx.tx.load(Invoice, stored.value.id).value
    draft = settling.void(
        invoice, stored.value, credit_id=ctx.new_id(), day=ctx.today, reason=reason
    )
    settling.check_uncredited(invoice, credit_notes_on(ctx, invoice.number))
    credit = _issue(ctx, draft)
    item, claim = settling.voided(stored.value, open_item_of(credit), _today(ctx))
    ctx.tx.save(claim, expected=stored.version)
    ctx.tx.save(item, expected=NEW)
    ctx.record(_applied(ctx, credit, claim, stored.value.balance, voids=True))
    return credit


def write_off_invoice(ctx: Context, number: str, *, reason: str = "") -> OpenItem:
    """Return the claim with what was open of it given up today; raise Conflict when none was."""
    stored = open_item_by_number(ctx, number)
    closed = settling.write_off(stored.value, _today(ctx))
    ctx.tx.save(closed, expected=stored.version)
    ctx.record(
        InvoiceWrittenOff(
            invoice_id=closed.id, amount=stored.value.balance, day=ctx.today, reason=reason
        )
    )
    return closed


def refund_credit(ctx: Context, number: str, amount: Money) -> OpenItem:
    """Return a credit note's item after some of its unused credit was paid back today."""
    stored: Stored[OpenItem] = open_item_by_number(ctx, number)
    used = settling.refund_credit(stored.value, amount, _today(ctx))
    ctx.tx.save(used, expected=stored.version)
    ctx.record(
        RefundMade(source_id=used.id, customer_id=used.customer_id, amount=amount, day=ctx.today)
    )
    return used


def _issue(ctx: Context, draft: Invoice) -> Invoice:
    credit = issue(draft, next_number(ctx, draft))
    ctx.tx.save(credit, expected=NEW)
    ctx.record(issued_event(credit))
    return credit


def _applied(
    ctx: Context, credit: Invoice, claim: OpenItem, amount: Money, *, voids: bool
) -> CreditApplied:
    return CreditApplied(
        invoice_id=claim.id,
        credit_note_id=credit.id,
        amount=amount,
        day=ctx.today,
        voids=voids,
    )


def _today(ctx: Context) -> Moment:
    return Moment(day=ctx.today, known_on=ctx.today)
