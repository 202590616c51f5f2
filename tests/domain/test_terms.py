"""Payment terms: the due date, and what paying early is worth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from net30.domain.terms import TERMS_DAYS_MAX, EarlyPaymentDiscount, PaymentTerms
from net30.kernel.errors import InputError


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        (PaymentTerms(), date(2027, 3, 2)),
        (PaymentTerms(0), date(2027, 1, 31)),
        (PaymentTerms(15, end_of_month=True), date(2027, 2, 28)),
        (PaymentTerms(0, end_of_month=True), date(2027, 1, 31)),
    ],
)
def test_the_due_date_counts_from_the_issue_date(terms: PaymentTerms, due: date) -> None:
    assert terms.due_date(date(2027, 1, 31)) == due


@pytest.mark.parametrize("days", [-1, TERMS_DAYS_MAX + 1])
def test_terms_before_the_issue_date_or_beyond_two_years_are_refused(days: int) -> None:
    for make in (lambda: PaymentTerms(days), lambda: EarlyPaymentDiscount(Decimal(2), days)):
        with pytest.raises(InputError) as refusal:
            make()
        assert refusal.value.code == "terms_days"
        assert "days" in refusal.value.hint


def test_the_longest_terms_are_two_years() -> None:
    assert PaymentTerms(TERMS_DAYS_MAX).due_date(date(2026, 1, 1)) == date(2028, 1, 1)


def test_a_discount_of_more_than_all_is_refused() -> None:
    assert EarlyPaymentDiscount(Decimal(100), 0).percent == 100
    with pytest.raises(InputError, match="early-payment discount"):
        EarlyPaymentDiscount(Decimal(101), 10)
