"""Products: the catalogue of what is sold, with a price in each currency."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.etag import tag_of
from net30.api.answers.listing import page_of
from net30.api.answers.paging import ROWS_USUAL, Cursor, Limit, Listed
from net30.api.asked import ID_CHARACTERS_MAX, check_id
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.customer import fold
from net30.domain.identity.roles import Permission
from net30.domain.product import Product
from net30.kernel.errors import InputError
from net30.services.context import Context
from net30.services.products.find_products import all_products, product_by_code
from net30.services.products.save_product import save_product

routes = Resource("products", "What is sold, with a price in each currency.")

WRITE = Permission.PRODUCTS_WRITE
Code = Annotated[str, Path(description="The product's code or id.", max_length=ID_CHARACTERS_MAX)]
EXAMPLE = {
    "code": "CONS",
    "name": "Consulting",
    "prices": [{"amount": "90000", "currency": "XOF"}],
    "unit": "HUR",
}


@routes.get("/products", Permission.PRODUCTS_READ, gives=Listed[Product])
def list_products(
    visit: Looking,
    *,
    text: Annotated[str, Query(description="In the code or the name.", max_length=200)] = "",
    currency: Annotated[
        str, Query(description="With a price in it (ISO 4217).", pattern="^([A-Z]{3})?$")
    ] = "",
    archived: Annotated[bool, Query(description="Archived ones too.")] = False,
    descending: bool = False,
    limit: Limit = ROWS_USUAL,
    cursor: Cursor = "",
) -> Response:
    """List products by their codes."""
    with visit.look() as ctx:
        found = all_products(ctx, archived=archived)
    words = fold(text)
    rows = [
        one
        for one in found
        if words in fold(f"{one.code} {one.name}")
        and (not currency or any(price.currency == currency for price in one.prices))
    ]
    keyed = [((fold(one.code), one.id), one) for one in rows]
    return page_of(visit.request, keyed, limit=limit, cursor=cursor, descending=descending)


@routes.get("/products/{product}", Permission.PRODUCTS_READ, gives=Product)
def get_product(visit: Looking, product: Code) -> Response:
    """Show a product."""
    with visit.look() as ctx:
        found = product_by_code(ctx, product)
    return visit.reply(found.value, tag=tag_of(found.version))


@routes.post("/products", WRITE, takes=Product, gives=Product, status=201, example=EXAMPLE)
def add_product(visit: Changing) -> Response:
    """Add a product; a line of an invoice then names it: {"product": "CONS", "quantity": "2"}."""
    new = visit.body(Product)
    if new.id:
        raise InputError("a new product has no id yet", hint="leave the id out", code="id")
    return visit.once(lambda ctx: save_product(ctx, new), at=_address)


@routes.put("/products/{product}", WRITE, takes=Product, gives=Product, example=EXAMPLE)
def replace_product(visit: Changing, product: Code) -> Response:
    """Replace a product's record as a whole; issued invoices stay as they are."""
    wanted = visit.body(Product)

    def replaced(ctx: Context) -> tuple[object, str]:
        before = product_by_code(ctx, product)
        check_id(wanted.id, before.value.id)
        visit.check_match(tag_of(before.version))
        saved = save_product(ctx, replace(wanted, id=before.value.id))
        return saved, tag_of(before.version + 1)

    return visit.keyless(replaced)


def _address(made: object) -> str:
    assert isinstance(made, Product)
    return f"/api/v1/products/{made.id}"
