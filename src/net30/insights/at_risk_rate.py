"""At-risk rate: of what has been due for long enough to be judged, the part not paid in 90 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from net30.insights.as_of import Known, Period
from net30.insights.claims import MATURE_DAYS
from net30.insights.measured import Measure, share
from net30.kernel.money import Money

COHORT_DAYS = 90
NOTHING = "no invoice was due 90 to 179 days before the day"

_SQL = """
select currency, sum(unpaid_at_90), sum(owed_at_90)
from claims where kind = 'invoice' and due_date between $start and $end group by currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk:
    """The share, 0-1, with what was unpaid 90 days after its own due date and what was owed."""

    rate: Measure
    exact: Fraction | None
    unpaid: Money
    owed: Money


def at_risk_rate(known: Known) -> dict[str, AtRisk]:
    """Return, of invoices due 90 to 179 days ago, the share of amount unpaid after 90 days.

    Credit notes up to then are taken off; giving an invoice up does not pay it.
    """
    period = matured_period(known)
    return {
        currency: AtRisk(
            rate=share(unpaid, owed, NOTHING),
            exact=Fraction(unpaid, owed) if owed > 0 else None,
            unpaid=Money(unpaid, currency),
            owed=Money(owed, currency),
        )
        for currency, (unpaid, owed) in sorted(known.sums(_SQL, **period.days_of).items())
    }


def matured_period(known: Known) -> Period:
    """Return the due days whose invoices have been judged, and not too long ago."""
    last = known.as_of - timedelta(days=MATURE_DAYS)
    return Period(last - timedelta(days=COHORT_DAYS - 1), last)
