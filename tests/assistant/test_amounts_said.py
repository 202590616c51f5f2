"""Numbers, money, quantities, tax and discounts as people say them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from net30.assistant.understanding.charges import read_discount, read_percent, read_tax
from net30.assistant.understanding.chart import read
from net30.assistant.understanding.directory import Customs
from net30.assistant.understanding.money import read_amount
from net30.assistant.understanding.numbers import read_digits, read_number
from net30.assistant.understanding.quantities import read_quantity
from tests.assistant.chat_cases import answers_of, own_books


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4.150", "4150"),
        ("90.000", "90000"),
        ("90 000", "90000"),
        ("90,000", "90000"),
        ("1'250'000", "1250000"),
        ("2,5", "2.5"),
        ("7.310,40", "7310.40"),
        ("1,200.00", "1200.00"),
        ("0.125", "0.125"),
        ("-10", "-10"),
        ("19,25", "19.25"),
    ],
)
def test_three_digits_after_a_separator_group_thousands(text: str, value: str) -> None:
    assert read_digits(text) == Decimal(value)


def test_a_hundred_digits_are_no_number() -> None:
    assert read_digits("9" * 100) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("40", "40"),
        ("90k", "90000"),
        ("1.5M", "1500000"),
        ("1,5 million", "1500000"),
        ("800 mille", "800000"),
        ("forty-five", "45"),
        ("ninety thousand", "90000"),
        ("twelve hundred", "1200"),
        ("one hundred and twenty three thousand four hundred and five", "123405"),
        ("a hundred fifty", "150"),
        ("two and a half", "2.5"),
        ("2 1/2", "2.5"),
        ("half a", "0.5"),
        ("a dozen", "12"),
        ("one point five million", "1500000"),
        ("quatre-vingt-dix mille", "90000"),
        ("quatre-vingt-dix-neuf", "99"),
        ("soixante et onze", "71"),
        ("dix-sept", "17"),
        ("deux cent mille", "200000"),
        ("mille deux cents", "1200"),
        ("un million et demi", "1500000"),
        ("deux virgule cinq", "2.5"),
        ("10^6", "1000000"),
        ("1e6", "1000000"),
        ("1 000 000", "1000000"),
    ],
)
def test_numbers_in_digits_and_words(text: str, value: str) -> None:
    chart = read(text)
    number = read_number(chart, 0)
    assert number is not None
    assert number.value == Decimal(value)
    assert number.end == len(chart.tokens)


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("las facturas de treinta y cinco", "es", "35"),
        ("las facturas de dos mil quinientos", "es", "2500"),
        ("as faturas de trezentos e vinte", "pt", "320"),
        ("die Rechnungen fünfundzwanzig", "de", "25"),
        ("die Rechnungen zweihundertfünfzig", "de", "250"),
        ("die Rechnungen zwölfhundert", "de", "1200"),
        ("die Rechnungen dreihundertfünfundzwanzigtausend", "de", "325000"),
    ],
)
def test_number_words_of_other_languages(text: str, language: str, value: str) -> None:
    chart = read(text)
    assert chart.language == language
    found = read_number(chart, 3 if language != "de" else 2)
    assert found is not None
    assert found.value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("$90", "90", "USD"),
        ("90000FCFA", "90000", "XOF"),
        ("90 000 F CFA", "90000", "XOF"),
        ("12 million FCFA", "12000000", "XOF"),
        ("1,5 million de francs", "1500000", "XOF"),
        ("GH₵ 4,800", "4800", "GHS"),
        ("₦60,000", "60000", "NGN"),
        ("USD 1k", "1000", "USD"),
        ("55 euros", "55", "EUR"),
        ("£70", "70", "GBP"),
        ("250 MAD", "250", "MAD"),
        ("700 KWD", "700", "KWD"),
        ("100 dollars canadiens", "100", "CAD"),
    ],
)
def test_amounts_with_their_currency(text: str, value: str, currency: str) -> None:
    chart = read(text)
    amount = read_amount(chart, 0, Customs())
    assert amount is not None
    assert (amount.value, amount.currency) == (Decimal(value), currency)
    assert amount.end == len(chart.tokens)


@pytest.mark.parametrize(
    ("text", "languages", "value"),
    [
        ("90,125 TND", ("fr",), "90.125"),
        ("90.125 TND", ("fr",), "90125"),
        ("1.180,655 TND", ("fr",), "1180.655"),
        ("90.125 TND", ("en",), "90.125"),
        ("90,125 TND", ("en",), "90125"),
        ("KWD 90.000", ("en",), "90"),
        ("1,250,500 TND", ("en",), "1250500"),
        ("90,125 EUR", ("fr",), "90125"),
        ("90.125 FCFA", ("fr",), "90125"),
    ],
)
def test_a_currency_of_three_decimals_has_them_behind_the_language_s_own_mark(
    text: str, languages: tuple[str, ...], value: str
) -> None:
    amount = read_amount(read(text, languages=languages), 0, Customs())
    assert amount is not None
    assert amount.value == Decimal(value)


def test_fcfa_and_dollar_are_what_the_organisation_says() -> None:
    here = Customs(fcfa="XAF", dollar="CAD")
    francs, dollars = (read_amount(read(text), 0, here) for text in ("90 FCFA", "$90"))
    assert francs is not None
    assert dollars is not None
    assert (francs.currency, dollars.currency) == ("XAF", "CAD")


@pytest.mark.parametrize("text", ["90", "ALL 30", "f 500", "of"])
def test_what_is_no_amount_of_money(text: str) -> None:
    assert read_amount(read(text), 0, Customs()) is None


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("40 hours", "40", "hour"),
        ("1h15", "1.25", "hour"),
        ("2h30", "2.5", "hour"),
        ("90 minutes", "1.5", "hour"),
        ("deux heures trente", "2.5", "hour"),
        ("une heure et demie", "1.5", "hour"),
        ("2 hours and 30 minutes", "2.5", "hour"),
        ("half a day", "0.5", "day"),
        ("a day", "1", "day"),
        ("une journée et demie", "1.5", "day"),
        ("2 demi-journées", "2", "half-day"),
        ("3 j", "3", "day"),
        ("6 mois", "6", "month"),
        ("3 weeks", "3", "week"),
    ],
)
def test_quantities_of_time(text: str, value: str, unit: str) -> None:
    chart = read(text)
    found = read_quantity(chart, 0)
    assert found is not None
    assert (found.value, found.unit, found.end) == (Decimal(value), unit, len(chart.tokens))


@pytest.mark.parametrize(
    ("text", "rate", "inclusive"),
    [
        ("18% VAT", "18", False),
        ("plus 18 % VAT", "18", False),
        ("TVA à 20 %", "20", False),
        ("TVA 19,25 %", "19.25", False),
        ("VAT is 18%", "18", False),
        ("VAT 20", "20", False),
        ("no VAT", "0", False),
        ("exonéré de TVA", "0", False),
        ("reverse charge", "0", False),
        ("TTC", None, True),
        ("including 19% VAT", "19", True),
        ("20% VAT included", "20", True),
        ("incl. VAT", None, True),
        ("HT", None, False),
        ("plus VAT", None, False),
    ],
)
def test_what_is_said_of_tax(text: str, rate: str | None, *, inclusive: bool) -> None:
    said = read_tax(read(text), 0)
    assert said is not None
    assert said.rate == (Decimal(rate) if rate else None)
    assert said.inclusive is inclusive


@pytest.mark.parametrize("text", ["tax filing", "including breakfast", "net 30", "consulting"])
def test_what_says_nothing_of_tax(text: str) -> None:
    assert read_tax(read(text), 0) is None


@pytest.mark.parametrize(
    ("text", "percent", "everywhere"),
    [
        ("10% discount", "10", False),
        ("10 % de remise", "10", False),
        ("remise de 5 % sur le tout", "5", True),
        ("5% off", "5", False),
        ("less 10%", "10", False),
        ("a quarter off", "25", False),
        ("half price", "50", False),
        ("discount of 12.5% on everything", "12.5", True),
    ],
)
def test_discounts_said(text: str, percent: str, *, everywhere: bool) -> None:
    said = read_discount(read(text), 0, Customs())
    assert said is not None
    assert (said.percent, said.everywhere) == (Decimal(percent), everywhere)


def test_a_discount_may_be_an_amount() -> None:
    said = read_discount(read("remise de 50 000 FCFA"), 0, Customs())
    assert said is not None
    assert said.amount is not None
    assert said.amount.value == Decimal(50_000)


def test_a_percentage_needs_its_sign() -> None:
    assert read_percent(read("18 percent"), 0) == (Decimal(18), 2)
    assert read_percent(read("18"), 0) is None


@pytest.mark.parametrize("said", ["900 BTC/hour", "900 ZZZ per hour", "900 ABC"])
def test_a_code_that_is_no_currency_is_asked_about_not_passed_over(said: str) -> None:
    told = f"Invoice Acme Corp for 40 hours of consulting at {said}"
    (answer,) = answers_of([told], own_books())
    assert answer[0]["tool"] == "ask_clarification"
    arguments = answer[0]["args"]
    assert isinstance(arguments, dict)
    assert arguments["missing"] == ["currency"]
