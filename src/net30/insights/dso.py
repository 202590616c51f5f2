"""DSO: how many days of sales the receivables stand for."""

from __future__ import annotations

from decimal import Decimal

from net30.insights.as_of import Known, Period
from net30.insights.position import position
from net30.kernel.decimals import round_half_up

DAYS_DECIMALS = 1

_SALES = """
select currency, sum(amount) from facts
where fact in ('invoice', 'credit_note') and day between $start and $end group by currency
"""


def dso_simple(known: Known, period: Period) -> dict[str, Decimal | None]:
    """Return outstanding / sales of the period x days, by currency; None without sales.

    60,000 / 90,000 x 90 days = 60.0.
    """
    sales = dict(known.rows(_SALES, start=period.start, end=period.end))
    return {
        currency: _days(row.outstanding.minor, int(sales.get(currency) or 0), period.days)
        for currency, row in position(known).items()
    }


def _days(outstanding: int, sales: int, days: int) -> Decimal | None:
    if sales <= 0:
        return None
    return round_half_up(Decimal(outstanding) * days / Decimal(sales), DAYS_DECIMALS)
