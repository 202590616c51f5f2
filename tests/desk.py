"""A desk to work at in tests: a real home in a temporary folder, and a clock that is set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

from net30.app import App, open_app
from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.domain.party import Address, Contact, Identifier, Party
from net30.services.create_draft import create_draft
from net30.services.create_organisation import save_organisation
from net30.services.found import open_item_by_number
from net30.services.issue_invoice import issue_invoice
from net30.services.save_customer import save_customer
from net30.settings import Settings

TODAY = date(2026, 11, 21)


@dataclass(slots=True)
class Clock:
    """A clock that tests set."""

    day: date = TODAY

    def __call__(self) -> datetime:
        """The morning of the day that was set."""
        return datetime.combine(self.day, time(9), tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """An open application with a company and one customer."""

    app: App
    clock: Clock
    acme: Customer

    def draft(self, price: str = "90000", quantity: str = "40", **more: object) -> Invoice:
        """A draft for Acme: forty hours of consulting unless said otherwise."""
        line = NewLine(
            name="consulting",
            unit_price=Decimal(price),
            quantity=Decimal(quantity),
            unit="HUR",
        )
        new = NewInvoice(customer_id=self.acme.id, lines=(line,))
        with self.app.change() as ctx:
            return create_draft(ctx, replace(new, **more))  # type: ignore[arg-type] # its fields

    def issue(self, price: str = "90000", quantity: str = "40", **more: object) -> Invoice:
        """The same, issued."""
        draft = self.draft(price, quantity, **more)
        with self.app.change() as ctx:
            return issue_invoice(ctx, draft.id)

    def item(self, number: str) -> OpenItem:
        """The claim of an issued invoice, as it is now."""
        with self.app.look() as ctx:
            return open_item_by_number(ctx, number).value


def open_desk(home: Path, **settings: object) -> Desk:
    """Open a fresh home with a company in Abidjan and the customer Acme Corp."""
    clock = Clock()
    chosen = replace(Settings(home=home), **settings)  # type: ignore[arg-type] # its fields
    app = open_app(chosen, clock=clock)
    with app.change() as ctx:
        company = ctx.company
        party = replace(
            company.party,
            name="Lagune Conseil SARL",
            legal_id=Identifier("CI-ABJ-2019-B-12345"),
            tax_id="CI-0123456A",
            contact=Contact(email="factures@lagune.example"),
        )
        save_organisation(ctx, replace(company, party=party))
        acme = save_customer(
            ctx,
            Customer(
                id="",
                party=Party(
                    name="Acme Corp",
                    address=Address(city="Abidjan", country="CI"),
                    contact=Contact(email="billing@acmecorp.example"),
                ),
            ),
        )
    return Desk(app, clock, acme)
