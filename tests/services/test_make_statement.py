"""Statements: what a customer owes on a day, equal to the books in every form."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from pypdf import PdfReader

from net30.domain.customer import Customer
from net30.domain.organisation import Organisation
from net30.domain.party import Party
from net30.domain.payment import Allocation
from net30.kernel.errors import InputError, LimitExceeded, NotFound
from net30.kernel.money import Money
from net30.services.credit_invoice import credit_invoice
from net30.services.make_statement import AGEING, Statement, make_statement
from net30.services.record_payment import NewPayment, record_payment
from net30.services.return_payment import ReturnedPayment, return_payment
from net30.services.save_customer import save_customer
from net30.services.write_statement import statement_language, write_statement
from tests.desk import TODAY, Desk

PLAIN = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


def statement(desk: Desk, as_of: date | None = None, name: str = "Acme Corp") -> Statement:
    with desk.app.look() as ctx:
        return make_statement(ctx, name, as_of)


def company(desk: Desk) -> Organisation:
    with desk.app.look() as ctx:
        return ctx.company


def busy(desk: Desk) -> None:
    """Two currencies, a part-payment, a credit note's rest, unapplied cash, every age."""
    numbers = []
    for days in (-5, 0, 1, 30, 31, 60, 61, 90, 91):
        due = TODAY - timedelta(days=days)
        invoice = desk.issue(issue_date=due - timedelta(days=30), due_date=due)
        numbers.append(invoice.number)
    desk.issue("10.50", "3", currency="EUR")
    first = desk.item(numbers[0])
    with desk.app.change() as ctx:
        part = Money(1, "XOF")
        record_payment(
            ctx,
            NewPayment(
                customer_id=desk.acme.id,
                amount=Money(8, "XOF"),
                allocations=(Allocation(first.id, part),),
            ),
        )
        credit_invoice(ctx, numbers[1], Money(1000, "XOF"))


def test_lines_and_unapplied_cash_add_up_to_the_balance_and_the_ageing(desk: Desk) -> None:
    busy(desk)
    euro, franc = statement(desk).accounts
    assert (euro.currency, franc.currency) == ("EUR", "XOF")
    assert euro.balance == Money(3717, "EUR")
    assert franc.balance == Money(9 * 4_248_000 - 1000 - 8, "XOF")
    assert franc.unapplied == Money(-7, "XOF")
    aged = dict(zip(AGEING, franc.ageing, strict=True))
    assert Money.total(franc.ageing, "XOF") == franc.balance
    whole = 4_248_000
    assert [aged[name].minor for name in AGEING] == [
        2 * whole - 1 - 1000,
        2 * whole,
        2 * whole,
        2 * whole,
        whole,
        0,
        -7,
    ]


def test_a_past_day_shows_what_was_known_then(desk: Desk) -> None:
    desk.issue()
    desk.clock.day = TODAY + timedelta(days=10)
    desk.issue()
    assert statement(desk).accounts[0].balance == Money(2 * 4_248_000, "XOF")
    assert statement(desk, TODAY).accounts[0].balance == Money(4_248_000, "XOF")
    assert statement(desk, TODAY - timedelta(days=1)).accounts == ()


def test_another_customer_s_invoices_are_not_on_it(desk: Desk) -> None:
    desk.issue()
    with desk.app.change() as ctx:
        save_customer(ctx, Customer(id="", party=Party(name="Bora")))
    assert statement(desk, name="Bora").accounts == ()
    with pytest.raises(NotFound):
        statement(desk, name="Nobody")


@pytest.mark.parametrize(("language", "said"), [("fr", "Solde en FCFA"), ("en", "Balance in FCFA")])
def test_page_and_table_show_the_same_balance(desk: Desk, language: str, said: str) -> None:
    with desk.app.change() as ctx:
        save_customer(ctx, replace(desk.acme, language=language))
    busy(desk)
    found, us = statement(desk), company(desk)
    franc = found.accounts[1]
    pages = PdfReader(BytesIO(write_statement(us, found, "pdf"))).pages
    text = "".join(page.extract_text() for page in pages).translate(PLAIN)
    shown = f"{franc.balance.minor:,}".replace(",", " " if language == "fr" else ",")
    assert said in text
    assert f"{shown} FCFA" in text
    html = write_statement(us, found, "html").decode().translate(PLAIN)
    assert f"{shown} FCFA" in html
    rows = list(csv.DictReader(StringIO(write_statement(us, found, "csv").decode())))
    francs = [Decimal(row["open"]) for row in rows if row["currency"] == "XOF"]
    assert sum(francs) == franc.balance.amount
    assert write_statement(us, found, "xlsx").startswith(b"PK")


def test_what_is_in_the_customer_s_favour_is_said(desk: Desk) -> None:
    with desk.app.change() as ctx:
        money = Money(500, "XOF")
        record_payment(ctx, NewPayment(customer_id=desk.acme.id, amount=money))
    found = statement(desk)
    assert found.accounts[0].balance == Money(-500, "XOF")
    assert "en votre faveur" in write_statement(company(desk), found, "html").decode()


def test_a_payment_that_the_bank_took_back_is_told_beside_what_is_open_again(desk: Desk) -> None:
    bounced, paid = desk.issue(), desk.issue()
    for invoice in (bounced, paid):
        item = desk.item(invoice.number)
        with desk.app.change() as ctx:
            part = (Allocation(item.id, item.balance),)
            money = NewPayment(
                customer_id=desk.acme.id, amount=item.balance, allocations=part, reference=item.id
            )
            record_payment(ctx, money)
    assert statement(desk).accounts == ()
    desk.clock.day = TODAY + timedelta(days=3)
    with desk.app.change() as ctx:
        return_payment(ctx, ReturnedPayment(payment=desk.item(bounced.number).id))
    (account,) = statement(desk).accounts
    assert [line.number for line in account.lines] == [bounced.number]
    (told,) = account.returned
    assert (told.number, told.day) == (bounced.number, TODAY + timedelta(days=3))
    assert told.amount == account.balance
    page = write_statement(company(desk), statement(desk), "html").decode().translate(PLAIN)
    assert f"sur {bounced.number} a été rejeté par la banque le 24 novembre 2026" in page
    assert statement(desk, TODAY).accounts == ()


def test_an_empty_statement_says_that_nothing_is_open(desk: Desk) -> None:
    page = write_statement(company(desk), statement(desk), "html").decode()
    assert "ouvert au 21 novembre 2026" in page
    assert b"number" in write_statement(company(desk), statement(desk), "csv")


def test_a_language_without_words_is_written_in_english(desk: Desk) -> None:
    with desk.app.change() as ctx:
        save_customer(ctx, replace(desk.acme, language="es"))
    assert statement_language(company(desk), statement(desk)) == "en"


def test_a_name_that_is_a_formula_is_harmless_and_an_unknown_format_refused(desk: Desk) -> None:
    desk.issue()
    found = statement(desk)
    line = replace(found.accounts[0].lines[0], number='=HYPERLINK("http://x")')
    account = replace(found.accounts[0], lines=(line,))
    table = write_statement(company(desk), replace(found, accounts=(account,)), "csv").decode()
    assert "\"'=HYPERLINK" in table
    with pytest.raises(InputError, match="not written as 'doc'"):
        write_statement(company(desk), found, "doc")


def test_more_lines_than_a_page_takes_are_a_table(desk: Desk) -> None:
    desk.issue()
    found = statement(desk)
    account = replace(found.accounts[0], lines=found.accounts[0].lines * 3000)
    with pytest.raises(LimitExceeded):
        write_statement(company(desk), replace(found, accounts=(account,)), "pdf")
