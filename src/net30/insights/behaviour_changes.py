"""Behaviour changes: customers who lately pay, or buy, otherwise than before.

Test: the ranks of a customer's latest invoices among all of its invoices (Mann and Whitney, 1947;
normal approximation with the correction for ties, two-sided). The false-alarm rate is measured on
the same customers with each history shuffled, in which nothing can have changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import erfc, sqrt
from statistics import median

import numpy as np
from numpy.typing import NDArray

from net30.insights.as_of import Known
from net30.insights.invoices import with_invoices
from net30.insights.measured import half_up
from net30.kernel.money import Money

RECENT_DAYS = 90
RECENT_MIN = 5
BEFORE_MIN = 10
LEVEL = 0.001
"""A change is told when so rare a result, or a rarer one, would come by chance."""
SHUFFLES = 20
SEED = 30

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Of(StrEnum):
    """What changed: days from due to payment, or the amount of an invoice."""

    DELAY = "delay"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One customer's change: the medians before and lately, in days or amounts.

    `chance` is that of such a difference, or a greater one, without a change.
    """

    customer_id: str
    of: Of
    before: Decimal | Money
    lately: Decimal | Money
    before_count: int
    lately_count: int
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourChanges:
    """The changes, the surest first; how many histories were tested, and the false alarms.

    `false_alarm_rate` is the share of shuffled histories that would have been told, of
    `shuffled` tries; None where nobody has a history of that length.
    """

    changes: tuple[Change, ...]
    tested: int
    shuffled: int
    false_alarm_rate: float | None


_DELAYS = """
select currency, customer_id, due_date, delay from invoices
where has_matured order by currency, customer_id, due_date, invoice_id
"""
_AMOUNTS = """
select currency, customer_id, issue_date, billed from invoices
order by currency, customer_id, issue_date, invoice_id
"""
_SQL = {Of.DELAY: _DELAYS, Of.AMOUNT: _AMOUNTS}


@dataclass(frozen=True, slots=True, eq=False)
class _History:
    customer_id: str
    currency: str
    of: Of
    values: Ints
    lately: int


def behaviour_changes(known: Known) -> dict[str, BehaviourChanges]:
    """Return by currency whose delay or amounts of the last 90 days differ from those before."""
    since = known.as_of - timedelta(days=RECENT_DAYS)
    with_invoices(known)
    found: dict[str, list[_History]] = {}
    for of, query in _SQL.items():
        for currency, customer, days, values in _by_customer(known.rows(query)):
            lately = sum(day > since for day in days)
            if lately >= RECENT_MIN and len(days) - lately >= BEFORE_MIN:
                history = _History(customer, currency, of, np.array(values, np.int64), lately)
                found.setdefault(currency, []).append(history)
    return {currency: _told(histories) for currency, histories in sorted(found.items())}


def rank_test(values: Ints, lately: int) -> float:
    """Return the chance that the last values rank so far from the others without a change."""
    ranks = _ranks(values)
    return float(_chances(np.array([ranks[-lately:].sum()]), ranks, lately)[0])


def _by_customer(
    rows: Sequence[tuple[str, str, date, int]],
) -> Iterator[tuple[str, str, list[date], list[int]]]:
    found: dict[tuple[str, str], tuple[list[date], list[int]]] = {}
    for currency, customer, day, value in rows:
        days, values = found.setdefault((currency, customer), ([], []))
        days.append(day)
        values.append(value)
    for (currency, customer), (days, values) in found.items():
        yield currency, customer, days, values


def _told(histories: Sequence[_History]) -> BehaviourChanges:
    chances = [rank_test(one.values, one.lately) for one in histories]
    changes = [
        Change(
            customer_id=one.customer_id,
            of=one.of,
            before=_median(one.values[: -one.lately], one),
            lately=_median(one.values[-one.lately :], one),
            before_count=len(one.values) - one.lately,
            lately_count=one.lately,
            chance=chance,
        )
        for one, chance in zip(histories, chances, strict=True)
        if chance <= LEVEL
    ]
    alarms = sum(_false_alarms(histories))
    shuffled = len(histories) * SHUFFLES
    return BehaviourChanges(
        changes=tuple(sorted(changes, key=lambda one: (one.chance, one.customer_id, one.of))),
        tested=len(histories),
        shuffled=shuffled,
        false_alarm_rate=alarms / shuffled if shuffled else None,
    )


def _median(values: Ints, history: _History) -> Decimal | Money:
    exact = Fraction(median(values.tolist()))
    if history.of is Of.AMOUNT:
        return Money(half_up(exact), history.currency)
    return Decimal(exact.numerator) / exact.denominator


def _false_alarms(histories: Sequence[_History]) -> Iterator[int]:
    draw = np.random.default_rng(SEED)
    for one in histories:
        ranks = _ranks(one.values)
        shuffled = draw.permuted(np.tile(ranks, (SHUFFLES, 1)), axis=1)
        chances = _chances(shuffled[:, -one.lately :].sum(axis=1), ranks, one.lately)
        yield int((chances <= LEVEL).sum())


def _ranks(values: Ints) -> Floats:
    """Return ranks from 1; equal values have the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Floats = (ends - (counts - 1) / 2)[places]
    return ranks


def _chances(sums: Floats, ranks: Floats, lately: int) -> Floats:
    """Return two-sided chances of rank sums; 1 where all values are equal."""
    every = len(ranks)
    spread = float(ranks.var(ddof=1)) * lately * (every - lately) / every
    if spread <= 0:
        return np.ones_like(sums)
    away = np.abs(sums - lately * (every + 1) / 2)
    # Half a rank towards the middle, since sums come in steps.
    scaled = np.maximum(away - 0.5, 0) / sqrt(spread)
    return np.array([erfc(one / sqrt(2)) for one in scaled])
