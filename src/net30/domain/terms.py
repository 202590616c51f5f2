"""Payment terms: when money is due, and what paying early is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from net30.domain.tax import check_percent
from net30.kernel.dates import add_days, end_of_month
from net30.kernel.errors import InputError

TERMS_DAYS_MAX = 730


@dataclass(frozen=True, slots=True)
class EarlyPaymentDiscount:
    """So many per cent off when paid within so many days of issue, e.g. 2/10 net 30."""

    percent: Decimal
    days: int

    def __post_init__(self) -> None:
        """Refuse a discount outside 0-100 % or a negative number of days."""
        check_percent(self.percent, "the early-payment discount")
        _check_days(self.days)


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """The agreement on when to pay (BT-20): days from issue, optionally to the month's end."""

    days: int = 30
    end_of_month: bool = False
    discount: EarlyPaymentDiscount | None = None

    def __post_init__(self) -> None:
        """Refuse terms beyond two years."""
        _check_days(self.days)

    def due_date(self, issued: date) -> date:
        """Return the last day to pay (BT-9).

        >>> PaymentTerms(30).due_date(date(2026, 11, 21))
        datetime.date(2026, 12, 21)
        """
        day = add_days(issued, self.days)
        return end_of_month(day) if self.end_of_month else day


def _check_days(days: int) -> None:
    if not 0 <= days <= TERMS_DAYS_MAX:
        raise InputError(
            f"terms of {days} days are not between 0 and {TERMS_DAYS_MAX}",
            hint="write the number of days after the issue date",
            code="terms_days",
        )
