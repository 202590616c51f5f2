"""Keep a product in the catalogue."""

from __future__ import annotations

from dataclasses import replace

from net30.domain.aggregates import Key
from net30.domain.customer import fold
from net30.domain.events import ProductSaved
from net30.domain.product import Product
from net30.domain.text import cleaned
from net30.kernel.errors import Conflict
from net30.ports.store import NEW
from net30.services.context import Context


def save_product(ctx: Context, product: Product) -> Product:
    """Write a product; an empty id adds a new one.

    Raises NotFound for an id that is not there, Conflict when the code is another product's.
    """
    version = ctx.tx.load(Product, product.id).version if product.id else NEW
    saved = cleaned(replace(product, id=product.id or ctx.new_id()), "the product")
    for other in ctx.tx.find(Product, Key.EXTERNAL, fold(saved.code)):
        if other.value.id != saved.id:
            raise Conflict(
                f"the code {saved.code!r} is that of {other.value.name!r}",
                hint="give another code, or change that product",
                code="product_exists",
            )
    ctx.tx.save(saved, expected=version)
    ctx.record(ProductSaved(product_id=saved.id, code=saved.code, day=ctx.today))
    return saved
