"""Churn: how likely it is that a customer is invoiced nothing more for a while.

Label: nothing is invoiced in the `horizon` days after the as-of day. The chance follows from the
time since the last invoice and the gaps between invoices: the customer's own, and all customers'
as multiples of each one's usual gap. Gaps that have not ended yet count as longer than they are
so far (Kaplan and Meier, 1958), which is how customers who never came back are learned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import inf
from statistics import median

import numpy as np
from numpy.typing import NDArray

from net30.insights.as_of import Known
from net30.insights.survival import Survival, survival_of

HORIZON_DAYS = 90
GAPS_MIN = 2
"""A customer needs so many gaps, between invoices on different days, to have a usual one."""
CUSTOMERS_MIN = 10
LOST_DAYS = 365
"""Who was invoiced nothing for longer is lost already: there is nothing left to foretell."""
OWN_WEIGHT = 5.0
"""So many gaps of its own count a customer as much as all customers' together."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnRisk:
    """One customer, the most at risk first; ties by customer id.

    `days_since` the last invoice, the `usual_gap` (median) in days, and the `chance`, 0-1, that
    nothing is invoiced in the horizon; None with a `reason` where too little is known.
    """

    customer_id: str
    invoices: int
    days_since: int
    usual_gap: float | None
    chance: float | None
    reason: str = ""


_SQL = """
select currency, customer_id, issue_date from facts
where fact = 'invoice' and amount > 0 and known_on <= $day and day <= $day
group by all order by all
"""


def churn(known: Known, horizon: int = HORIZON_DAYS) -> dict[str, tuple[ChurnRisk, ...]]:
    """Return every customer's risk by currency, as known at the end of the as-of day."""
    return {
        currency: risks_of(days, known.as_of, horizon)
        for currency, days in invoice_days(known, known.as_of).items()
    }


def invoice_days(known: Known, day: date) -> dict[str, dict[str, list[date]]]:
    """Return the days on which each customer was invoiced, by currency, as known on a day."""
    found: dict[str, dict[str, list[date]]] = {}
    for currency, customer, issued in known.rows(_SQL, day=day):
        found.setdefault(currency, {}).setdefault(customer, []).append(issued)
    return found


def risks_of(
    days: Mapping[str, Sequence[date]], as_of: date, horizon: int
) -> tuple[ChurnRisk, ...]:
    """Return the risks of customers who were invoiced on these days, in order."""
    gaps = {customer: _gaps(issued) for customer, issued in days.items()}
    usual = {customer: float(median(own)) for customer, own in gaps.items() if len(own) >= GAPS_MIN}
    since = {customer: (as_of - issued[-1]).days for customer, issued in days.items()}
    pool = _pool(gaps, since, usual) if len(usual) >= CUSTOMERS_MIN else None
    found = [
        _risk(customer, days, since[customer], usual.get(customer), pool, horizon)
        for customer in days
    ]
    return tuple(
        sorted(found, key=lambda one: (one.chance is None, -(one.chance or 0), one.customer_id))
    )


def _gaps(issued: Sequence[date]) -> list[int]:
    return [(later - earlier).days for earlier, later in pairwise(issued)]


def _pool(
    gaps: Mapping[str, Sequence[int]], since: Mapping[str, int], usual: Mapping[str, float]
) -> Survival:
    """Return how gaps go on, as multiples of each customer's usual one."""
    ended = [gap / usual[customer] for customer in usual for gap in gaps[customer]]
    lasting = [since[customer] / usual[customer] for customer in usual]
    # One more that never ends: that nobody ever came back later than seen so far proves nothing.
    lasting.append(inf)
    return survival_of(ended, lasting)


def _risk(
    customer: str,
    days: Mapping[str, Sequence[date]],
    since: int,
    usual: float | None,
    pool: Survival | None,
    horizon: int,
) -> ChurnRisk:
    issued = days[customer]
    chance, reason = None, ""
    if usual is None:
        reason = f"needs {GAPS_MIN + 1} invoices on different days; there are {len(issued)}"
    elif since > LOST_DAYS:
        reason = f"lost already: nothing was invoiced for {since} days"
    elif pool is None:
        reason = f"needs {CUSTOMERS_MIN} customers with {GAPS_MIN + 1} invoices each"
    else:
        chance = _chance(np.array(_gaps(issued), float), since, usual, pool, horizon)
    return ChurnRisk(
        customer_id=customer,
        invoices=len(issued),
        days_since=since,
        usual_gap=usual,
        chance=chance,
        reason=reason,
    )


def _chance(own: Floats, since: int, usual: float, pool: Survival, horizon: int) -> float:
    """Return the chance that a gap that has lasted so long lasts another horizon.

    Own gaps and all customers' mix by weight. The last gap may outlast all that were seen: then
    it goes on for sure, as far as anybody can tell.
    """
    weight = len(own) / (len(own) + OWN_WEIGHT)
    now, then = (
        weight * float(np.mean(own > days)) + (1 - weight) * pool.beyond(days / usual)
        for days in (since, since + horizon)
    )
    return then / now if now > 0 else 1.0
