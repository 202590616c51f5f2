"""Late interest: on what was open on each day, at the rate of that day, rounded once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from net30.domain.interest import Rate, late_interest
from net30.domain.open_item import OpenItem, Settlement, SettlementKind
from net30.kernel.money import Money
from tests.domain.claims import DAY, claim, xof

RATES = (
    Rate(since=date(2026, 1, 1), percent=Decimal("5.3637")),
    Rate(since=date(2027, 1, 1), percent=Decimal(10)),
)


def paid(item: OpenItem, amount: int, day: date) -> OpenItem:
    return item.settle(
        Settlement(
            kind=SettlementKind.PAYMENT, amount=xof(amount), day=day, known_on=day, source_id="p"
        )
    )


def slowly(item: OpenItem, as_of: date) -> int:
    """The same, day by day in exact fractions."""
    total, day = Fraction(0), DAY + timedelta(days=1)
    while day <= as_of:
        left = item.amount.minor - sum(s.amount.minor for s in item.settlements if s.day <= day)
        percent = max((r for r in RATES if r.since <= day), key=lambda r: r.since).percent
        total += Fraction(left) * Fraction(percent) / 36500
        day += timedelta(days=1)
    return int(total + Fraction(1, 2))


def test_a_year_of_a_million_at_ten_per_cent_is_a_hundred_thousand() -> None:
    item = claim(1_000_000, due=date(2026, 12, 31))
    assert late_interest(item, RATES, date(2027, 12, 31)) == xof(100_000)


def test_nothing_is_earned_up_to_the_due_date_or_without_one() -> None:
    assert late_interest(claim(1_000_000), RATES, DAY) == xof(0)
    assert late_interest(claim(1_000_000), RATES, DAY - timedelta(days=9)) == xof(0)
    assert late_interest(claim(1_000_000, due=None), RATES, DAY) == xof(0)
    assert late_interest(claim(1_000_000), (), date(2027, 5, 1)) == xof(0)
    before = (Rate(since=date(2030, 1, 1), percent=Decimal(5)),)
    assert late_interest(claim(1_000_000), before, date(2027, 5, 1)) == xof(0)


def test_credit_notes_earn_no_interest() -> None:
    assert late_interest(claim(-1_000_000), RATES, date(2027, 5, 1)) == xof(0)


def test_cents_keep_their_currency() -> None:
    item = replace(claim(due=date(2026, 12, 31)), amount=Money(100_000, "EUR"))
    assert late_interest(item, RATES, date(2027, 12, 31)) == Money(10_000, "EUR")


@given(
    st.lists(st.tuples(st.integers(1, 300_000), st.integers(-40, 300)), max_size=3),
    st.integers(1, 400),
)
def test_it_equals_a_sum_over_the_days(parts: list[tuple[int, int]], days: int) -> None:
    item = claim(1_000_000)
    for amount, after in parts:
        item = paid(item, amount, DAY + timedelta(days=after))
    as_of = DAY + timedelta(days=days)
    assert late_interest(item, RATES, as_of).minor == slowly(item, as_of)
