"""Turn an accepted quote into a deposit invoice, or into the invoice itself."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from net30.domain.aggregates import Key
from net30.domain.conversion import deposit_on_quote, invoice_from_quote
from net30.domain.customer import Customer
from net30.domain.invoice import DEPOSIT, INVOICE, Invoice
from net30.domain.open_item import OpenItem
from net30.kernel.errors import Conflict
from net30.services.context import Context
from net30.services.create_draft import create_draft, save_draft
from net30.services.credit_invoice import credit_notes_on
from net30.services.found import invoice_by_number


def deposit_for_quote(ctx: Context, number: str, percent: Decimal, *, name: str) -> Invoice:
    """Return the draft of a deposit invoice over a share of an issued quote."""
    quote = invoice_by_number(ctx, number).value
    return create_draft(ctx, deposit_on_quote(quote, percent, name=name, day=ctx.today))


def convert_quote(ctx: Context, number: str) -> Invoice:
    """Return the draft invoice of an issued quote, less the deposits issued and not credited.

    Raises Conflict when the quote has its invoice, or the draft of one, already; an invoice that
    was voided since does not count.
    """
    quote = invoice_by_number(ctx, number).value
    customer = ctx.tx.load(Customer, quote.customer_id).value
    following = [stored.value for stored in ctx.tx.find(Invoice, Key.PARENT, quote.number)]
    _refuse_second(ctx, quote, following)
    deposits = [one for one in following if one.type_code == DEPOSIT and one.is_issued]
    credit_notes = [
        credit for deposit in deposits for credit in credit_notes_on(ctx, deposit.number)
    ]
    return save_draft(
        ctx,
        invoice_from_quote(
            quote,
            invoice_id=ctx.new_id(),
            day=ctx.today,
            terms=customer.terms or ctx.company.terms,
            deposits=deposits,
            credit_notes=credit_notes,
        ),
    )


def _refuse_second(ctx: Context, quote: Invoice, following: Sequence[Invoice]) -> None:
    for invoice in following:
        if invoice.type_code != INVOICE:
            continue
        if invoice.is_issued and ctx.tx.load(OpenItem, invoice.id).value.voided_by:
            continue
        raise Conflict(
            f"{quote.number} is invoiced already: {invoice.number or invoice.id}",
            hint="void that invoice, or delete its draft, to invoice the quote anew",
            code="quote_invoiced",
        )
