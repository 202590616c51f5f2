"""Dunning: which reminder an open claim is due for on a day, by a policy of steps, or why none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from net30.domain.customer import Customer
from net30.domain.open_item import OpenItem, PromiseToPay, Settlement, SettlementKind
from net30.kernel.errors import InputError
from net30.kernel.money import Money

STEPS_MAX = 12
STEP_DAYS_MIN, STEP_DAYS_MAX = -30, 730
GAP_DAYS_MAX = 90
NAME_CHARACTERS_MAX = 40


class Tone(StrEnum):
    """How a reminder speaks."""

    FRIENDLY = "friendly"
    FIRM = "firm"
    FINAL = "final"


class Channel(StrEnum):
    """How a reminder goes: by mail, as a letter to print and post, or as a call by a person."""

    MAIL = "mail"
    LETTER = "letter"
    CALL = "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One level: from so many days past due on (negative: before), in a tone, by a channel.

    `fees` are what the reminder asks for the trouble, one a currency; with `interest` it also
    states the late interest of the law so far. Neither is booked: an issued invoice never changes.
    """

    level: int
    days: int
    tone: Tone = Tone.FRIENDLY
    channel: Channel = Channel.MAIL
    fees: tuple[Money, ...] = ()
    interest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningPolicy:
    """Steps by rising days; how long to wait between two, and after the day of a promise.

    With `together` one letter lists all of a customer's invoices that are due for a step. `country`
    says whose law sets the interest; empty means the seller's.
    """

    name: str = "default"
    steps: tuple[Step, ...] = ()
    gap_days: int = 7
    grace_days: int = 3
    together: bool = True
    country: str = ""

    def __post_init__(self) -> None:
        """Refuse steps that would never, or more than once, come."""
        levels = [step.level for step in self.steps]
        days = [step.days for step in self.steps]
        rising = all(one < other for one, other in pairwise(days))
        if levels != list(range(1, len(levels) + 1)) or not rising or len(levels) > STEPS_MAX:
            raise _refused(
                f"the steps of the dunning policy {self.name!r} do not rise",
                f"number at most {STEPS_MAX} levels 1, 2, 3 ... with more days each",
            )
        if any(not STEP_DAYS_MIN <= step <= STEP_DAYS_MAX for step in days):
            raise _refused(
                f"a step of {self.name!r} is not between {STEP_DAYS_MIN} and {STEP_DAYS_MAX} days",
                "give the days past due; before due they are negative",
            )
        if not (1 <= self.gap_days <= GAP_DAYS_MAX and 0 <= self.grace_days <= GAP_DAYS_MAX):
            raise _refused(
                f"the waits of the dunning policy {self.name!r} are out of range",
                f"gap_days is 1 to {GAP_DAYS_MAX}, grace_days 0 to {GAP_DAYS_MAX}",
            )
        if not 0 < len(self.name.strip()) <= NAME_CHARACTERS_MAX:
            raise _refused(
                f"{self.name[:NAME_CHARACTERS_MAX]!r} is no name for a dunning policy",
                f"use 1 to {NAME_CHARACTERS_MAX} characters",
            )
        if any(fee.minor <= 0 for step in self.steps for fee in step.fees):
            raise _refused(
                f"a fee of the dunning policy {self.name!r} is not above zero", "leave it out"
            )


DEFAULT_POLICY = DunningPolicy(
    steps=(
        Step(level=1, days=3),
        Step(level=2, days=15, tone=Tone.FIRM),
        Step(level=3, days=30, tone=Tone.FINAL),
    ),
)
"""What applies where the company says nothing else: friendly, firm, final.

No fees and no interest: whether they may be asked for depends on the contract and the customer.
"""


class Hold(StrEnum):
    """Why an open claim gets no reminder today."""

    CLOSED = "closed"
    DISPUTED = "disputed"
    PARKED = "parked"
    PROMISED = "promised"
    NO_DUE_DATE = "no_due_date"
    NOT_YET = "not_yet"
    DONE = "done"
    TOO_SOON = "too_soon"


