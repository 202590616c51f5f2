"""Price lines: what an invoice's lines leave to the catalogue is filled in from it."""

from __future__ import annotations

from dataclasses import replace

from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.line import PIECE
from net30.kernel.errors import Conflict
from net30.services.context import ReadContext
from net30.services.products.find_products import product_by_code


def price_lines(ctx: ReadContext, new: NewInvoice, customer: Customer) -> NewInvoice:
    """Return the request with the name, price, unit and tax of each line's product.

    What a line says itself goes before. Raises NotFound for an unknown product or one without a
    price in the invoice's currency, Conflict for an archived one.
    """
    if not any(line.product for line in new.lines):
        return new
    currency = new.currency or customer.currency or ctx.company.currency
    lines = tuple(_priced(ctx, line, currency) if line.product else line for line in new.lines)
    return replace(new, lines=lines)


def _priced(ctx: ReadContext, line: NewLine, currency: str) -> NewLine:
    product = product_by_code(ctx, line.product).value
    if product.archived:
        raise Conflict(
            f"{product.code} is archived",
            hint="take it back into the catalogue, or sell another",
            code="product_archived",
        )
    price = product.price_in(currency) if line.unit_price is None else line.unit_price
    return replace(
        line,
        name=line.name or product.name,
        unit_price=price,
        unit=product.unit if line.unit == PIECE else line.unit,
        tax=line.tax or product.tax,
        description=line.description or product.description,
        seller_item_id=line.seller_item_id or product.code,
    )
