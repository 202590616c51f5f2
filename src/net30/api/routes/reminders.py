"""Reminders: which are due, and sending them, each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from net30.api.asked import AsOf
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.dunning import Channel, Tone
from net30.domain.identity.roles import Permission
from net30.kernel.money import Money
from net30.services.plan_dunning import HeldBack, PlannedLetter, plan_dunning
from net30.services.run_dunning import run_dunning

routes = Resource("reminders", "The reminders of a day: what is due, what is held back and why.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderClaim:
    """An invoice in a reminder, and which step of its policy it is at."""

    number: str
    level: int
    due_date: date | None
    open: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLetter:
    """One letter: to whom, where, how, about what."""

    customer: str
    to: str
    tone: Tone
    channel: Channel
    language: str
    policy: str
    invoices: tuple[ReminderClaim, ...]
    open: tuple[Money, ...]
    fees: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """The letters of a day, whether they were sent, and what is held back."""

    as_of: date
    sent: bool
    reminders: tuple[ReminderLetter, ...]
    held: tuple[HeldBack, ...]


@routes.get("/reminders", Permission.COLLECTIONS_READ, gives=Reminders)
def get_due_reminders(visit: Looking, as_of: AsOf = None) -> Response:
    """Tell which reminders would go on a day; sends nothing."""
    with visit.look() as ctx:
        plan = plan_dunning(ctx, as_of)
    shown = Reminders(
        as_of=plan.as_of, sent=False, reminders=_told(plan.letters), held=tuple(plan.held)
    )
    return visit.reply(shown)


@routes.post("/reminders/send", Permission.COLLECTIONS_WRITE, gives=Reminders)
def send_due_reminders(visit: Changing) -> Response:
    """Send the reminders that are due today; each goes once, however often this is asked."""

    def sent() -> Reminders:
        with visit.look() as ctx:
            plan = plan_dunning(ctx)
        done = run_dunning(visit.change, plan)
        letters = _told(done.letters)
        return Reminders(as_of=done.day, sent=True, reminders=letters, held=done.held)

    return visit.once_apart(sent)


def _told(letters: tuple[PlannedLetter, ...]) -> tuple[ReminderLetter, ...]:
    return tuple(
        ReminderLetter(
            customer=letter.customer.name,
            to=letter.to,
            tone=letter.tone,
            channel=letter.channel,
            language=letter.language,
            policy=letter.policy,
            invoices=tuple(
                ReminderClaim(
                    number=notice.item.number,
                    level=notice.step.level,
                    due_date=notice.item.due_date,
                    open=notice.item.balance,
                )
                for notice in letter.notices
            ),
            open=letter.open,
            fees=letter.fees,
        )
        for letter in letters
    )
