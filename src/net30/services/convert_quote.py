"""Turn an accepted quote into a deposit invoice, or into the invoice itself."""

from __future__ import annotations

from decimal import Decimal

from net30.domain.aggregates import Key
from net30.domain.conversion import deposit_on_quote, invoice_from_quote
from net30.domain.customer import Customer
from net30.domain.invoice import DEPOSIT, Invoice
from net30.services.context import Context
from net30.services.create_draft import create_draft, save_draft
from net30.services.found import invoice_by_number


def deposit_for_quote(ctx: Context, number: str, percent: Decimal, *, name: str) -> Invoice:
    """Return the draft of a deposit invoice over a share of an issued quote."""
    quote = invoice_by_number(ctx, number).value
    return create_draft(ctx, deposit_on_quote(quote, percent, name=name, day=ctx.today))


def convert_quote(ctx: Context, number: str) -> Invoice:
    """Return the draft invoice of an issued quote, less the deposits issued and not credited."""
    quote = invoice_by_number(ctx, number).value
    customer = ctx.tx.load(Customer, quote.customer_id).value
    deposits = [
        stored.value
        for stored in ctx.tx.find(Invoice, Key.CUSTOMER, quote.customer_id)
        if stored.value.type_code == DEPOSIT
        and stored.value.is_issued
        and stored.value.references.sales_order == quote.number
    ]
    credit_notes = [
        stored.value
        for deposit in deposits
        for stored in ctx.tx.find(Invoice, Key.PARENT, deposit.number)
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
