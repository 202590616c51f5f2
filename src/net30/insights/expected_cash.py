"""Expected cash: what will come in by week, P10, P50 and P90, from invoices up.

Three parts, each drawn on its own and shown beside their sum: what is open (each invoice's own
distribution), what schedules will issue, and new business that nobody has issued yet. Quantiles of
parts do not add up to those of the sum; means do. Currencies are never added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from net30.features.invoices import Ints
from net30.insights.cash_paths import DRAWS, Coming, cash_paths
from net30.insights.new_business import NewBusiness, new_paths
from net30.kernel.money import Money
from net30.scoring.distribution import Floats
from net30.scoring.open_items import ScoredOpenItems
from net30.scoring.shared import NOTHING_JUDGED

WEEKS = 13
SPANS = (28, 30, 90)
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
STRETCH, STRETCH_DAYS = 1.2, 35
"""Draws take what the model says as known exactly, and customers change. On two public histories
the 80 % bands of what ends within 30 days held too little, so these are a fifth wider; those of
later weeks and of 90 days held enough and stay as drawn (docs/forecast.md)."""
WEEK = 7
PARTS = ("open", "scheduled", "new")
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """P10, P50 and P90 of an amount, and its mean."""

    p10: Money
    p50: Money
    p90: Money
    mean: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CashOfSpan:
    """What comes in from a day to another, both within: all of it, and by part.

    `name` is an ISO week ('2026-W48'), 'rest of 2026-W47' or '30 days'.
    """

    name: str
    first: date
    last: date
    total: Band
    parts: Mapping[str, Band]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCash:
    """Cash by ISO week and over 30 and 90 days, of one currency.

    `rest` are the days before the first whole week, None when `as_of` is a Sunday. `left_out` says
    which parts nothing is known of, and why.
    """

    currency: str
    as_of: date
    rest: CashOfSpan | None
    weeks: tuple[CashOfSpan, ...]
    spans: tuple[CashOfSpan, ...]
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a currency's cash is forecast from; a part that is not known is None."""

    currency: str
    as_of: date
    scores: ScoredOpenItems | None
    scheduled: Coming | None
    new: NewBusiness | None
    left_out: Mapping[str, str]


def expected_cash(
    sources: Sources, *, weeks: int = WEEKS, spans: Sequence[int] = SPANS
) -> ExpectedCash:
    """Return cash by ISO week after the as-of date, and over the next so many days."""
    calendar = Calendar(sources.as_of, weeks, tuple(spans))
    paths = cash_of(sources, calendar.ends)
    told = [calendar.told(span, paths, sources.currency) for span in calendar.every()]
    starts = 1 if calendar.rest else 0
    return ExpectedCash(
        currency=sources.currency,
        as_of=sources.as_of,
        rest=told[0] if calendar.rest else None,
        weeks=tuple(told[starts : starts + weeks]),
        spans=tuple(told[starts + weeks :]),
        left_out=sources.left_out,
    )


def cash_of(sources: Sources, ends: Ints) -> dict[str, Floats]:
    """Return draws of what will have come by the end of each day, by part."""
    found = {name: np.zeros((DRAWS, len(ends))) for name in PARTS}
    shared = sources.scores.shared if sources.scores else NOTHING_JUDGED
    if sources.scores is not None and sources.scores.model is not None and len(sources.scores):
        found["open"] = cash_paths(of_scores(sources.scores, ends), sources.scores.shared)
    if sources.scheduled is not None and len(sources.scheduled):
        found["scheduled"] = cash_paths(sources.scheduled, shared)
    if sources.new is not None:
        horizon = day_of(sources.as_of) + 1
        _, found["new"] = new_paths(sources.new, horizon, ends)
    return found


def of_scores(scores: ScoredOpenItems, ends: Ints) -> Coming:
    """Return open balances with P(paid by the end of each day)."""
    return Coming(
        amount=scores.ints("balance"),
        customer=scores.customers(),
        paid_by=scores.paid_by_each(ends.tolist()),
    )


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that a forecast tells of: the rest of this ISO week, whole ones, and spans."""

    as_of: date
    weeks: int
    spans: tuple[int, ...]

    @property
    def rest(self) -> int:
        """Return how many days of the as-of date's ISO week are left."""
        return WEEK - self.as_of.isoweekday()

    @property
    def ends(self) -> Ints:
        """Return the last days (since 1970-01-01) of all of them, rising, each once."""
        lasts = {day_of(last) for _, _, last in self.every()}
        return np.array(sorted(lasts), np.int64)

    def every(self) -> list[tuple[str, date, date]]:
        """Return names, first and last days: the rest of the week, whole weeks, spans."""
        found = []
        start = self.as_of + timedelta(days=1)
        if self.rest:
            end = self.as_of + timedelta(days=self.rest)
            found.append((f"rest of {_week(start)}", start, end))
        monday = start + timedelta(days=self.rest)
        for week in range(self.weeks):
            first = monday + timedelta(days=WEEK * week)
            found.append((_week(first), first, first + timedelta(days=WEEK - 1)))
        ends = [(span, self.as_of + timedelta(days=span)) for span in self.spans]
        return [*found, *((f"{span} days", start, end) for span, end in ends)]

    def told(
        self, span: tuple[str, date, date], paths: Mapping[str, Floats], currency: str
    ) -> CashOfSpan:
        """Return what comes in a span, from draws of what has come by each end."""
        name, first, last = span
        by_part = {part: self.within(one, first, last) for part, one in paths.items()}
        stretch = stretch_of((last - self.as_of).days)
        return CashOfSpan(
            name=name,
            first=first,
            last=last,
            total=band(np.sum(list(by_part.values()), axis=0), currency, stretch),
            parts={part: band(one, currency, stretch) for part, one in by_part.items()},
        )

    def within(self, by_end: Floats, first: date, last: date) -> Floats:
        """Return what comes from a day to another, of draws by each end."""
        upto = by_end[:, np.searchsorted(self.ends, day_of(last))]
        before = day_of(first) - 1
        if before == day_of(self.as_of):
            return upto
        found: Floats = upto - by_end[:, np.searchsorted(self.ends, before)]
        return found


def stretch_of(days: int) -> float:
    """Return how much wider than drawn the band of cash is that ends so many days ahead."""
    return STRETCH if days <= STRETCH_DAYS else 1.0


def band(draws: Floats, currency: str, stretch: float = 1.0) -> Band:
    """Return the quantiles of draws, stretched about the middle, and their mean, in minor units.

    What was not drawn is not told: P10 is never below the least draw, P90 never above the greatest.
    """
    low, middle, high = np.quantile(draws, (LOW, MIDDLE, HIGH)).tolist()
    low = max(middle - stretch * (middle - low), float(draws.min()))
    high = min(middle + stretch * (high - middle), float(draws.max()))
    return Band(
        p10=Money(round(low), currency),
        p50=Money(round(middle), currency),
        p90=Money(round(high), currency),
        mean=Money(round(float(draws.mean())), currency),
    )


def day_of(day: date) -> int:
    """Return a date as days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
