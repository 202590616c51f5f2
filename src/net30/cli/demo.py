"""The demo: a company with half a year of invoices, made through the same use cases as yours."""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from net30.app import App, open_app
from net30.cli.output import say
from net30.cli.session import settle
from net30.cli.talk import Wishes, answer
from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import BankAccount, PaymentInstructions
from net30.domain.organisation import Organisation
from net30.domain.party import Address, Contact, Identifier, Party
from net30.domain.payment import Allocation
from net30.domain.tax import TaxRate
from net30.domain.terms import PaymentTerms
from net30.services.create_draft import create_draft
from net30.services.create_organisation import FIRST_NAME, save_organisation
from net30.services.credit_invoice import credit_invoice
from net30.services.found import open_item_by_number
from net30.services.issue_invoice import issue_invoice
from net30.services.record_payment import NewPayment, record_payment
from net30.services.save_customer import save_customer
from net30.settings import Settings, load_with_file

SENTENCE = "Generate an invoice for Acme Corp for 40 hours of consulting at 90000FCFA/hour"
WORKING_HOUR = time(9, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """A clock that the replay sets, day by day."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the replayed moment."""
        return self.now


def open_demo(*, as_json: bool) -> int:
    """Open the demo company, invoice one sentence, and say what to type next."""
    settings = load_with_file(os.environ)
    fill(settings)
    app = open_app(settings)
    try:
        if not as_json:
            say(f'> net30 ask --issue "{SENTENCE}"')
        code = answer(app, SENTENCE, Wishes(new=True, issue=True, as_json=as_json))
        if not as_json:
            _what_next(settings)
        return code
    finally:
        app.close()


def fill(settings: Settings) -> None:
    """Replay the demo company's history into an empty home; a filled one is left alone."""
    today = datetime.now(UTC)
    clock = Clock(today)
    app = open_app(settings, clock=clock)
    try:
        with app.look() as ctx:
            if ctx.company.party.name != FIRST_NAME:
                return
        _replay(app, clock, today)
        settle(app)
    finally:
        app.close()


def _replay(app: App, clock: Clock, today: datetime) -> None:
    demo = tomllib.loads((files("net30.cli") / "demo_company.toml").read_text(encoding="utf-8"))
    clock.now = _morning(today, days_ago=190)
    ids: dict[str, str] = {}
    with app.change("demo") as ctx:
        save_organisation(ctx, _company(ctx.company, demo["company"]))
        for key, row in demo["customers"].items():
            ids[key] = save_customer(ctx, _customer(row)).id
    history = demo["invoices"]["history"]
    numbers: dict[int, str] = {}
    for days_ago, place, what in _agenda(demo["invoices"]):
        clock.now = _morning(today, days_ago=days_ago)
        row = history[place]
        with app.change("demo") as ctx:
            if what == "issue":
                draft = create_draft(ctx, _invoice(ids[row[0]], row))
                numbers[place] = issue_invoice(ctx, draft.id).number
            elif what == "credit":
                credit_invoice(ctx, numbers[place], reason="Prestation annulée")
            else:
                item = open_item_by_number(ctx, numbers[place]).value
                share = Decimal(row[7]) if len(row) > 7 else Decimal(100)  # noqa: PLR2004
                amount = item.balance.times(share.scaleb(-2))
                record_payment(
                    ctx,
                    NewPayment(
                        customer_id=item.customer_id,
                        amount=amount,
                        allocations=(Allocation(item.id, amount),),
                    ),
                )
    clock.now = today


def _agenda(invoices: dict[str, Any]) -> list[tuple[int, int, str]]:
    """Return (days ago, row, what) in the order it happened: oldest first, issues before money."""
    agenda: list[tuple[int, int, str]] = []
    for place, row in enumerate(invoices["history"]):
        agenda.append((row[1], place, "issue"))
        if len(row) > 6 and row[1] >= row[6]:  # noqa: PLR2004 - a payment after today is not yet known
            agenda.append((row[1] - row[6], place, "pay"))
    agenda += [(days_ago, number - 1, "credit") for number, days_ago in invoices["credited"]]
    order = {"issue": 0, "credit": 1, "pay": 2}
    return sorted(agenda, key=lambda entry: (-entry[0], order[entry[2]], entry[1]))


def _morning(today: datetime, *, days_ago: int) -> datetime:
    return datetime.combine(today.date() - timedelta(days=days_ago), WORKING_HOUR)


def _company(empty: Organisation, row: dict[str, Any]) -> Organisation:
    party = Party(
        name=row["name"],
        legal_form=row["legal_form"],
        legal_id=Identifier(row["rccm"]),
        tax_id=row["tax_id"],
        address=Address(line1=row["address"], city=row["city"], country=row["country"]),
        contact=Contact(email=row["email"], phone=row["phone"]),
    )
    return replace(
        empty,
        party=party,
        currency=row["currency"],
        tax=TaxRate.of(Decimal(row["tax"])),
        terms=PaymentTerms(row["terms"]),
        language=row["language"],
        place=row["city"],
        payment=PaymentInstructions(
            accounts=(BankAccount(account=row["bank"], holder=row["name"]),)
        ),
    )


def _customer(row: dict[str, str]) -> Customer:
    return Customer(
        id="",
        party=Party(
            name=row["name"],
            tax_id=row.get("tax_id", ""),
            vat_id=row.get("vat_id", ""),
            address=Address(city=row["city"], country=row["country"]),
            contact=Contact(email=row["email"]),
        ),
        currency=row.get("currency", ""),
        industry=row["industry"],
    )


def _invoice(customer_id: str, row: Sequence[Any]) -> NewInvoice:
    line = NewLine(name=row[2], quantity=Decimal(row[3]), unit=row[4], unit_price=Decimal(row[5]))
    return NewInvoice(customer_id=customer_id, lines=(line,))


def _what_next(settings: Settings) -> None:
    program = _program()
    say()
    say(f"Everything lies in {settings.home}. Next, type for example:")
    say(f"  export NET30_HOME={settings.home}")
    for words in (
        'ask "Montre-moi les factures en retard"',
        'ask "Find all invoices for Acme Corp"',
        'ask "Show me business statistics"',
        "check",
        "--help",
    ):
        say(f"  {program} {words}")


def _program() -> str:
    """Return what a person types to start net30: its name, or its path where it is not found."""
    own = Path(sys.argv[0]).absolute()
    found = shutil.which("net30")
    if found and Path(found).absolute() == own:
        return "net30"
    return str(own.relative_to(Path.cwd())) if own.is_relative_to(Path.cwd()) else str(own)
