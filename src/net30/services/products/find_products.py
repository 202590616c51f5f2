"""Find products: one by its code, or all of them."""

from __future__ import annotations

from net30.domain.aggregates import Key
from net30.domain.customer import fold
from net30.domain.product import Product
from net30.kernel.errors import NotFound
from net30.ports.store import PAGE_ROWS_MAX, Stored
from net30.services.context import ReadContext


def product_by_code(ctx: ReadContext, code: str) -> Stored[Product]:
    """Return the product with a code or an id; raise NotFound."""
    for stored in ctx.tx.find(Product, Key.EXTERNAL, fold(code)):
        return stored
    try:
        return ctx.tx.load(Product, code)
    except NotFound:
        raise NotFound(
            f"there is no product {code!r}",
            hint="net30 product list shows the codes",
            code="product_not_found",
        ) from None


def all_products(ctx: ReadContext, *, archived: bool = False) -> tuple[Product, ...]:
    """Return the products by their codes, archived ones only when they are asked for."""
    found: list[Product] = []
    after = ""
    while page := ctx.tx.page(Product, after=after, limit=PAGE_ROWS_MAX):
        found += [stored.value for stored in page]
        after = page[-1].value.id
    shown = (one for one in found if archived or not one.archived)
    return tuple(sorted(shown, key=lambda one: (fold(one.code), one.id)))
