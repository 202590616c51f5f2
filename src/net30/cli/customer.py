"""net30 customer: whom we invoice."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, changing, opened
from net30.domain.customer import Customer
from net30.domain.party import Address, Contact, Party
from net30.domain.terms import PaymentTerms
from net30.services.found import customer_by_name
from net30.services.save_customer import save_customer

app = typer.Typer(help="Add, show and list customers.", no_args_is_help=True)

LIST_MAX = 1000


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="customer")


@app.command("add")
def add(
    *,
    name: Annotated[str, typer.Argument(help="The name on invoices.")],
    email: Annotated[str, typer.Option(help="Where invoices are sent.")] = "",
    country: Annotated[str, typer.Option(help="ISO code, e.g. CI, SN, FR.")] = "",
    city: Annotated[str, typer.Option(help="The town on invoices.")] = "",
    address: Annotated[str, typer.Option(help="Street or post-office box.")] = "",
    tax_id: Annotated[str, typer.Option(help="NCC, NINEA, NIU, IFU, NIF ...")] = "",
    vat_id: Annotated[str, typer.Option(help="VAT id with its country prefix.")] = "",
    currency: Annotated[str, typer.Option(help="ISO 4217; the company's by default.")] = "",
    terms: Annotated[Optional[int], typer.Option(help="Days to pay.")] = None,  # noqa: UP045
    industry: Annotated[str, typer.Option(help="What they do, in your words.")] = "",
    json: Json = False,
) -> None:
    """Add a customer."""
    customer = Customer(
        id="",
        party=Party(
            name=name,
            vat_id=vat_id,
            tax_id=tax_id,
            address=Address(line1=address, city=city, country=country.upper()),
            contact=Contact(email=email),
        ),
        currency=currency.upper(),
        terms=PaymentTerms(terms) if terms is not None else None,
        industry=industry,
    )
    with changing() as net30, net30.change() as ctx:
        saved = save_customer(ctx, customer)
    print_json(saved) if json else say(f"Added {saved.name} ({saved.id}).")


@app.command("show")
def show(*, name: str, json: Json = False) -> None:
    """Show a customer."""
    with opened() as net30, net30.look() as ctx:
        found = customer_by_name(ctx, name).value
    if json:
        print_json(found)
        return
    say(f"{found.name}  ({found.id})")
    place = " ".join(
        part for part in (found.party.address.city, found.party.address.country) if part
    )
    for label, value in (("e-mail", found.email), ("place", place), ("tax id", found.party.tax_id)):
        if value:
            say(f"  {label}: {value}")


@app.command("list")
def list_customers(*, json: Json = False) -> None:
    """List customers by name."""
    with opened() as net30, net30.look() as ctx:
        customers: list[Customer] = []
        after = ""
        while len(customers) < LIST_MAX and (page := ctx.tx.page(Customer, after=after)):
            customers += [stored.value for stored in page]
            after = page[-1].value.id
    customers.sort(key=lambda customer: customer.name.casefold())
    if json:
        print_json(customers)
        return
    print_table(
        counted(len(customers), "customers"),
        ("name", "country", "currency", "e-mail"),
        [(c.name, c.party.address.country, c.currency, c.email) for c in customers],
    )
