"""CEI: of what could be collected in a period, the part that was."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from net30.insights.as_of import Known, Period
from net30.insights.bad_debt import written_off
from net30.insights.measured import Measure, rounded, unknown
from net30.insights.position import Position, position
from net30.insights.sales import Sales, sales
from net30.kernel.money import Money

CEI_DECIMALS = 2
NOTHING = "nothing could be collected in the period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cei:
    """The collection effectiveness index, 0-100, with what it is made of.

    `sales` are those of the period less its write-offs. `exact` is not rounded.
    """

    index: Measure
    exact: Fraction | None
    opening: Money
    sales: Money
    closing: Money
    closing_not_due: Money


def cei(known: Known, period: Period) -> dict[str, Cei]:
    """Return (opening + sales - closing) / (opening + sales - closing not due) x 100.

    One undivided period; opening is the evening before it, closing its last day. 100,000, 150,000,
    120,000 and 90,000 not due give 81.25.
    """
    before, after = known.outstanding_on(period.day_before), position(known.on(period.end))
    sold, given_up = sales(known, period), written_off(known, period)
    found = {}
    for currency in position(known):
        net = sold.get(currency, Sales()).minor - given_up.get(currency, (0, 0))[0]
        found[currency] = _cei(currency, before.get(currency, 0), net, after.get(currency))
    return found


def _cei(currency: str, opening: int, sold: int, after: Position | None) -> Cei:
    closing = after.outstanding.minor if after else 0
    not_due = after.not_due.minor if after else 0
    collectable = opening + sold - not_due
    exact = Fraction(100 * (opening + sold - closing), collectable) if collectable > 0 else None
    return Cei(
        index=unknown(NOTHING) if exact is None else rounded(exact, CEI_DECIMALS),
        exact=exact,
        opening=Money(opening, currency),
        sales=Money(sold, currency),
        closing=Money(closing, currency),
        closing_not_due=Money(not_due, currency),
    )
