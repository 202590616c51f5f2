"""Bounds: how much may be done through the assistant on one day, and how much was.

They limit the damage of a mistake that somebody said yes to, as Kill Bill's safety bounds do.
What is counted is what happened (events), whichever tool made it happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from net30.domain.events import (
    DraftDeleted,
    DraftSaved,
    Event,
    InvoiceIssued,
    InvoiceSent,
    InvoiceWrittenOff,
    PaymentRecorded,
    RefundMade,
    ReminderSent,
)
from net30.domain.invoice import CREDIT_NOTE_CODES
from net30.kernel.errors import InputError, LimitExceeded
from net30.kernel.money import Money, digits_of

NUMBER_MAX = 1_000_000
"""No bound is larger: it would bound nothing."""


class Bound(StrEnum):
    """What is bounded; credits are credit notes, voids, refunds and write-offs."""

    PAYMENTS = "payments"
    CREDITS = "credits"
    MAILS = "mails"
    ISSUES = "issues"
    DRAFTS = "drafts"


NUMBERS = {
    Bound.PAYMENTS: 100,
    Bound.CREDITS: 20,
    Bound.MAILS: 100,
    Bound.ISSUES: 100,
    Bound.DRAFTS: 200,
}
"""So many a day, where the organisation says nothing else."""

AMOUNTS = {
    "XOF": 100_000_000,
    "XAF": 100_000_000,
    "GNF": 1_500_000_000,
    "NGN": 250_000_000,
    "GHS": 2_500_000,
    "KES": 20_000_000,
    "MAD": 1_500_000,
    "TND": 500_000,
    "DZD": 20_000_000,
    "ZAR": 3_000_000,
}
"""What the payments of one day, and the credits of one day, may come to, in major units."""

AMOUNT_ELSE = 150_000
"""The same for every other currency."""

BY_HAND = {
    Bound.PAYMENTS: "net30 pay",
    Bound.CREDITS: "net30 credit or net30 void",
    Bound.MAILS: "net30 invoice send",
    Bound.ISSUES: "net30 invoice issue",
    Bound.DRAFTS: "net30 invoice new",
}
"""The commands that no bound holds: whoever types them decides each one."""


@dataclass(frozen=True, slots=True)
class DailyBounds:
    """What an organisation chose; what it did not choose takes the defaults."""

    numbers: tuple[tuple[str, int], ...] = ()
    amounts: tuple[Money, ...] = ()

    def number(self, bound: Bound) -> int:
        """Return how many a day."""
        return dict(self.numbers).get(bound.value, NUMBERS[bound])

    def amount(self, currency: str) -> Money:
        """Return what payments, or credits, of a currency may come to in a day."""
        chosen = {amount.currency: amount for amount in self.amounts}
        return chosen.get(currency) or Money.of(AMOUNTS.get(currency, AMOUNT_ELSE), currency)

    def with_number(self, bound: Bound, number: int) -> DailyBounds:
        """Return the bounds with another number; raise InputError for one that is no bound."""
        if not 0 <= number <= NUMBER_MAX:
            raise InputError(
                f"{number} {bound} a day is no bound",
                hint=f"give a number from 0 to {NUMBER_MAX:,}",
                code="bound",
            )
        return replace(
            self, numbers=tuple(sorted((dict(self.numbers) | {bound.value: number}).items()))
        )

    def with_amount(self, amount: Money) -> DailyBounds:
        """Return the bounds with another amount; raise InputError for one below zero."""
        if amount.minor < 0:
            raise InputError(
                f"{amount} a day is no bound", hint="give an amount of 0 or more", code="bound"
            )
        digits_of(amount.currency)
        kept = [one for one in self.amounts if one.currency != amount.currency]
        return replace(self, amounts=tuple(sorted((*kept, amount), key=lambda one: one.currency)))


DEFAULT_BOUNDS = DailyBounds()


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that happened and is bounded, with the money it moved, if any."""

    bound: Bound
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What one bound has seen on a day: how many, and their sum in each currency."""

    bound: str
    number: int = 0
    amounts: tuple[Money, ...] = ()

    def amount(self, currency: str) -> Money:
        """Return the sum in a currency."""
        return Money.total((one for one in self.amounts if one.currency == currency), currency)

    def plus(self, effect: Effect) -> Tally:
        """Return the tally with one more."""
        amounts = self.amounts
        if effect.amount is not None:
            currency = effect.amount.currency
            total = self.amount(currency) + effect.amount
            amounts = (*(one for one in amounts if one.currency != currency), total)
        return replace(self, number=self.number + 1, amounts=amounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantDay:
    """What was done through the assistant on one day of the organisation; `id` is the day."""

    id: str
    tallies: tuple[Tally, ...] = ()

    def tally(self, bound: Bound) -> Tally:
        """Return what one bound has seen."""
        found = (one for one in self.tallies if one.bound == bound.value)
        return next(found, Tally(bound.value))

    def plus(self, effects: Iterable[Effect], bounds: DailyBounds) -> AssistantDay:
        """Return the day with more done; raise LimitExceeded where a bound does not allow it."""
        day = self
        for effect in effects:
            tally = day.tally(effect.bound)
            _check(tally, effect, bounds, self.id)
            others = (one for one in day.tallies if one.bound != effect.bound.value)
            day = replace(day, tallies=(*others, tally.plus(effect)))
        return day


def day_of(day: date) -> str:
    """Return the id of a day's count."""
    return day.isoformat()


def effect_of(event: Event) -> Effect | None:
    """Return what an event counts as, or None for what no bound holds."""
    match event:
        case PaymentRecorded():
            return Effect(Bound.PAYMENTS, event.amount)
        case InvoiceIssued() if event.type_code in CREDIT_NOTE_CODES:
            return Effect(Bound.CREDITS, abs(event.amount))
        case InvoiceIssued():
            return Effect(Bound.ISSUES)
        case RefundMade() | InvoiceWrittenOff():
            return Effect(Bound.CREDITS, abs(event.amount))
        case InvoiceSent():
            return Effect(Bound.MAILS)
        case ReminderSent() if event.covers:  # of one letter's events only the first has them
            return Effect(Bound.MAILS)
        case DraftSaved() | DraftDeleted():
            return Effect(Bound.DRAFTS)
        case _:
            return None


def _check(tally: Tally, effect: Effect, bounds: DailyBounds, day: str) -> None:
    bound = effect.bound
    most = bounds.number(bound)
    if tally.number >= most:
        raise LimitExceeded(
            f"the assistant may make {most:,} {bound} a day, and none is left on {day}",
            hint=_way_out(bound, f"--{bound} NUMBER"),
            code="daily_bound",
        )
    if effect.amount is None:
        return
    currency = effect.amount.currency
    allowed, before = bounds.amount(currency), tally.amount(currency)
    if before + effect.amount > allowed:
        left = allowed - before if allowed > before else Money.zero(currency)
        raise LimitExceeded(
            f"the {bound} that the assistant makes may come to {allowed} a day; "
            f"{left} is left on {day}, and this is {effect.amount}",
            hint=_way_out(bound, f"--amount {currency}=AMOUNT"),
            code="daily_bound",
        )


def _way_out(bound: Bound, option: str) -> str:
    return f"do it by hand: {BY_HAND[bound]}; or raise the bound: net30 bounds {option}"
