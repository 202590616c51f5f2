"""Effort: what was done to be paid: reminders, promises, disputes, and cash not yet allocated."""

from __future__ import annotations

from dataclasses import dataclass

from net30.insights.as_of import Known, Period
from net30.insights.measured import Measure, days, rounded, share, unknown
from net30.kernel.money import Money

NO_REMINDERS = "no reminder is recorded"
NO_PROMISES = "no promise is recorded"
NO_PROMISE_DUE = "no promised day was in the period"
NO_DISPUTES = "no dispute is recorded"
NO_DISPUTE_OPEN = "no dispute is open"

_MARKS = """
select currency,
       count(*) filter (fact = 'reminder'),
       count(*) filter (fact = 'reminder' and day between $start and $end),
       count(*) filter (fact = 'promise'),
       count(*) filter (is_due),
       count(*) filter (is_due and came_in >= promised and came_in > 0),
       count(*) filter (fact in ('dispute_opened', 'dispute_closed'))
from (
    select *, coalesce(fact = 'promise' and promised_on between $start and $end
                       and promised_on <= as_of(), false) as is_due from marks
) where currency is not null group by currency
"""
_DISPUTES = """
select currency, count(*), sum(as_of() - day) from (
    select currency, invoice_id, fact, day from marks
    where fact in ('dispute_opened', 'dispute_closed') and currency is not null
    qualify row_number() over (partition by invoice_id order by day desc, place desc) = 1
) where fact = 'dispute_opened' group by currency
"""
_UNAPPLIED = "select currency, -sum(amount::hugeint) from unapplied group by currency"
_ALL = "select currency, count(*) from claims group by currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Reminders sent in the period, promises kept, disputes open with their age, unapplied cash.

    A promise counts in the period of its promised day; it is kept when so much had come in by
    then. What no fact tells of is None with its reason.
    """

    reminders_sent: Measure
    promises_kept: Measure
    disputes_open: Measure
    disputes_mean_age: Measure
    unapplied: Money


def effort(known: Known, period: Period) -> dict[str, Effort]:
    """Return what was done to be paid, by currency."""
    marks = known.sums(_MARKS, "marks", **period.days_of)
    disputes, unapplied = known.sums(_DISPUTES, "marks"), known.sums(_UNAPPLIED, "unapplied")
    return {
        currency: _effort(
            marks.get(currency, (0,) * 6),
            disputes.get(currency, (0, 0)),
            Money(unapplied.get(currency, (0,))[0], currency),
        )
        for currency in sorted({*known.sums(_ALL), *unapplied})
    }


def _effort(marks: tuple[int, ...], disputes: tuple[int, ...], unapplied: Money) -> Effort:
    reminders, sent, promises, due, kept, disputed = marks
    count, age = disputes
    return Effort(
        reminders_sent=_count(sent, reminders, NO_REMINDERS),
        promises_kept=share(kept, due, NO_PROMISE_DUE if promises else NO_PROMISES),
        disputes_open=_count(count, disputed, NO_DISPUTES),
        disputes_mean_age=days(age, count, NO_DISPUTE_OPEN if disputed else NO_DISPUTES),
        unapplied=unapplied,
    )


def _count(count: int, ever: int, reason: str) -> Measure:
    return rounded(count, 0) if ever else unknown(reason)
