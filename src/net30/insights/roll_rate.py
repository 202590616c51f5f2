"""Roll rates: how much of what stood in a bucket a month ago has become a bucket older."""

from __future__ import annotations

from datetime import timedelta

from net30.insights.as_of import Known
from net30.insights.measured import Measure, share

ROLL_DAYS = 30
BUCKETS = ("not_due", "d1_30", "d31_60", "d61_90")
"""The buckets that have a later one."""

NOTHING = "nothing stood in this bucket 30 days earlier"

# After 30 days whatever is still open of a late invoice stands one bucket later; of what was not
# due, only that whose due date has passed.
_SQL = """
select before.currency,
       {sums}
from (
    select place, currency, balance, $day - due_date as late
    from claims_before where balance > 0 and due_date is not null
) before
left join claims now on now.place = before.place
group by before.currency
"""
_LATE = ("late <= 0", "late between 1 and 30", "late between 31 and 60", "late between 61 and 90")
_MOVED = "least(before.balance, greatest(coalesce(now.balance, 0), 0))"
_SUMS = ",\n       ".join(
    f"coalesce(sum({_MOVED}) filter ({late} and late > -30), 0), "
    f"coalesce(sum(before.balance) filter ({late}), 0)"
    for late in _LATE
)


def roll_rate(known: Known) -> dict[str, dict[str, Measure]]:
    """Return the share of each bucket's amount of 30 days ago that is one bucket later now.

    The same invoices on both days; what was not due stands in 1-30, over 90 has no later bucket.
    """
    day = known.as_of - timedelta(days=ROLL_DAYS)
    known.beside("claims_before", day)
    sums = known.sums(_SQL.format(sums=_SUMS), "claims_before", day=day)
    return {currency: _shares(sums[currency]) for currency in sorted(sums)}


def _shares(sums: tuple[int, ...]) -> dict[str, Measure]:
    pairs = zip(sums[::2], sums[1::2], strict=True)
    return {
        bucket: share(moved, stood, NOTHING)
        for bucket, (moved, stood) in zip(BUCKETS, pairs, strict=True)
    }
