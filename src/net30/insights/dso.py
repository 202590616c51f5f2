"""DSO: how many days of sales the receivables stand for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa

from net30.insights.as_of import known_at
from net30.insights.position import position
from net30.kernel.decimals import round_half_up

DAYS_DECIMALS = 1

_SALES = """
select currency, sum(amount) from facts
where fact in ('invoice', 'credit_note') and day between $start and $end group by currency
"""


def dso_simple(ledger: pa.Table, as_of: date, start: date, end: date) -> dict[str, Decimal | None]:
    """Return outstanding / sales of the period x days, by currency; None without sales.

    60,000 / 90,000 x 90 days = 60.0.
    """
    with known_at(ledger, as_of) as connection:
        sales = dict(connection.execute(_SALES, {"start": start, "end": end}).fetchall())
    days = (end - start).days + 1
    return {
        currency: _days(row.outstanding.minor, int(sales.get(currency) or 0), days)
        for currency, row in position(ledger, as_of).items()
    }


def _days(outstanding: int, sales: int, days: int) -> Decimal | None:
    if sales <= 0:
        return None
    return round_half_up(Decimal(outstanding) * days / Decimal(sales), DAYS_DECIMALS)
