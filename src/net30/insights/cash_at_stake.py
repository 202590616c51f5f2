"""Cash at stake: what the expected delay of open invoices costs, and what a day less would free."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa

from net30.insights.as_of import Known, Period
from net30.insights.dso import NO_SALES
from net30.insights.measured import half_up
from net30.insights.sales import sales
from net30.insights.turnover import YEAR_DAYS
from net30.kernel.money import Money
from net30.ledger import compute

PARTS_OF_A_DAY = 10_000
"""Expected days are taken to four decimals, so that a sum is exact in any order."""

NO_SCORES = "no scores of open invoices: needs a model (net30 train)"
NOTHING_OPEN = "nothing is open"

_COLUMNS: list[tuple[str, pa.DataType]] = [("invoice_id", pa.string()), ("parts", pa.int64())]
# Of no batches: the first array that is made loads pandas, which takes a server's start longer.
_NOTHING = pa.Table.from_batches([], pa.schema(_COLUMNS))
_SQL = """
select currency, coalesce(sum(balance * parts), 0), sum(balance),
       coalesce(sum(balance) filter (parts is null), 0)
from claims left join late_days using (invoice_id)
where kind = 'invoice' and balance > 0 group by currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CashAtStake:
    """The cost of expected delay, what one day of DSO frees, and what has no score.

    `cost` and `one_day` are None with their reasons; `unscored` is open but without a score, such
    as what has no due date, and is not in `cost`.
    """

    cost: Money | None
    cost_reason: str
    one_day: Money | None
    one_day_reason: str
    unscored: Money


def cash_at_stake(
    known: Known, period: Period, late_days: pa.Table | None, cost_of_capital: Decimal
) -> dict[str, CashAtStake]:
    """Return open amount x E[max(days late, 0)] x cost of capital / 365, summed, by currency.

    `late_days` has a row an invoice, invoice_id and late_days (scoring's open items), None where
    nothing is scored; `cost_of_capital` is per cent a year. Of DSO one day frees sales / days.
    """
    known.lay("late_days", in_parts(late_days))
    open_, sold = known.sums(_SQL), sales(known, period)
    rate = Fraction(cost_of_capital) / 100 / YEAR_DAYS / PARTS_OF_A_DAY
    found = {}
    for currency in sorted({*open_, *sold}):
        weighted, balance, unscored = open_.get(currency, (0, 0, 0))
        reason = "" if balance > unscored else NO_SCORES if balance else NOTHING_OPEN
        amount = sold[currency].minor if currency in sold else 0
        one_day = Money(half_up(Fraction(amount, period.days)), currency) if amount > 0 else None
        found[currency] = CashAtStake(
            cost=None if reason else Money(half_up(weighted * rate), currency),
            cost_reason=reason,
            one_day=one_day,
            one_day_reason="" if one_day else NO_SALES,
            unscored=Money(unscored, currency),
        )
    return found


def in_parts(late_days: pa.Table | None) -> pa.Table:
    """Return the scored invoices with their expected days late in parts of a day."""
    if late_days is None:
        return _NOTHING
    scored = late_days.filter(compute.present(late_days["late_days"]))
    days = compute.column(scored, "late_days").to_numpy(zero_copy_only=False)
    parts = np.rint(days * PARTS_OF_A_DAY).astype(np.int64)
    return pa.table({"invoice_id": compute.column(scored, "invoice_id"), "parts": pa.array(parts)})
