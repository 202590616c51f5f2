"""Collection rate: of what fell due in a period, the share that has come in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from net30.insights.as_of import Known, Period
from net30.kernel.decimals import round_half_up
from net30.kernel.money import Money

SHARE_DECIMALS = 4
NOTHING_DUE = "nothing fell due in the period"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRate:
    """Amount due in the period net of credit notes, what of it was received, and the share.

    `rate` is 0-1 to four decimals, or None with a `reason` when nothing fell due.
    """

    due: Money
    received: Money
    rate: Decimal | None
    reason: str = ""


_SQL = """
select currency, sum(amount - credited), sum(collected)
from claims where kind = 'invoice' and due_date between $start and $end
group by currency
"""


def collection_rate(known: Known, period: Period) -> dict[str, CollectionRate]:
    """Return the collection rate of a period by currency, as known at the end of a day.

    It is not 'paid / billed', which falls whenever sales grow.
    """
    return {
        currency: _rate(Money(due, currency), Money(received, currency))
        for currency, (due, received) in sorted(known.sums(_SQL, **period.days_of).items())
    }


def _rate(due: Money, received: Money) -> CollectionRate:
    if due.minor <= 0:
        return CollectionRate(due=due, received=received, rate=None, reason=NOTHING_DUE)
    share = round_half_up(Decimal(received.minor) / Decimal(due.minor), SHARE_DECIMALS)
    return CollectionRate(due=due, received=received, rate=share)
