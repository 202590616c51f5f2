"""Days late: how late the money of what fell due in a period came, or is by now."""

from __future__ import annotations

from net30.insights.as_of import Known, Period
from net30.insights.collection_rate import NOTHING_DUE
from net30.insights.measured import Measure, days

_SQL = """
select currency,
       sum((amount - credited) * greatest(0, coalesce(settled_on, as_of()) - due_date)),
       sum(amount - credited)
from claims where kind = 'invoice' and due_date between $start and $end group by currency
"""


def mean_days_late_weighted(known: Known, period: Period) -> dict[str, Measure]:
    """Return the days late of what fell due in a period, weighted by amount net of credit notes.

    An invoice is late up to the day since which nothing of it is open, else up to the as-of day;
    early counts 0. What was written off was never paid and stays late.
    """
    sums = known.sums(_SQL, **period.days_of)
    return {
        currency: days(late, amount, NOTHING_DUE)
        for currency, (late, amount) in sorted(sums.items())
    }
