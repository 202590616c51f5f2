"""From a quote to deposits and the invoice, to the last franc."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from net30.domain.conversion import deposit_on_quote, invoice_from_quote
from net30.domain.credit_note import credit_part, credit_whole
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import DEPOSIT, INVOICE, QUOTE, Invoice, PrecedingInvoice
from net30.domain.issuing import issue
from net30.domain.tax import TaxRate
from net30.domain.terms import EarlyPaymentDiscount, PaymentTerms
from net30.kernel.errors import Conflict, InputError
from net30.kernel.money import Money
from tests.laws.requests import EXEMPT, TODAY, drafted

LATER = TODAY + timedelta(days=20)
NET30 = PaymentTerms(30)
LINES = (
    NewLine(name="Étude", unit_price=Decimal(1000), tax=TaxRate.of(Decimal(18))),
    NewLine(name="Livre", unit_price=Decimal(500), tax=EXEMPT),
)


def a_quote(**more: object) -> Invoice:
    """1,680 francs with tax."""
    request = {"customer_id": "acme", "lines": LINES, "type_code": QUOTE} | more
    return issue(drafted(NewInvoice(**request)), "QUO-1")  # type: ignore[arg-type] # its fields


def a_deposit(quote: Invoice, percent: int, number: str = "DEP-1") -> Invoice:
    new = deposit_on_quote(quote, Decimal(percent), name="Acompte", day=TODAY)
    return issue(drafted(new, number), number)


def final(quote: Invoice, *deposits: Invoice, notes: tuple[Invoice, ...] = ()) -> Invoice:
    return invoice_from_quote(
        quote, invoice_id="i9", day=LATER, terms=NET30, deposits=deposits, credit_notes=notes
    )


def test_an_accepted_quote_becomes_an_invoice_with_its_own_date_and_terms() -> None:
    terms = PaymentTerms(10, discount=EarlyPaymentDiscount(Decimal(2), 5))
    invoice = invoice_from_quote(a_quote(), invoice_id="i9", day=LATER, terms=terms)
    assert (invoice.id, invoice.number, invoice.type_code) == ("i9", "", INVOICE)
    assert (invoice.issue_date, invoice.due_date) == (LATER, LATER + timedelta(days=10))
    assert invoice.discount == terms.discount
    assert invoice.references.sales_order == "QUO-1"
    assert invoice.totals.due == Money(1680, "XOF")
    assert invoice.preceding == ()


def test_a_deposit_is_a_share_of_each_tax_rate() -> None:
    deposit = a_deposit(a_quote(), 30)
    assert deposit.type_code == DEPOSIT
    assert deposit.references.sales_order == "QUO-1"
    assert [(line.net.minor, int(line.tax.percent)) for line in deposit.lines] == [
        (150, 0),
        (300, 18),
    ]
    assert deposit.totals.due == Money(504, "XOF")


def test_a_deposit_on_prices_with_tax_is_told_with_tax() -> None:
    price = NewLine(name="Étude", unit_price=Decimal(500), tax=TaxRate.of(Decimal(18)))
    quote = a_quote(lines=(price,), prices_include_tax=True)
    deposit = a_deposit(quote, 30)
    assert deposit.totals.due == Money(150, "XOF")
    assert deposit.lines[0].price_with_tax == Decimal(150)
    assert final(quote, deposit).totals.due == Money(350, "XOF")


def test_a_deposit_on_prices_with_tax_is_shared_by_what_each_rate_comes_to() -> None:
    lines = (
        NewLine(name="Étude", unit_price=Decimal(1180), tax=TaxRate.of(Decimal(18))),
        NewLine(name="Livre", unit_price=Decimal(500), tax=EXEMPT),
    )
    deposit = a_deposit(a_quote(lines=lines, prices_include_tax=True), 50)
    assert [int(line.price_with_tax or 0) for line in deposit.lines] == [250, 590]


def test_a_quote_that_no_net_reaches_is_deposited_and_invoiced_as_it_was_stated() -> None:
    price = NewLine(name="Étude", unit_price=Decimal(23), tax=TaxRate.of(Decimal(18)))
    quote = a_quote(lines=(price,), prices_include_tax=True)
    assert quote.totals.rounding
    assert final(quote).totals.due == Money(23, "XOF")
    assert a_deposit(quote, 100).totals.due == Money(23, "XOF")


def test_what_is_free_on_a_quote_needs_no_deposit() -> None:
    free = NewLine(name="Livre", unit_price=Decimal(0), tax=EXEMPT)
    assert len(a_deposit(a_quote(lines=(LINES[0], free)), 30).lines) == 1


def test_the_final_invoice_takes_off_all_deposits_and_names_them() -> None:
    quote = a_quote()
    deposits = a_deposit(quote, 30, "DEP-1"), a_deposit(quote, 20, "DEP-2")
    invoice = final(quote, *deposits)
    assert invoice.totals.prepaid == Money(504 + 336, "XOF")
    assert invoice.totals.due == Money(840, "XOF")
    assert invoice.preceding == (PrecedingInvoice("DEP-1", TODAY), PrecedingInvoice("DEP-2", TODAY))


def test_what_was_credited_of_a_deposit_is_charged_again() -> None:
    quote = a_quote()
    deposit = a_deposit(quote, 30)
    whole = credit_whole(deposit, credit_id="c1", day=LATER, reason="")
    assert final(quote, deposit, notes=(whole,)).totals.due == Money(1680, "XOF")
    part = credit_part(deposit, Money(104, "XOF"), credit_id="c1", day=LATER, reason="")
    assert final(quote, deposit, notes=(part,)).totals.due == Money(1280, "XOF")


def test_what_the_quote_itself_took_as_prepaid_stays_prepaid() -> None:
    quote = a_quote(prepaid=Money(100, "XOF"))
    assert final(quote, a_deposit(quote, 30)).totals.due == Money(1680 - 100 - 504, "XOF")


def test_the_second_tax_currency_goes_along() -> None:
    quote = a_quote(tax_currency="EUR", exchange_rate=Decimal("0.0015"))
    assert a_deposit(quote, 50).totals.tax_in_tax_currency == Money(14, "EUR")
    assert final(quote).totals.tax_in_tax_currency == Money(27, "EUR")


@pytest.mark.parametrize("percent", ["-1", "101"])
def test_a_deposit_is_between_nothing_and_all(percent: str) -> None:
    with pytest.raises(InputError, match="the deposit") as refusal:
        deposit_on_quote(a_quote(), Decimal(percent), name="Acompte", day=TODAY)
    assert refusal.value.code == "percent"


def test_deposits_beyond_the_quote_are_refused() -> None:
    quote = a_quote()
    most = a_deposit(quote, 100, "DEP-1")
    assert not final(quote, most).totals.due
    with pytest.raises(InputError) as refusal:
        final(quote, most, a_deposit(quote, 1, "DEP-2"))
    assert refusal.value.code == "negative_total"


def test_only_an_issued_quote_is_invoiced() -> None:
    for document in (replace(a_quote(), number=""), replace(a_quote(), type_code=INVOICE)):
        for deed in (
            lambda paper: invoice_from_quote(paper, invoice_id="i9", day=LATER, terms=NET30),
            lambda paper: deposit_on_quote(paper, Decimal(30), name="Acompte", day=TODAY),
        ):
            with pytest.raises(Conflict) as refusal:
                deed(document)
            assert refusal.value.code == "no_quote"
            assert "issue the quote" in refusal.value.hint


def test_only_issued_deposits_of_this_quote_are_taken_off() -> None:
    quote = a_quote()
    deposit = a_deposit(quote, 30)
    elsewhere = replace(deposit.references, sales_order="QUO-2")
    for wrong, called in (
        (replace(deposit, number=""), "a draft is no deposit on QUO-1"),
        (replace(deposit, type_code=INVOICE), "DEP-1 is no deposit on QUO-1"),
        (replace(deposit, references=elsewhere), "DEP-1 is no deposit on QUO-1"),
    ):
        with pytest.raises(Conflict, match=called) as refusal:
            final(quote, wrong)
        assert refusal.value.code == "no_deposit"
        assert "this quote" in refusal.value.hint
