"""Change plan: what other terms, another amount or instalments would change, by the same model.

It compares invoices as the model has seen them paid; that a customer changes with the terms is no
promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from net30.features.invoices import Ints, Invoices
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.recommend.cost import Gain, gain_of
from net30.scoring.cash_days import Days, Plan, saved_days
from net30.scoring.delay_bins import LATE
from net30.scoring.one_customer import OneCustomer

PARTS_MAX = 36
TERMS_MAX = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change: days to pay, the amount, or into how many instalments; None keeps it."""

    terms: int | None = None
    amount: Money | None = None
    instalments: int = 1


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change comes to: P(late) of what is paid, days until the money, and their worth.

    `days` are those that are saved, from issue to payment, weighted by amount; negative when the
    money comes later. `gain` is days x amount x cost of capital.
    """

    change: str
    details: Mapping[str, int | Money]
    late: float
    days: Days
    gain: Gain


def usual_changes(amount: Money, terms: int) -> tuple[Change, ...]:
    """Return what is shown unasked: half the terms, half the amount, three instalments."""
    found = []
    if terms // 2:
        found.append(Change(terms=terms // 2))
    if amount.minor > 1:
        found.append(Change(amount=Money(amount.minor // 2, amount.currency)))
        found.append(Change(instalments=min(3, amount.minor)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Base:
    """What changes are compared with: an invoice, its plan as it is, and what a year's wait costs.

    `cost` is in per cent.
    """

    one: OneCustomer
    asked: Invoices
    currency: str
    now: Plan
    cost: Decimal


def base_of(one: OneCustomer, asked: Invoices, currency: str, cost: Decimal) -> Base:
    """Return an invoice as it is, from its issue."""
    return Base(one, asked, currency, plan_of(one, asked, asked.amount, _terms(asked)), cost)


def change_plan(base: Base, change: Change) -> Changed:
    """Return what a change of an invoice would bring.

    Raises InputError for terms or instalments that cannot be, or another currency.
    """
    asked = base.asked
    _check(change, base.currency, int(asked.amount[0]))
    amount = change.amount.minor if change.amount is not None else int(asked.amount[0])
    terms = int(_terms(asked)[0]) if change.terms is None else change.terms
    parts = _parts(amount, change.instalments)
    # Of n instalments the k-th is due at k/n of the terms, the last at their end.
    due = terms * np.arange(1, len(parts) + 1) // len(parts)
    instead = plan_of(base.one, asked, parts, due)
    saved = saved_days(base.now, instead)
    late = instead.delay.later_than(LATE)
    return Changed(
        *_told(change, Money(int(parts[0]), base.currency)),
        late=float((late * parts).sum() / parts.sum()),
        days=saved,
        gain=gain_of(Money(amount, base.currency), saved, base.cost),
    )


def _terms(asked: Invoices) -> Ints:
    days: Ints = np.maximum(asked.due - asked.issued, 0)
    return days


def plan_of(one: OneCustomer, asked: Invoices, parts: Ints, terms: Ints) -> Plan:
    """Return the plan of an invoice in parts, each due so many days after issue."""
    rows = asked.take(np.zeros(len(parts), np.int64))
    made = replace(rows, amount=parts, due=rows.issued + terms)
    return Plan(parts, terms, one.at_issue(made))


def _parts(amount: int, count: int) -> Ints:
    """Return equal parts that add up to the amount; the first ones have what is left over."""
    part, rest = divmod(amount, count)
    return np.array([part + (place < rest) for place in range(count)], np.int64)


def _told(change: Change, part: Money) -> tuple[str, dict[str, int | Money]]:
    if change.instalments > 1:
        return "instalments", {"count": change.instalments, "amount": part}
    if change.amount is not None:
        return "amount", {"amount": change.amount}
    return "terms", {"days": change.terms or 0}


def _check(change: Change, currency: str, amount: int) -> None:
    if change.terms is not None and not 0 <= change.terms <= TERMS_MAX:
        raise InputError(
            f"terms of {change.terms} days are not between 0 and {TERMS_MAX}",
            hint="write the number of days after the issue date",
            code="terms_days",
        )
    other = change.amount
    if other is not None and (other.currency != currency or other.minor <= 0):
        raise InputError(
            f"{other} cannot take the place of an amount in {currency}",
            hint=f"give an amount above zero in {currency}",
            code="amount",
        )
    most = min(PARTS_MAX, amount if other is None else other.minor)
    if not 1 <= change.instalments <= most:
        raise InputError(
            f"{change.instalments} instalments are not between 1 and {most}",
            hint="name a number of instalments that the amount can be divided into",
            code="instalments",
        )
