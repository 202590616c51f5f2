"""Concentration that follows new facts: the largest debtors change, as if all were added anew."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from net30.insights.as_of import known_at
from net30.insights.concentration import TOP, concentration
from tests.ledger_rows import Row, claim, ledger, money

TODAY = date(2026, 6, 30)
ISSUED, DUE = TODAY - timedelta(days=60), TODAY - timedelta(days=30)
CUSTOMERS = tuple(f"c{number:02}" for number in range(3 * TOP))


def owed(customer: str, amount: int, number: int) -> Row:
    return claim(f"{customer}-{number}", amount, ISSUED, DUE, customer_id=customer)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 60), min_size=len(CUSTOMERS), max_size=len(CUSTOMERS)),
    st.dictionaries(st.sampled_from([*CUSTOMERS, "new"]), st.integers(-60, 90), max_size=14),
)
def test_the_ten_largest_and_the_index_follow_what_is_issued_and_paid(
    amounts: list[int], changes: dict[str, int]
) -> None:
    before = [owed(one, amount, 0) for one, amount in zip(CUSTOMERS, amounts, strict=True)]
    owes = dict(zip(CUSTOMERS, amounts, strict=True))
    after = [
        owed(one, change, 1)
        if change > 0
        else money(f"{one}-0", min(-change, owes.get(one, 0)), TODAY, customer_id=one)
        for one, change in changes.items()
        if change > 0 or owes.get(one)
    ]
    with known_at(ledger(*before), TODAY) as known:
        concentration(known)
        followed = concentration(known.followed_by(ledger(*before, *after).slice(len(before))))
    with known_at(ledger(*before, *after), TODAY) as anew:
        assert followed == concentration(anew)
