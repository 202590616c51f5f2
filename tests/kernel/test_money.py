"""Money: whole minor units of one currency, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.core import get_global

from net30.kernel.errors import InputError, LimitExceeded
from net30.kernel.money import MINOR_UNITS_MAX, Money, currency_digits, digits_of

CLDR_COUNTS_OTHERWISE = set("AFN ALL IQD IRR KPW LAK LBP MGA MMK RSD SLL SOS SYP YER".split())


@pytest.mark.parametrize(("currency", "digits"), [("XOF", 0), ("EUR", 2), ("TND", 3), ("CLF", 4)])
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, digits: int) -> None:
    assert digits_of(currency) == digits


def test_the_table_agrees_with_babel_but_where_cldr_counts_otherwise() -> None:
    fractions = get_global("currency_fractions")
    usual = fractions["DEFAULT"]
    table = currency_digits()
    differ = {code for code in table if fractions.get(code, usual)[0] != table[code]}
    assert differ == CLDR_COUNTS_OTHERWISE
    assert len(table) > 160


@pytest.mark.parametrize("code", ["FCFA", "eur", "", "XAU", "XXX", "€"])
def test_what_iso_4217_does_not_count_is_no_currency(code: str) -> None:
    with pytest.raises(InputError) as refusal:
        Money(1, code)
    assert refusal.value.code == "currency"
    assert "XOF" in refusal.value.hint


def test_twelve_fifty_in_euro_is_1250_cents() -> None:
    assert Money.of("12.50", "EUR") == Money(1250, "EUR")
    assert Money.of(12, "EUR") == Money(1200, "EUR")
    assert Money.of(Decimal("12.5"), "EUR").amount == Decimal("12.50")


def test_an_amount_is_written_with_its_currencys_decimals() -> None:
    assert str(Money(3_600_000, "XOF")) == "3600000 XOF"
    assert str(Money(-5, "EUR")) == "-0.05 EUR"
    assert str(Money(1, "TND")) == "0.001 TND"


@pytest.mark.parametrize(("amount", "currency"), [("0.5", "XOF"), ("12.505", "EUR")])
def test_more_decimals_than_the_currency_has_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(InputError) as refusal:
        Money.of(amount, currency)
    assert refusal.value.code == "amount_decimals"
    assert "decimals" in refusal.value.hint


def test_the_largest_amount_fits_and_one_more_does_not() -> None:
    assert Money(MINOR_UNITS_MAX, "XOF") == -Money(-MINOR_UNITS_MAX, "XOF")
    for minor in (MINOR_UNITS_MAX + 1, -MINOR_UNITS_MAX - 1):
        with pytest.raises(LimitExceeded) as refusal:
            Money(minor, "XOF")
        assert refusal.value.code == "amount_too_large"


@pytest.mark.parametrize("amount", ["1E+19", "1E+20", "1E+999999", "-1E+999999"])
def test_an_absurd_amount_is_refused_not_computed(amount: str) -> None:
    with pytest.raises(LimitExceeded) as refusal:
        Money.rounded(Decimal(amount), "XOF")
    assert refusal.value.code == "amount_too_large"
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_not_a_number_is_no_amount(amount: str) -> None:
    with pytest.raises(InputError) as refusal:
        Money.rounded(Decimal(amount), "EUR")
    assert refusal.value.code == "number"


def test_a_tiny_amount_rounds_to_nothing() -> None:
    assert Money.rounded(Decimal("1E-999999"), "EUR") == Money.zero("EUR")


def test_815_955_rounds_to_815_96_and_its_credit_to_minus_815_96() -> None:
    assert Money.rounded(Decimal("815.955"), "EUR") == Money(81_596, "EUR")
    assert Money.rounded(Decimal("-815.955"), "EUR") == Money(-81_596, "EUR")
    assert Money.rounded(Decimal("815.9549999"), "EUR") == Money(81_595, "EUR")


def test_two_currencies_are_never_added_nor_compared() -> None:
    francs, euros = Money(1, "XOF"), Money(1, "EUR")
    for deed in (
        lambda: francs + euros,
        lambda: francs - euros,
        lambda: francs < euros,
        lambda: francs <= euros,
        lambda: francs > euros,
        lambda: francs >= euros,
        lambda: francs.share(euros, francs),
        lambda: francs.share(francs, euros),
        lambda: Money.total([francs, euros], "XOF"),
    ):
        with pytest.raises(InputError) as refusal:
            deed()
        assert refusal.value.code == "two_currencies"
        assert "convert" in refusal.value.hint


def test_equal_amounts_are_neither_smaller_nor_larger() -> None:
    one, same = Money(5, "XOF"), Money(5, "XOF")
    assert not one < same
    assert not one > same
    assert one <= same
    assert one >= same


def test_the_sum_of_nothing_is_nothing() -> None:
    assert Money.total([], "XOF") == Money.zero("XOF")
    assert not Money.zero("XOF")
    assert Money(1, "XOF")


def test_forty_hours_at_90000_xof_is_3_600_000() -> None:
    assert Money(90_000, "XOF").times(Decimal(40)) == Money(3_600_000, "XOF")


def test_a_third_of_a_hundred_is_33_and_two_thirds_are_67() -> None:
    hundred, three = Money(100, "XOF"), Money(3, "XOF")
    assert hundred.share(Money(1, "XOF"), three) == Money(33, "XOF")
    assert hundred.share(Money(2, "XOF"), three) == Money(67, "XOF")
    assert (-hundred).share(Money(2, "XOF"), three) == Money(-67, "XOF")


def test_a_credit_has_the_size_of_its_charge() -> None:
    assert abs(Money(-5, "XOF")) == Money(5, "XOF") == abs(Money(5, "XOF"))
