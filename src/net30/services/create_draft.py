"""Draft an invoice, a quote or another document, or throw a draft away."""

from __future__ import annotations

from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, draft
from net30.domain.events import DraftDeleted, DraftSaved
from net30.domain.invoice import Invoice
from net30.kernel.errors import Conflict
from net30.ports.store import NEW, Stored
from net30.services.context import Context
from net30.services.products.price_lines import price_lines


def create_draft(ctx: Context, new: NewInvoice) -> Invoice:
    """Return a new draft with every line, tax and total computed; it has no number yet.

    Raises NotFound for an unknown customer, and what drafting raises for unusable amounts.
    """
    return save_draft(ctx, worked_out(ctx, new))


def worked_out(ctx: Context, new: NewInvoice) -> Invoice:
    """Return the same draft unsaved."""
    return _computed(ctx, new, ctx.new_id())


def delete_draft(ctx: Context, invoice_id: str) -> None:
    """Throw a draft away; raise Conflict when it has been issued."""
    stored = _unissued(ctx, invoice_id)
    ctx.tx.delete(Invoice, invoice_id, expected=stored.version)
    ctx.record(DraftDeleted(invoice_id=invoice_id))


def save_draft(ctx: Context, invoice: Invoice) -> Invoice:
    """Write a draft that was made from another document."""
    ctx.tx.save(invoice, expected=NEW)
    ctx.record(DraftSaved(invoice_id=invoice.id))
    return invoice


def _computed(ctx: Context, new: NewInvoice, invoice_id: str) -> Invoice:
    customer = ctx.tx.load(Customer, new.customer_id).value
    priced = price_lines(ctx, new, customer)
    return draft(
        priced, invoice_id=invoice_id, seller=ctx.company, customer=customer, today=ctx.today
    )


def _unissued(ctx: Context, invoice_id: str) -> Stored[Invoice]:
    stored = ctx.tx.load(Invoice, invoice_id)
    if stored.value.is_issued:
        raise Conflict(
            f"{stored.value.number} is issued and can change no more",
            hint="issue a credit note instead",
            code="already_issued",
        )
    return stored
