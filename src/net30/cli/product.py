"""net30 product: the catalogue of what is sold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Annotated

import typer

from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, changing, opened
from net30.domain.line import PIECE
from net30.domain.product import Price, Product
from net30.domain.tax import TaxRate
from net30.kernel.decimals import parse_decimal, plain
from net30.kernel.errors import InputError
from net30.services.products.find_products import all_products, product_by_code
from net30.services.products.save_product import save_product

app = typer.Typer(help="What is sold, and its prices.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="The product's code.")]
Prices = Annotated[
    list[str] | None, typer.Option("--price", help='Such as "90000 XOF"; one for each currency.')
]


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="product")


@app.command("add")
def add(
    *,
    code: Code,
    name: Annotated[str, typer.Argument(help="The name on invoices.")],
    price: Prices = None,
    unit: Annotated[str, typer.Option(help="UN/ECE code: C62 pieces, HUR hours ...")] = PIECE,
    tax: Annotated[str, typer.Option(help="Per cent; the customer's or company's else.")] = "",
    json: Json = False,
) -> None:
    """Add a product: net30 product add CONS consulting --price "90000 XOF" --unit HUR."""
    product = Product(
        id="",
        code=code,
        name=name,
        prices=_prices(price),
        unit=unit,
        tax=TaxRate.of(parse_decimal(tax)) if tax else None,
    )
    with changing() as net30, net30.change() as ctx:
        saved = save_product(ctx, product)
    print_json(saved) if json else say(f"Added {saved.code}: {saved.name}, {_told(saved)}.")


@app.command("price")
def reprice(*, code: Code, price: Prices = None, json: Json = False) -> None:
    """Give a product other prices; issued invoices stay as they are."""
    with changing() as net30, net30.change() as ctx:
        before = product_by_code(ctx, code).value
        saved = save_product(ctx, replace(before, prices=_prices(price)))
    print_json(saved) if json else say(f"{saved.code} costs {_told(saved)} now.")


@app.command("archive")
def archive(
    *,
    code: Code,
    back: Annotated[bool, typer.Option("--back", help="Take it back.")] = False,
    json: Json = False,
) -> None:
    """Sell a product no more, or again."""
    with changing() as net30, net30.change() as ctx:
        saved = save_product(ctx, replace(product_by_code(ctx, code).value, archived=not back))
    print_json(saved) if json else say(f"{saved.code} is {'sold again' if back else 'archived'}.")


@app.command("list")
def list_products(
    *,
    archived: Annotated[bool, typer.Option("--archived", help="Archived ones too.")] = False,
    json: Json = False,
) -> None:
    """List products by code."""
    with opened() as net30, net30.look() as ctx:
        found = all_products(ctx, archived=archived)
    if json:
        print_json(found)
        return
    print_table(
        counted(len(found), "products"),
        ("code", "name", "unit", "price"),
        [(one.code, one.name, one.unit, _told(one)) for one in found],
    )


def _prices(texts: list[str] | None) -> tuple[Price, ...]:
    found = []
    for text in texts or ():
        amount, _, currency = text.strip().partition(" ")
        if not currency:
            raise InputError(
                f"{text!r} is no price", hint='write it as "90000 XOF"', code="product_price"
            )
        number: Decimal = parse_decimal(amount)
        found.append(Price(amount=number, currency=currency.strip().upper()))
    return tuple(found)


def _told(product: Product) -> str:
    return ", ".join(f"{plain(price.amount)} {price.currency}" for price in product.prices)
