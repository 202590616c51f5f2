"""Drafting: from a request to an invoice, and every request that makes none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from net30.domain.drafting import CASH_STEP_MAX, LINES_MAX, NewInvoice, NewLine, draft
from net30.domain.invoice import (
    CREDIT_NOTE,
    DRAFTED_CODES,
    Invoice,
    Note,
    PaymentInstructions,
    References,
)
from net30.domain.line import AllowanceCharge, Period
from net30.domain.party import Address
from net30.domain.tax import TaxCategory, TaxRate
from net30.domain.terms import EarlyPaymentDiscount, PaymentTerms
from net30.kernel.errors import InputError, LimitExceeded
from net30.kernel.money import Money
from tests.laws.requests import ACME, SELLER, TODAY, drafted

HOURS = NewLine(name="consulting", unit_price=Decimal(90_000), quantity=Decimal(40), unit="HUR")
FULL = TaxRate.of(Decimal(18))


def xof(amount: int) -> Money:
    return Money(amount, "XOF")


def request(*lines: NewLine, **more: object) -> NewInvoice:
    return NewInvoice(customer_id="acme", lines=lines or (HOURS,), **more)  # type: ignore[arg-type] # its fields


def a_line(**more: object) -> NewLine:
    return replace(HOURS, **more)  # type: ignore[arg-type] # fields of NewLine


def refused(new: NewInvoice, kind: type[InputError] = InputError) -> InputError:
    with pytest.raises(kind) as refusal:
        drafted(new)
    assert refusal.value.hint
    return refusal.value


def test_forty_hours_at_90000_francs_are_3_600_000_and_4_248_000_with_tax() -> None:
    invoice = drafted(request())
    assert invoice.totals.net == xof(3_600_000)
    assert invoice.totals.due == xof(4_248_000)
    assert (invoice.number, invoice.currency, invoice.type_code) == ("", "XOF", "380")
    assert (invoice.issue_date, invoice.due_date) == (TODAY, TODAY + timedelta(days=30))
    assert invoice.lines[0].id == "1"
    assert not invoice.is_issued


def test_what_the_request_leaves_out_comes_from_the_customer_then_the_company() -> None:
    exempt = TaxRate.of(Decimal(0), reason="Exonéré")
    terms = PaymentTerms(10, discount=EarlyPaymentDiscount(Decimal(2), 5))
    acme = replace(ACME, currency="EUR", tax=exempt, terms=terms, language="en")
    pays = PaymentInstructions(remittance="INV")
    seller = replace(SELLER, payment=pays, place="Abidjan")

    def made(new: NewInvoice, customer: object = acme) -> Invoice:
        return draft(new, invoice_id="i1", seller=seller, customer=customer, today=TODAY)  # type: ignore[arg-type] # a Customer

    by_customer = made(request())
    assert (by_customer.currency, by_customer.language) == ("EUR", "en")
    assert by_customer.lines[0].tax == exempt
    assert by_customer.due_date == TODAY + timedelta(days=10)
    assert by_customer.discount == terms.discount
    assert (by_customer.payment, by_customer.place) == (pays, "Abidjan")
    by_company = made(request(), ACME)
    assert (by_company.currency, by_company.language) == ("XOF", "fr")
    assert by_company.lines[0].tax == SELLER.tax
    asked = made(
        request(
            a_line(tax=FULL), currency="USD", language="de", terms=PaymentTerms(7), payment=pays
        )
    )
    assert (asked.currency, asked.language, asked.lines[0].tax) == ("USD", "de", FULL)
    assert (asked.due_date, asked.discount) == (TODAY + timedelta(days=7), None)


def test_a_due_date_that_was_asked_for_comes_before_the_terms() -> None:
    assert drafted(request(due_date=TODAY)).due_date == TODAY


@pytest.mark.parametrize("code", sorted(DRAFTED_CODES))
def test_invoices_quotes_deposits_and_pro_formas_are_drafted(code: str) -> None:
    assert drafted(request(type_code=code)).type_code == code


@pytest.mark.parametrize("code", [CREDIT_NOTE, "", "999"])
def test_a_credit_note_is_not_drafted_without_its_invoice(code: str) -> None:
    error = refused(request(type_code=code))
    assert error.code == "type_code"
    assert "from its invoice" in error.hint


def test_a_discount_on_a_line_is_a_percentage_of_its_rounded_product() -> None:
    (line,) = drafted(
        request(
            a_line(unit_price=Decimal("3.5"), quantity=Decimal(1), discount_percent=Decimal(100))
        )
    ).lines
    assert line.net == xof(0)
    (off,) = line.allowances
    assert (off.base, off.amount, off.percent, off.reason_code) == (
        xof(4),
        xof(4),
        Decimal(100),
        "95",
    )


def test_a_discount_of_nothing_leaves_no_trace() -> None:
    invoice = drafted(request(a_line(discount_percent=Decimal(0)), discount_percent=Decimal(0)))
    assert invoice.lines[0].allowances == ()
    assert invoice.allowances == ()


def test_a_discount_on_the_document_is_one_allowance_for_each_tax_rate() -> None:
    exempt = TaxRate.of(Decimal(0), reason="Exonéré")
    lines = a_line(quantity=Decimal(1)), a_line(tax=exempt), a_line(quantity=Decimal(2))
    off = drafted(request(*lines, discount_percent=Decimal(10))).allowances
    assert [(entry.amount, entry.base, entry.tax) for entry in off] == [
        (xof(360_000), xof(3_600_000), exempt),
        (xof(27_000), xof(270_000), SELLER.tax),
    ]


def test_texts_lose_what_cannot_be_read_and_markup_stays_text() -> None:
    invoice = drafted(
        request(
            a_line(name=" <b>Conseil\x00</b>\u202e ", description="#let x = 1\x07"),
            notes=("Merci\x1b[0m",),
            references=References(buyer="PO\u20667"),
            payment=PaymentInstructions(remittance="a\x00b"),
        )
    )
    assert invoice.lines[0].name == "<b>Conseil</b>"
    assert invoice.lines[0].description == "#let x = 1"
    assert invoice.notes == (Note("Merci[0m"),)
    assert invoice.references.buyer == "PO7"
    assert invoice.payment == PaymentInstructions(remittance="ab")


@pytest.mark.parametrize("name", ["", "   ", "\x00", "\u202e"])
def test_a_line_without_a_readable_description_is_refused(name: str) -> None:
    error = refused(request(HOURS, a_line(name=name)))
    assert error.code == "no_description"
    assert error.message.startswith("lines[1]")


@pytest.mark.parametrize(
    ("line", "note"),
    [({"name": "x" * 501}, ""), ({"description": "x" * 10_001}, ""), ({}, "x" * 10_001)],
)
def test_texts_have_their_limits(line: dict[str, object], note: str) -> None:
    error = refused(request(a_line(**line), notes=(note,)), LimitExceeded)
    assert error.code == "text_too_long"
    assert len(drafted(request(a_line(name="x" * 500))).lines[0].name) == 500


def test_an_invoice_of_nothing_is_refused() -> None:
    with pytest.raises(InputError) as refusal:
        drafted(NewInvoice(customer_id="acme", lines=()))
    assert refusal.value.code == "no_lines"


def test_a_thousand_lines_are_taken_and_one_more_is_not() -> None:
    assert len(drafted(request(*[HOURS] * LINES_MAX)).lines) == LINES_MAX
    assert refused(request(*[HOURS] * (LINES_MAX + 1)), LimitExceeded).code == "too_many_lines"


@pytest.mark.parametrize("price", ["-0.01", "NaN", "Infinity", "1E+999999", "1E-999999"])
def test_a_price_below_nothing_or_beyond_counting_is_refused(price: str) -> None:
    error = refused(request(a_line(unit_price=Decimal(price))))
    assert error.code == "negative_price"
    assert len(error.message) < 100


def test_a_price_of_nothing_is_a_gift() -> None:
    assert not drafted(request(a_line(unit_price=Decimal(0)))).totals.due


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000001", "NaN", "1E+999999", "1E-999999"])
def test_a_quantity_of_nothing_or_of_the_absurd_is_refused(quantity: str) -> None:
    error = refused(request(a_line(quantity=Decimal(quantity))))
    assert error.code == "quantity"
    assert "credit note" in error.hint


def test_a_thousand_million_pieces_are_taken() -> None:
    line = a_line(quantity=Decimal(10**9), unit_price=Decimal(1))
    assert drafted(request(line)).totals.net == xof(10**9)


def test_a_line_without_a_unit_is_refused() -> None:
    assert refused(request(a_line(unit=" "))).code == "no_unit"


@pytest.mark.parametrize("percent", ["-1", "100.01", "NaN"])
def test_discounts_are_between_nothing_and_all(percent: str) -> None:
    for new in (
        request(a_line(discount_percent=Decimal(percent))),
        request(discount_percent=Decimal(percent)),
    ):
        assert refused(new).code == "percent"


def test_a_tax_rate_that_does_not_fit_its_category_is_refused() -> None:
    odd = TaxRate(TaxCategory.EXEMPT, Decimal(18))
    off = AllowanceCharge(amount=xof(1), reason="Accord", tax=odd)
    for new in (request(a_line(tax=odd)), request(allowances=(off,))):
        assert refused(new).code == "tax_rate"


def test_an_allowance_is_never_negative_and_has_base_and_percentage_or_neither() -> None:
    entry = AllowanceCharge(amount=xof(1), reason="Accord", tax=FULL)
    wrong = (
        (replace(entry, amount=xof(-1)), "allowance_amount"),
        (replace(entry, base=xof(10)), "allowance_base"),
        (replace(entry, percent=Decimal(10)), "allowance_base"),
        (replace(entry, tax=None), "allowance_tax"),
    )
    for bad, code in wrong:
        assert refused(request(allowances=(bad,))).code == code
        assert refused(request(charges=(bad,))).code == code
    whole = replace(entry, base=xof(10), percent=Decimal(10))
    nothing = replace(entry, amount=xof(0))
    assert drafted(request(allowances=(entry, whole, nothing))).totals.allowances == xof(2)


def test_a_due_date_before_the_issue_date_is_refused() -> None:
    error = refused(request(due_date=TODAY - timedelta(days=1)))
    assert error.code == "due_date"
    assert error.hint == "give 2026-11-21 or a later day"


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2201, 1, 1)])
def test_dates_of_unbelievable_years_are_refused(day: date) -> None:
    assert refused(request(issue_date=day)).code == "date"
    assert refused(request(due_date=day)).code == "date"


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    upside_down = Period(start=TODAY, end=TODAY - timedelta(days=1))
    for new in (request(period=upside_down), request(a_line(period=upside_down))):
        assert refused(new).code == "period"
    for fine in (Period(start=TODAY, end=TODAY), Period(end=TODAY), Period(start=TODAY)):
        assert drafted(request(a_line(period=fine), period=fine)).period == fine


def test_what_was_prepaid_is_not_negative_and_not_more_than_the_charge() -> None:
    assert refused(request(prepaid=xof(-1))).code == "prepaid"
    assert drafted(request(prepaid=xof(0))).totals.due == xof(4_248_000)
    assert not drafted(request(prepaid=xof(4_248_000))).totals.due
    assert refused(request(prepaid=xof(4_248_001))).code == "negative_total"
    assert refused(request(prepaid=Money(1, "EUR"))).code == "two_currencies"


def test_allowances_beyond_the_charge_are_refused() -> None:
    off = AllowanceCharge(amount=xof(3_600_001), reason="Accord", tax=FULL)
    assert refused(request(allowances=(off,))).code == "negative_total"


def test_an_allowance_beyond_the_charge_is_refused_though_cash_rounding_would_hide_it() -> None:
    off = AllowanceCharge(amount=xof(3_600_001), reason="Accord", tax=FULL)
    assert refused(request(allowances=(off,), cash_step=25)).code == "negative_total"


@pytest.mark.parametrize("step", [0, -5, CASH_STEP_MAX + 1])
def test_a_coin_of_nothing_is_no_coin(step: int) -> None:
    error = refused(request(cash_step=step))
    assert error.code == "cash_step"
    assert drafted(request(cash_step=CASH_STEP_MAX)).totals.due == xof(4_250_000)


def test_an_unknown_currency_is_refused() -> None:
    assert refused(request(currency="FCFA")).code == "currency"


def test_a_second_tax_currency_needs_a_rate_and_is_none_when_it_is_the_first() -> None:
    assert refused(request(tax_currency="EUR")).code == "exchange_rate"
    rate = Decimal("0.0015")
    second = drafted(request(tax_currency="EUR", exchange_rate=rate))
    assert (second.tax_currency, second.exchange_rate) == ("EUR", rate)
    assert second.totals.tax_in_tax_currency == Money(97_200, "EUR")
    same = drafted(request(tax_currency="XOF", exchange_rate=rate))
    assert (same.tax_currency, same.exchange_rate) == ("", None)
    assert same.totals.tax_in_tax_currency is None


def test_an_invoice_has_room_for_a_thousand_million_million_units_and_no_more() -> None:
    free = TaxRate(TaxCategory.ZERO, Decimal(0))
    most = a_line(unit_price=Decimal(10**15), quantity=Decimal(1), tax=free)
    assert drafted(request(most)).totals.gross == xof(10**15)
    over = a_line(unit_price=Decimal(10**15 + 1), quantity=Decimal(1), tax=free)
    absurd = a_line(unit_price=Decimal(10**30), tax=free)
    for line in (over, absurd):
        error = refused(request(line), LimitExceeded)
        assert error.code == "amount_too_large"


def test_the_parties_lose_what_cannot_be_read_too() -> None:
    party = replace(ACME.party, trading_name="Ac\x00me", address=Address(city="\u202eAbidjan"))
    acme = replace(ACME, party=party)
    made = draft(request(), invoice_id="i1", seller=SELLER, customer=acme, today=TODAY)
    assert (made.customer.trading_name, made.customer.address.city) == ("Acme", "Abidjan")


def test_the_parties_are_copied_into_the_document() -> None:
    invoice = drafted(request())
    assert (invoice.seller, invoice.customer) == (SELLER.party, ACME.party)
    assert invoice.customer_id == ACME.id