class Kept(StrEnum):
    """How a promise to pay went, as far as a day tells."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


def step_due(item: OpenItem, policy: DunningPolicy, customer: Customer, as_of: date) -> Step | Hold:
    """Return the step that a claim is due for on a day, or what holds it back.

    Steps are taken in their order, one reminder at a time: after days that were missed the next one
    comes, not all of them and not the last, so no letter speaks of reminders that never went. A
    call is passed over once it was noted, or when a later step is reached.
    """
    hold = _hold(item, policy, customer, as_of)
    if hold or item.due_date is None:
        return hold or Hold.NO_DUE_DATE
    late = (as_of - item.due_date).days
    reached = [step for step in policy.steps if step.days <= late]
    if not reached:
        return Hold.NOT_YET
    ahead = [step for step in reached if step.level > level_of(item)]
    ahead = [step for step in ahead if not _is_called(item, step, later=step is not ahead[-1])]
    if not ahead:
        return Hold.DONE
    last = max((reminder.day for reminder in item.reminders), default=date.min)
    if as_of < last or (as_of - last).days < policy.gap_days:
        return Hold.TOO_SOON
    return ahead[0]


def _is_called(item: OpenItem, step: Step, *, later: bool) -> bool:
    """Tell whether a step is a call that was made, or that a later step has overtaken."""
    if step.channel is not Channel.CALL or item.due_date is None:
        return False
    since = item.due_date + timedelta(days=step.days)
    return later or any(call.day >= since for call in item.calls)


def level_of(item: OpenItem) -> int:
    """Return the highest level that a claim was reminded at, 0 when it never was."""
    return max((reminder.level for reminder in item.reminders), default=0)


def kept(item: OpenItem, promise: PromiseToPay, as_of: date) -> Kept:
    """Return whether a promise was kept: its amount came from the day it was made to its own day.

    What was credited or written off pays nothing, but a claim with nothing open owes nothing.
    """
    currency = item.amount.currency
    settled = [entry for entry in item.settlements if entry.day <= promise.day]
    came = Money.total((one.amount for one in settled if _pays(one, promise)), currency)
    left = item.amount - Money.total((one.amount for one in settled), currency)
    if came >= promise.amount or left.minor <= 0:
        return Kept.KEPT
    return Kept.OPEN if as_of <= promise.day else Kept.BROKEN


def broken_promises(item: OpenItem, as_of: date) -> tuple[PromiseToPay, ...]:
    """Return the promises of a claim whose day has passed without the money."""
    return tuple(one for one in item.promises if kept(item, one, as_of) is Kept.BROKEN)


def promised_until(item: OpenItem, as_of: date, grace_days: int = 0) -> date | None:
    """Return the day of the latest promise while it holds dunning back, else None."""
    if not item.promises:
        return None
    latest = item.promises[-1]
    if kept(item, latest, as_of) is Kept.KEPT:
        return None  # a part was promised and came: the rest is dunned as before
    return latest.day if as_of <= latest.day + timedelta(days=grace_days) else None


def _hold(item: OpenItem, policy: DunningPolicy, customer: Customer, as_of: date) -> Hold | None:
    if item.voided_by or item.balance.minor <= 0:
        return Hold.CLOSED
    if item.is_disputed:
        return Hold.DISPUTED
    if customer.parked:
        return Hold.PARKED
    if promised_until(item, as_of, policy.grace_days):
        return Hold.PROMISED
    return None


def _pays(entry: Settlement, promise: PromiseToPay) -> bool:
    kinds = {SettlementKind.PAYMENT, SettlementKind.DISCOUNT}
    return entry.kind in kinds and entry.day >= promise.made


def _refused(message: str, hint: str) -> InputError:
    return InputError(message, hint=hint, code="dunning_policy")
