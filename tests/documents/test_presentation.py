"""Presentation: what each kind of document says, with every figure as the invoice states it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from net30.documents.style import Style
from net30.documents.view.page import Page
from net30.documents.view.presentation import present
from net30.domain.invoice import (
    CORRECTED,
    DEPOSIT,
    PRO_FORMA,
    QUOTE,
    BankAccount,
    Delivery,
    Invoice,
    PaymentInstructions,
)
from net30.domain.line import AllowanceCharge, Line, Period
from net30.domain.party import Address, Party, TaxRepresentative
from net30.domain.tax import TaxCategory, TaxRate
from net30.domain.totals import Settling, compute_totals
from net30.kernel.errors import InputError, LimitExceeded
from net30.kernel.money import Money
from tests.documents import examples

ENGLISH = Style(language="en")


def _page(**changes: object) -> Page:
    return present(replace(examples.invoice(), **changes), ENGLISH)  # type: ignore[arg-type] # test


def _facts(page: Page) -> dict[str, str]:
    return {entry.label: entry.value for entry in page.facts}


def _sums(page: Page) -> list[tuple[str, str]]:
    return [(row.label, row.amount) for row in page.sums]


def _one_line(line: Line, **changes: object) -> Page:
    return _page(lines=(line,), **changes)


@pytest.mark.parametrize(
    ("type_code", "title"),
    [("380", "Invoice"), ("381", "Credit note"), (CORRECTED, "Corrected invoice"),
     (DEPOSIT, "Deposit invoice"), (PRO_FORMA, "Pro forma invoice"), (QUOTE, "Quote"),
     ("326", "Partial invoice"), ("389", "Self-billed invoice"), ("751", "Invoice")],
)  # fmt: skip
def test_each_type_has_its_title(type_code: str, title: str) -> None:
    assert _page(type_code=type_code).title == title


def test_a_quote_asks_for_no_money_and_is_valid_until_a_day() -> None:
    page = _page(type_code=QUOTE)
    assert _facts(page)["Valid until"] == "21 December 2026"
    assert page.payment == ()
    assert page.fiscal is None
    assert page.legal == ()
    assert page.in_words.startswith("This offer comes to the sum of")
    assert page.sums[-1].label == "Total incl. VAT"


def test_a_document_without_prepayment_says_in_words_what_is_due() -> None:
    totals = replace(examples.invoice().totals, prepaid=Money(0, "XOF"), due=Money(71, "XOF"))
    french = present(replace(examples.invoice(), totals=totals), Style())
    assert french.in_words == (
        "Arrêtée la présente facture à la somme de soixante et onze francs CFA TTC."
    )


@pytest.mark.parametrize(("language", "spelled"), [("fr", True), ("en", True), ("de", False)])
def test_words_are_there_in_french_and_english(language: str, *, spelled: bool) -> None:
    assert bool(present(examples.invoice(), Style(language=language)).in_words) is spelled


@pytest.mark.parametrize(
    ("stated", "language"), [("fr", "fr"), ("FR-ci", "fr"), ("", "en"), ("it", "en"), ("ar", "ar")]
)
def test_the_invoices_language_is_kept_where_net30_writes_it(stated: str, language: str) -> None:
    assert present(replace(examples.invoice(), language=stated), Style()).language == language


def test_prices_that_include_tax_say_so_and_show_what_was_told() -> None:
    line = replace(
        examples.invoice().lines[0],
        unit_price=Decimal("76271.1864406780"),
        price_with_tax=Decimal(90000),
        allowances=(),
    )
    page = _one_line(line, prices_include_tax=True)
    assert page.columns.price == "Unit price incl. VAT"
    assert page.rows[0].price == "90,000"


def test_rounding_and_prepayment_stand_between_total_and_due() -> None:
    line = replace(examples.invoice().lines[1], net=Money(1001, "CHF"), tax=examples.FULL)
    settling = Settling(prepaid=Money(200, "CHF"), cash_step=5)
    page = _one_line(
        line, currency="CHF", allowances=(), totals=compute_totals("CHF", [line], settling=settling)
    )
    assert _sums(page)[-4:] == [
        ("Total incl. VAT", "11.81"), ("Already paid", "-2.00"), ("Rounding", "-0.01"),
        ("Amount due", "9.80\u00a0CHF"),
    ]  # fmt: skip


def test_tax_in_a_second_currency_is_shown_beside() -> None:
    totals = replace(examples.invoice().totals, tax_in_tax_currency=Money(333_086, "EUR"))
    assert ("VAT in EUR", "€3,330.86") in _sums(_page(totals=totals))


def test_document_charges_add_and_discounts_take_off() -> None:
    charge = AllowanceCharge(amount=Money(5000, "XOF"), reason="Emballage", tax=examples.FULL)
    bare = AllowanceCharge(amount=Money(700, "XOF"), tax=examples.FULL)
    page = _page(charges=(charge,), allowances=(bare,))
    assert ("Emballage", "5,000") in _sums(page)
    assert ("Discount", "-700") in _sums(page)


@pytest.mark.parametrize(
    ("category", "cell", "label"),
    [(TaxCategory.EXEMPT, "Exempt", "VAT 0% · Exempt"),
     (TaxCategory.REVERSE_CHARGE, "0%", "VAT 0% · Reverse charge"),
     (TaxCategory.ZERO, "0%", "VAT 0%")],
)  # fmt: skip
def test_untaxed_lines_say_why(category: TaxCategory, cell: str, label: str) -> None:
    rate = TaxRate(category, Decimal(0), "Article 355 CGI")
    line = replace(examples.invoice().lines[1], tax=rate)
    page = _one_line(line, allowances=(), totals=compute_totals("XOF", [line]))
    assert page.rows[0].tax == cell
    assert label in dict(_sums(page))
    assert any("Article 355 CGI" in mention for mention in page.legal) is (category != "Z")


def test_a_line_shows_all_that_it_states() -> None:
    line = replace(
        examples.invoice().lines[2],
        description="Deux lignes\nde texte",
        attributes=(("Couleur", "gris"),),
        period=Period(start=date(2026, 11, 1)),
        seller_item_id="CPJ35",
        buyer_item_id="M-1",
        order_line="7",
        origin_country="SN",
        gross_price=Decimal(5000),
        price_discount=Decimal(250),
        charges=(AllowanceCharge(amount=Money(1000, "XOF"), reason="Palette"),),
        note="Fragile",
        base_quantity=Decimal(10),
    )
    row = _one_line(line).rows[0]
    assert row.price == "4,750 / 10 sacks"
    assert row.details == (
        "Deux lignes\nde texte", "Couleur: gris", "1 November 2026", "Item: CPJ35",
        "Your item: M-1", "Order line: 7", "Origin: SN", "Price 5,000 less 250",
        "Palette: 1,000", "Fragile",
    )  # fmt: skip


def test_a_unit_price_keeps_all_its_decimals() -> None:
    line = replace(examples.invoice().lines[1], unit_price=Decimal("0.12345"), allowances=())
    assert _one_line(line).rows[0].price == "0.12345"
    assert _one_line(line, currency="EUR").rows[0].price == "0.12345"
    whole = replace(line, unit_price=Decimal(12))
    assert _one_line(whole, currency="EUR").rows[0].price == "12.00"


def test_other_parties_and_facts_are_there_when_given() -> None:
    page = _page(
        payee=Party(name="Factor SA"),
        tax_representative=TaxRepresentative(name="Fidus", vat_id="FR1"),
        delivery=Delivery(name="Depot", day=date(2026, 11, 5), address=Address(city="Thies")),
        tax_point=date(2026, 11, 6),
        period=Period(end=date(2026, 11, 30)),
    )
    assert [(block.heading, block.name) for block in page.others] == [
        ("Pay to", "Factor SA"), ("Tax representative", "Fidus"), ("Deliver to", "Depot")
    ]  # fmt: skip
    facts = _facts(page)
    assert facts["Delivery date"] == "5 November 2026"
    assert facts["Date of supply"] == "6 November 2026"
    assert facts["Period"] == "30 November 2026"
    assert facts["Currency"] == "FCFA (XOF)"


def test_a_delivery_date_alone_needs_no_block() -> None:
    assert _page(delivery=Delivery(day=date(2026, 11, 5))).others == ()


def test_countries_are_named_only_across_a_border() -> None:
    abroad = examples.invoice()
    assert "Côte d’Ivoire" in present(abroad, Style()).seller.lines
    home = replace(abroad.customer, address=Address(city="Bouaké", country="CI"))
    assert present(replace(abroad, customer=home), Style()).customer.lines == ("Bouaké",)


def test_a_second_name_is_not_the_same_name_twice() -> None:
    seller = replace(examples.SELLER, trading_name="Ébène")
    assert _page(seller=seller).seller.lines[0] == "Ébène"
    same = replace(examples.SELLER, trading_name=examples.SELLER.name)
    assert _page(seller=same).seller.lines[0] == "SARL au capital de 10 000 000 FCFA"


def test_an_account_that_is_no_iban_is_shown_as_written() -> None:
    paying = PaymentInstructions(means="ZZZ", accounts=(BankAccount(account="0123 4567 89"),))
    values = [entry.value for entry in _page(payment=paying).payment]
    assert "0123 4567 89" in values


def test_the_payment_link_is_filled_in_and_quoted() -> None:
    style = Style(
        language="en", payment_link="https://pay.example/{number}?a={amount}&c={currency}"
    )
    numbered = replace(examples.invoice(), number="F 1/2")
    entry = next(e for e in present(numbered, style).payment if e.label == "Pay online")
    assert entry.value == "https://pay.example/F%201%2F2?a=13364919&c=XOF"
    assert present(numbered, style).pay_code is not None


@pytest.mark.parametrize(
    "change",
    [{"number": ""}, {"type_code": "381"}, {"type_code": QUOTE}],
    ids=["a draft", "a credit note", "a quote"],
)
def test_what_cannot_be_paid_has_no_code(change: dict[str, str]) -> None:
    invoice: Invoice = replace(examples.invoice(), **change)  # type: ignore[arg-type] # test
    style = Style(payment_link="https://pay.example/{number}")
    page = present(invoice, style)
    assert page.pay_code is None
    assert all("pay.example" not in entry.value for entry in page.payment)


@pytest.mark.parametrize(
    "wrong",
    [{"colour": "red"}, {"paper": "b5"}, {"language": "tlh"}, {"template": "../etc"},
     {"payment_link": "javascript:alert(1)"}],
)  # fmt: skip
def test_a_style_no_document_could_have_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InputError) as refusal:
        Style(**wrong)  # type: ignore[arg-type] # wrong on purpose
    assert refusal.value.hint


def test_a_logo_of_a_megabyte_is_refused() -> None:
    with pytest.raises(LimitExceeded):
        Style(logo=b"x" * 1_000_001)
