"""Issue a draft: from here on it counts, and can change no more."""

from __future__ import annotations

from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice
from net30.domain.events import InvoiceIssued
from net30.domain.invoice import Invoice
from net30.domain.issuing import check_issuable, issue
from net30.domain.numbering import format_number, series_of
from net30.domain.open_item import open_item_of
from net30.kernel.errors import Conflict
from net30.ports.store import NEW
from net30.services.context import Context
from net30.services.create_draft import worked_out


def issue_invoice(ctx: Context, invoice_id: str) -> Invoice:
    """Return the document with its number; the claim is open from now on.

    The number is taken last, inside the caller's transaction: whatever fails before or after it
    leaves no gap. Raises Conflict when the document is issued already or the customer is on
    hold, InputError when something a legal invoice needs is missing.
    """
    stored = ctx.tx.load(Invoice, invoice_id)
    return _issued(ctx, stored.value, stored.version)


def issue_new_invoice(ctx: Context, new: NewInvoice) -> Invoice:
    """Return a new document with its number; it is issued as it is made, and never was a draft.

    Raises what drafting and issuing raise.
    """
    return _issued(ctx, worked_out(ctx, new), NEW)


def _issued(ctx: Context, invoice: Invoice, version: int) -> Invoice:
    check_issuable(invoice, today=ctx.today)
    _check_hold(ctx, invoice)
    issued = issue(invoice, next_number(ctx, invoice))
    ctx.tx.save(issued, expected=version)
    if issued.is_claim:
        ctx.tx.save(open_item_of(issued), expected=NEW)
    ctx.record(issued_event(issued))
    return issued


def issued_event(invoice: Invoice) -> InvoiceIssued:
    """Return what the books are told of an issued document; credit notes count negative."""
    totals = invoice.totals
    sign = -1 if invoice.is_credit_note else 1
    due, net, tax = (part if sign > 0 else -part for part in (totals.due, totals.net, totals.tax))
    return InvoiceIssued(
        invoice_id=invoice.id,
        number=invoice.number,
        type_code=invoice.type_code,
        customer_id=invoice.customer_id,
        amount=due,
        net=net,
        tax=tax,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        is_claim=invoice.is_claim,
    )


def next_number(ctx: Context, invoice: Invoice) -> str:
    """Return the next number of the document's series and year: the last thing before saving."""
    series, year = series_of(invoice.type_code), invoice.issue_date.year
    pattern = ctx.company.pattern(series)
    return format_number(pattern, year, ctx.tx.next_number(series, year))


def _check_hold(ctx: Context, invoice: Invoice) -> None:
    customer = ctx.tx.load(Customer, invoice.customer_id).value
    if customer.hold and not invoice.is_credit_note:
        raise Conflict(
            f"{customer.name} is on hold: no new sales",
            hint="lift the hold first",
            code="customer_on_hold",
        )
