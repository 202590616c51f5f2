"""Rehearsal: a language model answers a case in earnest, in books where nothing is kept.

The books are a throwaway copy of a fixture. Every look is a real one; every change is made and
then undone, so that each case meets the books as the fixture lists them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from net30.assistant.answer import Answer
from net30.assistant.arguments import LAST
from net30.assistant.ask import is_settled
from net30.assistant.calls import Call, Confirm, make_call
from net30.assistant.chat_model import ChatModel
from net30.assistant.errand import Errand
from net30.assistant.evaluation import Case, offline
from net30.assistant.fixtures import Fixture, FixtureClient, FixtureInvoice
from net30.assistant.house import House
from net30.assistant.intents.understand import understand
from net30.assistant.reply import reply_language
from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine, draft
from net30.domain.identity.roles import Permission
from net30.domain.invoice import INVOICE
from net30.domain.open_item import OpenItem, Settlement, SettlementKind
from net30.domain.party import Address, Contact, Party
from net30.domain.tax import TaxRate
from net30.domain.terms import PaymentTerms
from net30.kernel.money import Money
from net30.services.context import Context, ReadContext
from net30.services.create_draft import save_draft
from net30.services.create_organisation import save_organisation
from net30.services.save_customer import save_customer
from net30.services.search_entries import search_entries

USER = "evaluation"
DRAFT = "draft"
UNTAXED = TaxRate.of(Decimal(0))
"""A fixture lists totals, whatever the tax in them."""


class _Undone(Exception):
    """Ends a change that must not be kept."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """A house in which every change is undone as soon as it is made."""

    house: House

    @property
    def permissions(self) -> frozenset[Permission]:
        """Return what may be done in it."""
        return self.house.permissions

    def look(self, user: str) -> AbstractContextManager[ReadContext]:
        """Open a question."""
        return self.house.look(user)

    @contextmanager
    def change(self, user: str) -> Iterator[Context]:
        """Open a change that nobody will ever see."""
        with suppress(_Undone), self.house.change(user) as ctx:
            yield ctx
            raise _Undone


def rehearse(case: Case, fixture: Fixture, house: House, model: ChatModel) -> Sequence[Call]:
    """Return the calls that a model makes of a case's last message, as the guard lets them pass.

    `house` holds the fixture's books. A yes, a no and a plain refusal are not left to a model.
    """
    books = fixture.books
    understood = understand(case.turns, books, books.customs, case.today)
    history = case.turns[:-1]
    if is_settled(understood.calls, history):
        return offline(case, fixture)
    errand = Errand(
        house=Undoing(house),
        user=USER,
        language=reply_language(understood.language),
        text=case.turns[-1].text,
        history=history,
        asked=understood.calls,
    )
    *_, answer = model.engine.pieces(errand, understood.calls)
    assert isinstance(answer, Answer)
    return [_plain(call, answer.drafts) for call in answer.calls]


def _plain(call: Call, made: Sequence[str]) -> Call:
    """Return a call as a case writes it: no token, and '$last' for a draft of the same answer."""
    if isinstance(call.args, Confirm):
        pending = call.pending
        assert pending is not None
        inner = _plain(pending, made)
        return Call(call.tool, Confirm(tool=inner.tool, args=inner.args.as_json()))
    args = call.args.as_json()
    return make_call(call.tool, args | {"number": LAST}) if args.get("number") in made else call


def stock(ctx: Context, fixture: Fixture) -> None:
    """Write a fixture into fresh books: the company, its clients, invoices and drafts."""
    told = fixture.settings
    company = ctx.company
    home = replace(company.party, name=told.company, address=Address(country=told.country))
    save_organisation(
        ctx,
        replace(
            company,
            party=home,
            currency=told.default_currency,
            fcfa=told.fcfa,
            dollar=told.dollar,
            tax=TaxRate.of(told.default_tax_rate),
            date_order=told.date_order,
        ),
    )
    customers = {one.name: save_customer(ctx, _customer(one)) for one in fixture.clients}
    for listed in fixture.invoices:
        _keep(ctx, listed, customers[listed.client])


def index(ctx: ReadContext, fixture: Fixture) -> None:
    """Make the invoices findable by what they are about, which open items alone do not say."""
    subjects = {one.number: one.summary for one in fixture.invoices}
    version, _ = ctx.tx.last_event()
    entries = search_entries(ctx.tx, list(subjects), version)
    ctx.search.put(
        ctx.organisation, [replace(entry, lines=subjects[entry.id]) for entry in entries]
    )


def _customer(one: FixtureClient) -> Customer:
    return Customer(
        id="",
        party=Party(
            name=one.name,
            address=Address(city=one.city, country=one.country),
            contact=Contact(email=one.email),
        ),
        currency=one.currency,
        terms=PaymentTerms(one.terms_days),
        industry=one.industry,
    )


def _keep(ctx: Context, listed: FixtureInvoice, customer: Customer) -> None:
    """Write an invoice under its number; a draft, which has none yet, has it for an id."""
    if listed.status == DRAFT:
        line = NewLine(name=listed.summary or "goods", unit_price=listed.total, tax=UNTAXED)
        new = NewInvoice(
            customer_id=customer.id,
            lines=(line,),
            currency=listed.currency,
            issue_date=listed.issue_date,
        )
        save_draft(
            ctx,
            draft(
                new,
                invoice_id=listed.number,
                seller=ctx.company,
                customer=customer,
                today=ctx.today,
            ),
        )
        return
    ctx.tx.save_new([_item(listed, customer)])


def _item(listed: FixtureInvoice, customer: Customer) -> OpenItem:
    usual = timedelta(days=customer.terms.days if customer.terms else 0)
    item = OpenItem(
        id=listed.number,
        number=listed.number,
        type_code=INVOICE,
        customer_id=customer.id,
        amount=Money.of(listed.total, listed.currency),
        issue_date=listed.issue_date,
        due_date=listed.due_date or listed.issue_date + usual,
        voided_by="void" if listed.status == "void" else "",
    )
    settled = item.amount - Money.of(listed.balance, listed.currency)
    if not settled.minor:
        return item
    kind = SettlementKind.CREDIT if item.voided_by else SettlementKind.PAYMENT
    return item.settle(
        Settlement(
            kind=kind,
            amount=settled,
            day=listed.issue_date,
            known_on=listed.issue_date,
            source_id="fixture",
        )
    )
