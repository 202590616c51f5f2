"""Laws of money: what holds for every amount of every currency."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from net30.domain.inclusive import share_out
from net30.kernel.money import Money
from tests.laws import oracle
from tests.strategy_parts import ALL_DIGITS

CURRENCIES = st.sampled_from(ALL_DIGITS)
WHOLES = st.integers(1, 10**6)
MINORS = st.integers(-(10**15), 10**15)
FACTORS = st.decimals(Decimal(-1000), Decimal(1000), places=6, allow_nan=False)


@given(MINORS, CURRENCIES)
def test_an_amount_written_out_is_read_back_the_same(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.of(money.amount, currency) == money
    assert Money.of(str(money).split()[0], currency) == money


@given(MINORS, CURRENCIES, FACTORS)
def test_a_product_is_the_nearest_amount_halves_away_from_zero(
    minor: int, currency: str, factor: Decimal
) -> None:
    product = Money(minor, currency).times(factor)
    assert product.minor == oracle.half_away(minor * Fraction(factor))


@given(MINORS, CURRENCIES, FACTORS)
def test_a_credit_rounds_like_the_charge_it_mirrors(
    minor: int, currency: str, factor: Decimal
) -> None:
    money = Money(minor, currency)
    assert (-money).times(factor) == -(money.times(factor))


@given(st.integers(-(10**12), 10**12), st.integers(-(10**6), 10**6), WHOLES, CURRENCIES)
def test_a_share_is_an_exact_rule_of_three(
    minor: int, part: int, whole: int, currency: str
) -> None:
    share = Money(minor, currency).share(Money(part, currency), Money(whole, currency))
    assert share.minor == oracle.half_away(Fraction(minor * part, whole))


@given(MINORS, st.lists(st.integers(0, 10**12), min_size=1, max_size=12), CURRENCIES)
def test_shares_add_up_to_the_last_unit_none_is_a_unit_off_and_credits_mirror_charges(
    minor: int, weights: list[int], currency: str
) -> None:
    total = Money(minor, currency)
    parts = share_out(total, [Money(weight, currency) for weight in weights])
    assert Money.total(parts, currency) == total
    mirrored = share_out(-total, [Money(weight, currency) for weight in weights])
    assert mirrored == tuple(-part for part in parts)
    if sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part.minor - Fraction(minor * weight, sum(weights))) < 1
            assert weight or not part


@given(MINORS, MINORS, CURRENCIES)
def test_adding_and_taking_away_cancel_out_and_order_follows(
    first: int, second: int, currency: str
) -> None:
    one, other = Money(first, currency), Money(second, currency)
    assert one + other - other == one
    assert (one < other, one <= other) == (first < second, first <= second)
    assert (one > other, one >= other) == (first > second, first >= second)
    assert abs(one) == Money(abs(first), currency)
    assert bool(one) is bool(first)
