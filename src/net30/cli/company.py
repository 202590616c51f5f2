"""net30 init, demo, migrate: the home and the company in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Optional

import typer

from net30.cli.output import print_json, say
from net30.cli.session import Json, changing, opened
from net30.domain.organisation import Organisation
from net30.domain.party import Identifier
from net30.domain.tax import TaxRate
from net30.domain.terms import PaymentTerms
from net30.kernel.decimals import parse_decimal, plain
from net30.kernel.plugins import load
from net30.services.create_organisation import save_organisation
from net30.services.move_company import move_company, usual_in


def register(app: typer.Typer) -> None:
    """Add these commands to `net30`."""
    app.command("init")(init)
    app.command("demo")(demo)
    app.command("migrate")(migrate)


def init(
    *,
    name: Annotated[str, typer.Option(help="The company's name on invoices.")] = "",
    country: Annotated[str, typer.Option(help="ISO code, e.g. CI, SN, CM.")] = "",
    city: Annotated[str, typer.Option(help="The town on invoices.")] = "",
    address: Annotated[str, typer.Option(help="Street or post-office box.")] = "",
    tax_id: Annotated[str, typer.Option(help="NCC, NINEA, NIU, IFU, NIF ...")] = "",
    vat_id: Annotated[str, typer.Option(help="VAT id with its country prefix.")] = "",
    legal_id: Annotated[str, typer.Option(help="Number in the trade register: RCCM ...")] = "",
    legal_form: Annotated[str, typer.Option(help="SARL au capital de ...")] = "",
    email: Annotated[str, typer.Option(help="Where invoices are mailed from.")] = "",
    currency: Annotated[str, typer.Option(help="ISO 4217, e.g. XOF, XAF, EUR.")] = "",
    tax: Annotated[str, typer.Option(help="The usual VAT rate in per cent.")] = "",
    terms: Annotated[Optional[int], typer.Option(help="Usual days to pay.")] = None,  # noqa: UP045
    language: Annotated[str, typer.Option(help="en, fr, es, pt, de or ar.")] = "",
    time_zone: Annotated[str, typer.Option(help="Such as Africa/Dakar: when a day ends.")] = "",
    cost_of_capital: Annotated[str, typer.Option(help="What money costs, % a year.")] = "",
    json: Json = False,
) -> None:
    """Make the home, or say more about the company in it; what is left out stays as it is.

    In another country, money, VAT, language and clock are those of that country unless you say.
    """
    with changing() as net30, net30.change() as ctx:
        company = ctx.company
        if country:
            company = move_company(company, country.upper(), ctx.today)
        party, place = company.party, company.party.address
        currency = currency.upper() or company.currency
        saved = save_organisation(
            ctx,
            replace(
                company,
                party=replace(
                    party,
                    name=name or party.name,
                    tax_id=tax_id or party.tax_id,
                    vat_id=vat_id or party.vat_id,
                    legal_id=Identifier(legal_id) if legal_id else party.legal_id,
                    legal_form=legal_form or party.legal_form,
                    contact=replace(party.contact, email=email or party.contact.email),
                    address=replace(place, line1=address or place.line1, city=city or place.city),
                ),
                place=city or company.place,
                currency=currency,
                fcfa="XAF" if currency == "XAF" else company.fcfa,
                tax=TaxRate.of(parse_decimal(tax)) if tax else company.tax,
                terms=company.terms if terms is None else PaymentTerms(terms),
                language=language or company.language,
                time_zone=time_zone or company.time_zone,
                cost_of_capital=(
                    parse_decimal(cost_of_capital) if cost_of_capital else company.cost_of_capital
                ),
            ),
        )
        home, day = net30.settings.home, ctx.today
    if json:
        print_json({"home": home, "company": saved})
        return
    say(f"{saved.party.name} is set up in {home}.")
    say(f"  {_usual(saved)}")
    if country and not tax and usual_in(country.upper(), day).tax is None:
        say(f"  net30 does not know the VAT of {country.upper()}: say it with --tax")


def _usual(company: Organisation) -> str:
    """Return what a company's invoices take for granted, on one line."""
    rate = f"VAT {plain(company.tax.percent)} %"
    days = f"{company.terms.days} days to pay"
    return f"{company.currency}, {rate}, {days}, {company.language}, {company.time_zone}"


def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Show what was made and stop, which is usual.")
    ] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Open it in the browser, for this machine only.")
    ] = False,
    port: Annotated[
        Optional[int],  # noqa: UP045 - as Typer reads it
        typer.Option(help="NET30_PORT by default; 0: any that is free.", min=0, max=65_535),
    ] = None,
    json: Json = False,
) -> None:
    """Open a demo company with half a year of invoices, and invoice one sentence."""
    if serve and not once:
        load("net30.cli", "demo_serve", extra="ui").serve_demo(port)
        return
    from net30.cli.demo import open_demo

    raise typer.Exit(open_demo(as_json=json))


def migrate(*, json: Json = False) -> None:
    """Bring the database to this version's schema; opening it does the same by itself."""
    with opened() as net30:
        version = net30.schema_version
    print_json({"schema": version}) if json else say(f"The database has schema {version}.")
