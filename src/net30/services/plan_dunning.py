"""Plan the dunning of a day: which letters would go to whom, and what is held back and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.dunning import Channel, DunningPolicy, Hold, Step, Tone, step_due
from net30.domain.open_item import OpenItem
from net30.domain.organisation import Organisation
from net30.domain.payment import Payment
from net30.kernel.errors import InputError
from net30.kernel.money import Money, sums_of
from net30.language.dunning_letter import speaks
from net30.ports.store import PAGE_ROWS_MAX, Stored
from net30.services.context import ReadContext
from net30.services.send_invoice import usable_address
from net30.services.send_reminder import CLAIMS_MAX

NO_ADDRESS = "no_address"
TO_CALL = "to_call"
UNAPPLIED = "unapplied_cash"
BOUND = "daily_bound"
CHANGED = "changed_meanwhile"

_TOLD = {Hold.DISPUTED, Hold.PARKED, Hold.PROMISED, Hold.TOO_SOON}
_TONES = tuple(Tone)


@dataclass(frozen=True, slots=True)
class Notice:
    """A claim and the step that it is due for."""

    claim: Stored[OpenItem]
    step: Step

    @property
    def item(self) -> OpenItem:
        """Return the claim."""
        return self.claim.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLetter:
    """One letter: to whom, where, how, and of which claims, the longest due first.

    `tone` is the highest of its steps, or friendly where its language has no other words.
    """

    customer: Customer
    to: str
    channel: Channel
    tone: Tone
    language: str
    policy: str
    law: str
    notices: tuple[Notice, ...]

    @property
    def open(self) -> tuple[Money, ...]:
        """Return what is open of its claims, by currency."""
        return sums_of(notice.item.balance for notice in self.notices)

    @property
    def fees(self) -> tuple[Money, ...]:
        """Return the fees of its steps, each in the currency of its claim."""
        return sums_of(
            fee
            for notice in self.notices
            for fee in notice.step.fees
            if fee.currency == notice.item.amount.currency
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A claim that got no letter, and why: a Hold, or one of this file's words."""

    number: str
    customer: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningPlan:
    """The letters of a day and what is held back; CLOSED, DONE and NOT_YET are not worth a word."""

    as_of: date
    letters: tuple[PlannedLetter, ...]
    held: tuple[HeldBack, ...]


def plan_dunning(ctx: ReadContext, as_of: date | None = None) -> DunningPlan:
    """Return what dunning would send on a day (today), by what the books say now.

    Raises NotFound when a customer names a policy that is not there.
    """
    day = as_of or ctx.today
    company = ctx.company
    plans = [plan_of(ctx, company, customer, day) for customer in _customers(ctx)]
    return DunningPlan(
        as_of=day,
        letters=tuple(letter for plan in plans for letter in plan.letters),
        held=tuple(held for plan in plans for held in plan.held),
    )


def plan_of(
    ctx: ReadContext, company: Organisation, customer: Customer, as_of: date
) -> DunningPlan:
    """Return the plan of one customer; reads at most PAGE_ROWS_MAX open claims, the oldest."""
    found = ctx.tx.find(OpenItem, Key.CUSTOMER, customer.id)
    if not found:
        return DunningPlan(as_of=as_of, letters=(), held=())
    policy = company.dunning_policy(customer.dunning)
    due: list[Notice] = []
    held: list[HeldBack] = []
    for stored in found:
        step = step_due(stored.value, policy, customer, as_of)
        if isinstance(step, Hold):
            if step in _TOLD and stored.value.due_date and stored.value.due_date < as_of:
                held.append(_held(stored.value, customer, step))
        elif step.channel is Channel.CALL:
            held.append(_held(stored.value, customer, TO_CALL))
        else:
            due.append(Notice(stored, step))
    covered = _covered(ctx, customer, due, [stored.value for stored in found])
    held += [_held(notice.item, customer, UNAPPLIED) for notice in due if notice in covered]
    due = [notice for notice in due if notice not in covered]
    language = customer.language or company.language
    letters, nowhere = _letters(customer, language, policy, due)
    told = sorted((*held, *nowhere), key=lambda one: one.number)
    return DunningPlan(as_of=as_of, letters=letters, held=tuple(told))


def _letters(
    customer: Customer, language: str, policy: DunningPolicy, due: Sequence[Notice]
) -> tuple[tuple[PlannedLetter, ...], tuple[HeldBack, ...]]:
    """Return the letters, and what has nowhere to go."""
    oldest_first = sorted(
        due, key=lambda one: (one.step.channel, one.item.due_date, one.item.number)
    )
    letters: list[PlannedLetter] = []
    nowhere: list[HeldBack] = []
    for channel, group in groupby(oldest_first, key=lambda one: one.step.channel):
        notices = list(group)
        to = _where(customer, channel)
        if not to:
            nowhere += [_held(notice.item, customer, NO_ADDRESS) for notice in notices]
            continue
        at_once = CLAIMS_MAX if policy.together else 1
        for start in range(0, len(notices), at_once):
            part = tuple(notices[start : start + at_once])
            tone = max((one.step.tone for one in part), key=_TONES.index)
            letters.append(
                PlannedLetter(
                    customer=customer,
                    to=to,
                    channel=channel,
                    tone=tone if speaks(language) else Tone.FRIENDLY,
                    language=language,
                    policy=policy.name,
                    law=policy.country,
                    notices=part,
                )
            )
    return tuple(letters), tuple(nowhere)


def _where(customer: Customer, channel: Channel) -> str:
    """Return the address of a channel, or nothing where the customer has none that can be used."""
    if channel is Channel.LETTER:
        place = customer.party.address
        return ", ".join(one for one in (place.line1, place.postcode, place.city) if one)
    try:
        return usable_address(customer.email.strip(), customer.name)
    except InputError:
        return ""


def _covered(
    ctx: ReadContext, customer: Customer, due: Sequence[Notice], items: Sequence[OpenItem]
) -> list[Notice]:
    """Return the notices in whose currency the customer has as much cash or credit unallocated.

    Who has paid must not be reminded because nobody has said yet of what.
    """
    if not due:
        return []
    payments = [stored.value for stored in ctx.tx.find(Payment, Key.CUSTOMER, customer.id)]
    there = [payment.unapplied for payment in payments if payment.unapplied.minor > 0]
    there += [-item.balance for item in items if item.balance.minor < 0]
    spare = {amount.currency: amount for amount in sums_of(there)}
    owed = {amount.currency: amount for amount in sums_of(one.item.balance for one in due)}
    enough = {code for code, amount in owed.items() if code in spare and spare[code] >= amount}
    return [notice for notice in due if notice.item.amount.currency in enough]


def _held(item: OpenItem, customer: Customer, reason: str) -> HeldBack:
    return HeldBack(number=item.number, customer=customer.name, reason=str(reason))


def _customers(ctx: ReadContext) -> Iterator[Customer]:
    after = ""
    while page := ctx.tx.page(Customer, after=after, limit=PAGE_ROWS_MAX):
        yield from (stored.value for stored in page)
        after = page[-1].value.id
