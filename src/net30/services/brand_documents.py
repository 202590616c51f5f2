"""Say how the organisation's documents look; a look that cannot be rendered is not kept."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine, draft
from net30.domain.invoice import Invoice
from net30.domain.organisation import Appearance, Organisation
from net30.domain.party import Party
from net30.services.context import Context
from net30.services.create_organisation import keep_settings
from net30.services.render_document import render, style_of


def brand_documents(ctx: Context, look: Appearance, logo: bytes | None = None) -> Organisation:
    """Return the organisation with a new look; `logo` replaces the one it had.

    One page is rendered with it first. Raises InputError for a template, colour, paper or logo
    that gives no page. Issued documents keep the files they have.
    """
    if logo is not None:
        look = replace(look, logo=f"logos/{sha256(logo).hexdigest()}")
        # Bytes first: a logo without its record is harmless, a record without its logo is not.
        ctx.blobs.put(ctx.organisation, look.logo, logo)
    stored = ctx.tx.load(Organisation, ctx.organisation)
    branded = replace(stored.value, appearance=look)
    sample = _sample(ctx, branded)
    render(sample, "pdf", style_of(ctx.blobs, branded, sample))
    keep_settings(ctx, stored, branded)
    return branded


def _sample(ctx: Context, company: Organisation) -> Invoice:
    someone = Customer(id="sample", party=Party(name="Sample"))
    line = NewLine(name="Sample", unit_price=Decimal(1))
    new = NewInvoice(customer_id=someone.id, lines=(line,))
    return draft(new, invoice_id="sample", seller=company, customer=someone, today=ctx.today)
