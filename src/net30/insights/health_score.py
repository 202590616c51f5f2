"""Health score: one figure of 0-100 for how well receivables stand, and its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

from net30.insights.as_of import Known, Period
from net30.insights.at_risk_rate import NOTHING as NOTHING_MATURED
from net30.insights.at_risk_rate import at_risk_rate
from net30.insights.cei import NOTHING as NOTHING_COLLECTABLE
from net30.insights.cei import cei
from net30.insights.concentration import NOTHING_OPEN as NOBODY_OWES
from net30.insights.concentration import concentration
from net30.insights.dso import NO_SALES, dso
from net30.insights.measured import Measure, rounded, unknown
from net30.insights.open_shares import NOTHING as NOTHING_OUTSTANDING
from net30.insights.open_shares import open_shares
from net30.insights.position import position

TREND_DAYS = 30
SCORE_DECIMALS = 1
BEST = 100

NO_FORECAST = "no four-week cash forecast has been judged"
NO_TERMS = "no invoice of the period has days to pay"
NO_PART = "no part of the score is known"
NOT_THEN = "none of the parts was known 30 days earlier too"

_TERMS = """
select currency, sum(due_date - issue_date), count(*) from claims
where kind = 'invoice' and issue_date between $start and $end and due_date is not null
group by currency
"""

Parts = Mapping[str, "Fraction | str"]
"""The exact measure of each part, or the reason why there is none."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A part's weight, the measure that gives 0 points and the one that gives 100."""

    weight: int
    worst: Fraction
    best: Fraction

    def points(self, measure: Fraction) -> Fraction:
        """Return 0 to 100: linear between worst and best, clipped beyond them."""
        share = (measure - self.worst) / (self.best - self.worst)
        return BEST * min(max(share, Fraction(0)), Fraction(1))


SCALES: Mapping[str, Scale] = {
    "cei": Scale(25, Fraction(60), Fraction(100)),
    "pct_current": Scale(20, Fraction("0.50"), Fraction("0.95")),
    "add_to_terms": Scale(20, Fraction(1), Fraction(0)),
    "at_risk_rate": Scale(15, Fraction("0.20"), Fraction(0)),
    "hhi": Scale(10, Fraction("0.25"), Fraction("0.02")),
    "forecast_error": Scale(10, Fraction("0.5"), Fraction(0)),
}
"""The parts; `add_to_terms` is ADD / mean terms, `forecast_error` the
four-week cash forecast's WAPE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the score: what was measured, its points of 0-100, and its share of the score."""

    measure: Measure
    points: Measure
    weight: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthScore:
    """The weighted mean of the parts that are known; the others are dropped, each with a reason.

    `trend` is the score less that of 30 days earlier, over the parts known on both days.
    """

    score: Measure
    parts: Mapping[str, Part]
    dropped: Mapping[str, str]
    trend: Measure


@dataclass(frozen=True, slots=True)
class ForecastErrors:
    """WAPE of the four-week cash forecast by currency, as of the day and 30 days earlier."""

    now: Mapping[str, Fraction] = field(default_factory=dict)
    before: Mapping[str, Fraction] = field(default_factory=dict)


def health_score(
    known: Known, period: Period, errors: ForecastErrors | None = None
) -> dict[str, HealthScore]:
    """Return the score of 0-100 by currency; amounts that all grow alike do not change it."""
    errors = errors or ForecastErrors()
    now = _measured(known, period, errors.now)
    earlier = known.earlier(known.as_of - timedelta(days=TREND_DAYS))
    before = _measured(earlier, period.back(TREND_DAYS), errors.before)
    return {currency: _score(parts, before.get(currency, {})) for currency, parts in now.items()}


def _score(parts: Parts, before: Parts) -> HealthScore:
    known = {name: part for name, part in parts.items() if isinstance(part, Fraction)}
    whole = sum(SCALES[name].weight for name in known)
    exact = _mean(known)
    return HealthScore(
        score=unknown(NO_PART) if exact is None else rounded(exact, SCORE_DECIMALS),
        parts={
            name: Part(
                measure=rounded(measure, 4),
                points=rounded(SCALES[name].points(measure), SCORE_DECIMALS),
                weight=rounded(Fraction(SCALES[name].weight, whole), 4),
            )
            for name, measure in known.items()
        },
        dropped={name: part for name, part in parts.items() if isinstance(part, str)},
        trend=_trend(known, before),
    )


def _trend(now: Mapping[str, Fraction], before: Parts) -> Measure:
    then = {
        name: part for name, part in before.items() if isinstance(part, Fraction) and name in now
    }
    later, earlier = _mean({name: now[name] for name in then}), _mean(then)
    if later is None or earlier is None:
        return unknown(NOT_THEN)
    return rounded(later - earlier, SCORE_DECIMALS)


def _mean(parts: Mapping[str, Fraction]) -> Fraction | None:
    if not parts:
        return None
    points = sum(SCALES[name].weight * SCALES[name].points(part) for name, part in parts.items())
    return Fraction(points) / sum(SCALES[name].weight for name in parts)


def _measured(known: Known, period: Period, errors: Mapping[str, Fraction]) -> dict[str, Parts]:
    late, terms = dso(known, period), known.sums(_TERMS, **period.days_of)
    exact: dict[str, tuple[Mapping[str, Fraction | None], str]] = {
        "cei": (
            {one: row.exact for one, row in cei(known, period).items()},
            NOTHING_COLLECTABLE,
        ),
        "pct_current": (
            {one: row.exact_current for one, row in open_shares(known).items()},
            NOTHING_OUTSTANDING,
        ),
        "at_risk_rate": (
            {one: row.exact for one, row in at_risk_rate(known).items()},
            NOTHING_MATURED,
        ),
        "hhi": ({one: row.exact_hhi for one, row in concentration(known).items()}, NOBODY_OWES),
        "forecast_error": (dict(errors), NO_FORECAST),
    }
    found: dict[str, Parts] = {}
    for currency in position(known):
        parts: dict[str, Fraction | str] = {}
        for name in SCALES:
            if name == "add_to_terms":
                delinquent = late[currency].exact_delinquent
                parts[name] = _to_terms(delinquent, terms.get(currency, (0, 0)))
            else:
                measures, reason = exact[name]
                measure = measures.get(currency)
                parts[name] = reason if measure is None else measure
        found[currency] = parts
    return found


def _to_terms(delinquent: Fraction | None, terms: tuple[int, ...]) -> Fraction | str:
    days, count = terms
    if delinquent is None:
        return NO_SALES
    return delinquent * count / days if days > 0 else NO_TERMS
