"""Payment patterns: on which days and how money comes, and whether terms are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from net30.insights.as_of import Known, Period
from net30.insights.invoices import with_invoices
from net30.insights.measured import Measure, share
from net30.kernel.money import Money

WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
NO_METHOD = "not told"
NOTHING_CAME = "no money came in the period"
NOTHING_DUE = "nothing fell due in the period before the as-of day"
UNPAID = "unpaid"
DELAYS = (
    ("early_over_30", -30),
    ("early_8_30", -7),
    ("early_1_7", 0),
    ("on_the_day", 1),
    ("late_1_7", 8),
    ("late_8_30", 31),
    ("late_31_60", 61),
    ("late_61_90", 91),
)
"""A histogram's columns, each with the first delay that is beyond it; late_over_90 follows."""
BEYOND = "late_over_90"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What falls on one day, method or delay: amount, how many, and the share of the amount."""

    name: str
    amount: Money
    count: int
    share: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsKept:
    """Of the invoices that fell due in the period and before the as-of day.

    `kept` is the share of their amount settled by the due date, `kept_by_count` that of their
    number; `delays` is a histogram of the settled ones, with what is unpaid last.
    """

    due: Money
    due_count: int
    kept: Measure
    kept_by_count: Measure
    delays: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPatterns:
    """Money that settled invoices in the period, by weekday, day of month and method."""

    received: Money
    weekdays: tuple[Part, ...]
    days_of_month: tuple[Part, ...]
    methods: tuple[Part, ...]
    terms: TermsKept


_MONEY = """
select currency, {key}, -sum(amount), count(*) filter (amount < 0)
from facts where fact = 'payment' and invoice_id is not null and day between $start and $end
group by all order by all
"""
_METHOD = "coalesce(nullif(method::varchar, ''), $no_method)"

_DUE = """
select currency, delay, settled_on is null as unpaid, sum(billed), count(*)
from invoices where has_matured and due_date between $start and $end group by all order by all
"""

Rows = Sequence[tuple[Any, ...]]  # Any: a key of one kind for each query


def payment_patterns(known: Known, period: Period) -> dict[str, PaymentPatterns]:
    """Return how money came in the period and how its due dates were kept, by currency."""
    with_invoices(known)
    dates = {"start": period.start, "end": period.end}
    weekday = known.rows(_MONEY.format(key="isodow(day)"), **dates)
    month_day = known.rows(_MONEY.format(key="day(day)"), **dates)
    method = known.rows(_MONEY.format(key=_METHOD), **dates, no_method=NO_METHOD)
    due = known.rows(_DUE, **dates)
    found = sorted({row[0] for row in (*weekday, *due)})
    return {
        currency: PaymentPatterns(
            received=Money(sum(int(row[2]) for row in _of(weekday, currency)), currency),
            weekdays=_parts(_of(weekday, currency), dict(enumerate(WEEKDAYS, 1)), currency),
            days_of_month=_parts(
                _of(month_day, currency), {day: str(day) for day in range(1, 32)}, currency
            ),
            methods=_parts(
                _of(method, currency), {row[1]: row[1] for row in _of(method, currency)}, currency
            ),
            terms=_terms(_of(due, currency), currency),
        )
        for currency in found
    }


def _of(rows: Rows, currency: str) -> Rows:
    return [row for row in rows if row[0] == currency]


def _parts(rows: Rows, names: dict[Any, str], currency: str) -> tuple[Part, ...]:
    """Return a part for every name, also where nothing fell on it."""
    amounts = {key: (int(amount), int(count)) for _, key, amount, count in rows}
    total = sum(amount for amount, _ in amounts.values())
    return tuple(
        _part(name, amounts.get(key, (0, 0)), total, currency, NOTHING_CAME)
        for key, name in names.items()
    )


def _terms(rows: Rows, currency: str) -> TermsKept:
    due = sum(int(row[3]) for row in rows)
    count = sum(row[4] for row in rows)
    kept = [row for row in rows if not row[2] and row[1] <= 0]
    sums = dict.fromkeys((*dict(DELAYS), BEYOND, UNPAID), (0, 0))
    for _, delay, unpaid, amount, many in rows:
        name = UNPAID if unpaid else _column(delay)
        sums[name] = (sums[name][0] + int(amount), sums[name][1] + many)
    return TermsKept(
        due=Money(due, currency),
        due_count=count,
        kept=share(sum(int(row[3]) for row in kept), due, NOTHING_DUE),
        kept_by_count=share(sum(row[4] for row in kept), count, NOTHING_DUE),
        delays=tuple(_part(name, one, due, currency, NOTHING_DUE) for name, one in sums.items()),
    )


def _column(delay: int) -> str:
    return next((name for name, beyond in DELAYS if delay < beyond), BEYOND)


def _part(name: str, sums: Iterable[int], total: int, currency: str, reason: str) -> Part:
    amount, count = sums
    return Part(
        name=name, amount=Money(amount, currency), count=count, share=share(amount, total, reason)
    )
