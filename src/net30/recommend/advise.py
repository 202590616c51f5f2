"""Advise: what to do about an invoice and the customer's next ones, the most urgent first.

A model tells when customers paid who were treated as they were; it does not know what a reminder
changes. So advice whose effect is not known says what is at stake, at most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from net30.kernel.money import Money
from net30.recommend.cost import DAYS_A_YEAR, Gain, gain_of
from net30.recommend.rules import Rule, rules
from net30.scoring.cash_days import Days, Plan, cash_days, late_days, saved_days
from net30.scoring.distribution import Distribution

TENTH = Decimal("0.1")
HIGH = 0.9
Fact = date | Decimal | int | Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One open invoice, what is said of it, and what its customer owes.

    `given` is when it is paid, as known today; `now` the plan of an invoice like it from its
    issue, and `sooner` returns the plan of one with other terms. `owed` is all that the customer
    owes, `sales` what was invoiced in a year, `cost` per cent a year.
    """

    band: str
    late30: float
    amount: Money
    due: date
    as_of: date
    terms: int
    given: Distribution
    now: Plan
    sooner: Callable[[int], Plan]
    owed: Money
    overdue: int
    sales: Money
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Advice:
    """An action with its details, and what it is expected to bring; `band` is its reason."""

    action: str
    band: str
    details: Mapping[str, Fact]
    gain: Gain


def advise(about: Situation) -> tuple[Advice, ...]:
    """Return the advice whose rule applies, in the order of the rules."""
    return tuple(
        advice
        for rule in rules()
        if _applies(rule, about) and (advice := _ADVICE[rule.action](rule, about))
    )


def _applies(rule: Rule, about: Situation) -> bool:
    return (
        about.band in rule.bands
        and about.late30 >= rule.p_late30_min
        and about.overdue >= rule.overdue_min
        and about.terms >= rule.terms_min
    )


def _hold(_rule: Rule, about: Situation) -> Advice:
    """Sell nothing more for now; at stake is what another invoice like this one would wait."""
    gain = _at_stake(about, about.now.delay, about.amount)
    return Advice("hold", about.band, {"overdue": about.overdue}, gain)


def _reminder(rule: Rule, about: Situation) -> Advice:
    """Remind on the rule's day, or today; at stake is what it waits past that day and due."""
    day = max(about.due + timedelta(days=rule.days_from_due), about.as_of)
    after = max((day - about.due).days, 0)
    gain = _at_stake(about, about.given, about.amount, after)
    return Advice("reminder", about.band, {"day": day}, gain)


def _deposit(rule: Rule, about: Situation) -> Advice:
    """Ask for a part before the next invoice: it waits no day."""
    percent = Decimal(repr(rule.percent))
    part = about.amount.times(percent / 100)
    details: dict[str, Fact] = {"percent": percent, "amount": part}
    return Advice("deposit", about.band, details, gain_of(part, cash_days(about.now), about.cost))


def _terms(rule: Rule, about: Situation) -> Advice | None:
    days = int(about.terms * rule.percent / 100)
    saved = saved_days(about.now, about.sooner(days))
    gain = gain_of(about.amount, saved, about.cost)
    return Advice("terms", about.band, {"days": days}, gain) if gain.expected.minor > 0 else None


def _discount(rule: Rule, about: Situation) -> Advice | None:
    """Offer a part of what payment within some days would save; nothing where that is little."""
    waits = cash_days(about.now)
    saved = Days(*(max(one - rule.days, 0.0) for one in (waits.expected, waits.low, waits.high)))
    worth = about.cost * Decimal(repr(saved.expected)) / DAYS_A_YEAR
    offer = (worth * Decimal(repr(rule.percent)) / 100).quantize(TENTH, ROUND_DOWN)
    if offer < Decimal(repr(rule.offer_min)):
        return None
    price, gain = about.amount.times(offer / 100), gain_of(about.amount, saved, about.cost)
    kept = Gain(gain.expected - price, gain.low - price, gain.high - price)
    return Advice("discount", about.band, {"percent": offer, "days": rule.days}, kept)


def _limit(_rule: Rule, about: Situation) -> Advice | None:
    """Limit what is owed to a year's sales of the days in which nine of ten invoices are paid."""
    if not about.sales.minor:
        return None
    days = Decimal(repr(max(about.terms + float(about.now.delay.quantile(HIGH)[0]), 1.0)))
    limit = about.sales.times(days / DAYS_A_YEAR)
    beyond = max(about.owed - limit, Money.zero(limit.currency))
    return Advice("limit", about.band, {"amount": limit}, _at_stake(about, about.now.delay, beyond))


def _at_stake(about: Situation, delay: Distribution, amount: Money, after: int = 0) -> Gain:
    """Return what the days past due cost that are expected after some of them."""
    low, high = (max(float(delay.quantile(level)[0]) - after, 0.0) for level in (1 - HIGH, HIGH))
    expected = float(late_days(delay, after)[0])
    return replace(gain_of(amount, Days(expected, low, high), about.cost), at_most=True)


_ADVICE: Mapping[str, Callable[[Rule, Situation], Advice | None]] = {
    "hold": _hold,
    "reminder": _reminder,
    "deposit": _deposit,
    "terms": _terms,
    "discount": _discount,
    "limit": _limit,
}
