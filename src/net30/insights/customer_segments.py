"""Customer segments: named groups by recency, frequency, value and how the customer pays.

Each of the three is a score of 1 to 5: the fifth of the company's customers that it lies in. The
segments are rules in customer_segments.json; the first that fits names the customer's segment.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files

import msgspec

from net30.insights.as_of import Known, Period
from net30.insights.customer_performance import CustomerPerformance, customer_performance
from net30.insights.measured import Measure
from net30.kernel.decimals import round_half_up
from net30.language.amounts import write_money, write_percent

YEAR_DAYS = 365
FIFTHS = 5
CUSTOMERS_MIN = 5
"""With fewer there are no fifths."""
LANGUAGES = ("en", "fr")
"""The languages of the reasons; the names are there in those of the screens."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A segment, what fits it, its name and the reason by language.

    `age_days_max`: days since the first invoice; `count_max`: invoices in a year; a rule with a
    late share does not fit a customer of whom nothing fell due.
    """

    key: str
    name: Mapping[str, str]
    reason: Mapping[str, str]
    recency_min: int = 1
    recency_max: int = FIFTHS
    frequency_min: int = 1
    monetary_min: int = 1
    late_share_min: Decimal | None = None
    late_share_max: Decimal | None = None
    age_days_max: int | None = None
    count_max: int | None = None


class _File(msgspec.Struct, frozen=True):
    source: str
    segments: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Fifths: 5 is the most recent, most frequent, most valuable."""

    recency: int
    frequency: int
    monetary: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmented:
    """One customer with its segment, the names of it and the reasons by language.

    `recency_days` is since the last invoice. With too few customers for fifths, `scores` and
    `segment` are empty and the reason says so.
    """

    customer: CustomerPerformance
    recency_days: int
    scores: Scores | None
    segment: str
    name: Mapping[str, str]
    reason: Mapping[str, str]


_TOO_FEW = {
    "en": "not enough customers: needs {least}, there are {count}",
    "fr": "pas assez de clients : il en faut {least}, il y en a {count}",
}


@cache
def rules() -> tuple[Rule, ...]:
    """Return the segments' rules in their order."""
    content = (files("net30.insights") / "customer_segments.json").read_bytes()
    return msgspec.json.decode(content, type=_File).segments


def customer_segments(known: Known) -> dict[str, tuple[Segmented, ...]]:
    """Return every customer's segment by currency, from the year that ends at the as-of day."""
    year = Period(known.as_of - timedelta(days=YEAR_DAYS - 1), known.as_of)
    return {
        currency: _segmented(customers, year)
        for currency, customers in customer_performance(known, year).items()
    }


def _segmented(customers: Sequence[CustomerPerformance], year: Period) -> tuple[Segmented, ...]:
    if len(customers) < CUSTOMERS_MIN:
        reason = {
            language: text.format(least=CUSTOMERS_MIN, count=len(customers))
            for language, text in _TOO_FEW.items()
        }
        return tuple(_one(customer, year, None, reason) for customer in customers)
    recency = fifths([one.last_invoice.toordinal() for one in customers])
    frequency = fifths([one.invoice_count for one in customers])
    monetary = fifths([one.invoiced.minor for one in customers])
    return tuple(
        _one(customer, year, Scores(recency=r, frequency=f, monetary=m))
        for customer, r, f, m in zip(customers, recency, frequency, monetary, strict=True)
    )


def fifths(values: Sequence[int]) -> list[int]:
    """Return the fifth that each value lies in; equal values stand in the middle of their ranks."""
    ranked = sorted(values)
    places = (bisect_left(ranked, value) + bisect_right(ranked, value) for value in values)
    # Twice the middle rank of n values lies between 1 and 2n - 1.
    return [FIFTHS * place // (2 * len(values)) + 1 for place in places]


def _one(
    customer: CustomerPerformance,
    year: Period,
    scores: Scores | None,
    reason: Mapping[str, str] | None = None,
) -> Segmented:
    recency = (year.end - customer.last_invoice).days
    rule = None
    if scores:
        age = (year.end - customer.first_invoice).days
        rule = next(rule for rule in rules() if _fits(rule, customer, scores, age))
        reason = {language: rule.reason[language].format(**_told(customer, recency, language))
                  for language in LANGUAGES}  # fmt: skip
    return Segmented(
        customer=customer,
        recency_days=recency,
        scores=scores,
        segment=rule.key if rule else "",
        name=rule.name if rule else {},
        reason=reason or {},
    )


def _fits(rule: Rule, customer: CustomerPerformance, scores: Scores, age: int) -> bool:
    return (
        rule.recency_min <= scores.recency <= rule.recency_max
        and rule.frequency_min <= scores.frequency
        and rule.monetary_min <= scores.monetary
        and (rule.age_days_max is None or age <= rule.age_days_max)
        and (rule.count_max is None or customer.invoice_count <= rule.count_max)
        and _pays(rule, customer.late_share)
    )


def _pays(rule: Rule, late: Measure) -> bool:
    if rule.late_share_min is None and rule.late_share_max is None:
        return True
    if late.value is None:
        return False
    return (rule.late_share_min or 0) <= late.value <= (rule.late_share_max or 1)


def _told(customer: CustomerPerformance, recency: int, language: str) -> dict[str, object]:
    late = customer.late_share.value
    return {
        "first_invoice": customer.first_invoice.isoformat(),
        "count": customer.invoice_count,
        "invoiced": write_money(customer.invoiced, language),
        "late": "" if late is None else write_percent(round_half_up(late * 100, 0), language),
        "recency": recency,
    }
