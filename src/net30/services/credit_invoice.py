"""Take back an issued invoice, whole or in part, by a linked credit note."""

from __future__ import annotations

from dataclasses import replace

from net30.domain.aggregates import Key
from net30.domain.credit_note import credit_part, credit_whole, creditable
from net30.domain.events import CreditApplied, InvoiceWrittenOff, RefundMade
from net30.domain.invoice import Invoice
from net30.domain.issuing import issue
from net30.domain.numbering import format_number, series_of
from net30.domain.open_item import (
    OpenItem,
    Settlement,
    SettlementKind,
    open_item_of,
)
from net30.kernel.errors import Conflict
from net30.kernel.money import Money
from net30.ports.store import NEW, Stored
from net30.services.context import Context
from net30.services.found import invoice_by_number, open_item_by_number
from net30.services.issue_invoice import issued_event


def credit_invoice(
    ctx: Context, number: str, amount: Money | None = None, *, reason: str = ""
) -> Invoice:
    """Return the issued credit note over an amount, or over all that can still be credited.

    What is open of the invoice is settled with it; the rest stays the customer's credit. Raises
    Conflict when the credit notes together would be more than the invoice.
    """
    invoice = invoice_by_number(ctx, number).value
    before = [stored.value for stored in ctx.tx.find(Invoice, Key.PARENT, invoice.number)]
    left = creditable(invoice, before)
    if amount is None and not before:
        draft = credit_whole(invoice, credit_id=ctx.new_id(), day=ctx.today, reason=reason)
    else:
        wanted = amount or left
        if wanted > left or not left:
            raise Conflict(
                f"{wanted} is more than the {left} that can still be credited on {number}",
                hint=f"credit at most {left}",
                code="more_than_creditable",
            )
        draft = credit_part(
            invoice, wanted, credit_id=ctx.new_id(), day=ctx.today, reason=reason
        )
    return _issue_credit(ctx, draft, open_item_by_number(ctx, number), voids=False)


def void_invoice(ctx: Context, number: str, *, reason: str = "") -> Invoice:
    """Return the full credit note that takes an unpaid invoice back on today's date.

    Raises Conflict when something was paid or credited on it already, or when it is void.
    """
    invoice = invoice_by_number(ctx, number).value
    stored = open_item_by_number(ctx, number)
    if stored.value.voided_by:
        raise Conflict(f"{number} is void already", hint="nothing is to be done", code="void")
    if stored.value.settlements:
        raise Conflict(
            f"{number} has been paid or credited in part",
            hint="credit what is left instead: net30 credit NUMBER",
            code="not_voidable",
        )
    draft = credit_whole(invoice, credit_id=ctx.new_id(), day=ctx.today, reason=reason)
    return _issue_credit(ctx, draft, stored, voids=True)


def write_off_invoice(ctx: Context, number: str, *, reason: str = "") -> OpenItem:
    """Return the claim with what was open of it given up today."""
    stored = open_item_by_number(ctx, number)
    item = stored.value
    lost = item.balance
    closed = item.settle(
        Settlement(
            kind=SettlementKind.WRITE_OFF,
            amount=lost,
            day=ctx.today,
            known_on=ctx.today,
            source_id=item.id,
        )
    )
    ctx.tx.save(closed, expected=stored.version)
    ctx.record(InvoiceWrittenOff(invoice_id=item.id, amount=lost, day=ctx.today, reason=reason))
    return closed


def refund_credit(ctx: Context, number: str, amount: Money) -> OpenItem:
    """Return a credit note's item after some of its unused credit was paid back today."""
    stored = open_item_by_number(ctx, number)
    item = stored.value
    if item.amount.minor >= 0:
        raise Conflict(
            f"{number} is not a credit note", hint="refund a credit note or a payment", code="kind"
        )
    used = item.settle(
        Settlement(
            kind=SettlementKind.REFUND,
            amount=-amount,
            day=ctx.today,
            known_on=ctx.today,
            source_id=item.id,
        )
    )
    ctx.tx.save(used, expected=stored.version)
    ctx.record(
        RefundMade(source_id=item.id, customer_id=item.customer_id, amount=amount, day=ctx.today)
    )
    return used


def _issue_credit(
    ctx: Context, draft: Invoice, target: Stored[OpenItem], *, voids: bool
) -> Invoice:
    series, year = series_of(draft.type_code), draft.issue_date.year
    sequence = ctx.tx.next_number(series, year)
    credit = issue(draft, format_number(ctx.company.pattern(series), year, sequence))
    ctx.tx.save(credit, expected=NEW)
    ctx.record(issued_event(credit))
    _apply(ctx, credit, target, voids=voids)
    return credit


def _apply(ctx: Context, credit: Invoice, target: Stored[OpenItem], *, voids: bool) -> None:
    item, unused = target.value, open_item_of(credit)
    used = min(-unused.amount, item.balance)
    if used.minor > 0:
        item = item.settle(_credit(ctx, used, credit.id))
        unused = unused.settle(_credit(ctx, -used, item.id))
        ctx.record(
            CreditApplied(
                invoice_id=item.id,
                credit_note_id=credit.id,
                amount=used,
                day=ctx.today,
                voids=voids,
            )
        )
    if voids:
        item = replace(item, voided_by=credit.number)
    if item != target.value:
        ctx.tx.save(item, expected=target.version)
    ctx.tx.save(unused, expected=NEW)


def _credit(ctx: Context, amount: Money, source_id: str) -> Settlement:
    return Settlement(
        kind=SettlementKind.CREDIT,
        amount=amount,
        day=ctx.today,
        known_on=ctx.today,
        source_id=source_id,
    )
