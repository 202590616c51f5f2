"""Dunning card: where the reminders of one claim stand, what comes next, and how it would read."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from net30.domain.customer import Customer
from net30.domain.dunning import DunningPolicy, Hold, Step, broken_promises, level_of, step_due
from net30.domain.events import ReminderSent
from net30.domain.identity.roles import Permission
from net30.domain.open_item import OpenItem
from net30.services.compose_reminder import compose_reminder
from net30.services.context import ReadContext
from net30.ui.pieces.links import link
from net30.ui.pieces.shown import plain
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit

READ = Permission.COLLECTIONS_READ


def dunning_card(visit: Visit, item: OpenItem | None) -> None:
    """Show the steps of a claim's policy: taken, due, to come, or what holds them back."""
    t = visit.t
    if item is None or item.amount.minor <= 0:
        st.caption(t("Only what is issued and owed is reminded of."))
        return
    with visit.look(READ) as ctx:
        customer = ctx.tx.load(Customer, item.customer_id).value
        policy = ctx.company.dunning_policy(customer.dunning)
        step = step_due(item, policy, customer, ctx.today)
        letter = _letter(ctx, item, customer, policy) if isinstance(step, Step) else ""
        broken = broken_promises(item, ctx.today)
    st.markdown(f"**{_next(visit, step)}**")
    for promise in broken:
        st.caption(
            t(
                "A promise was not kept: {amount} by {day}.",
                amount=plain(visit.money(promise.amount)),
                day=visit.day(promise.day),
            )
        )
    _steps(visit, item, policy)
    if letter:
        with st.expander(t("How it would read"), icon=":material/mail:"):
            st.text(letter)
    st.caption(
        t(
            "Policy {name}: at least {n} days between two reminders, {grace} days after a promise.",
            name=plain(policy.name),
            n=policy.gap_days,
            grace=policy.grace_days,
        )
    )
    link("collections", t("All reminders due"))


def _next(visit: Visit, step: Step | Hold) -> str:
    t = visit.t
    if isinstance(step, Hold):
        return hold_said(visit, step)
    tones, channels = tone_names(visit), channel_names(visit)
    return t(
        "Step {n} is due now: {tone}, {channel}.",
        n=step.level,
        tone=tones[step.tone],
        channel=channels[step.channel],
    )


def _steps(visit: Visit, item: OpenItem, policy: DunningPolicy) -> None:
    t, taken = visit.t, {one.level: one for one in item.reminders}
    tones, channels = tone_names(visit), channel_names(visit)
    due, reached = item.due_date, level_of(item)
    table(
        visit,
        {
            t("Step"): [step.level for step in policy.steps],
            t("From"): [due + timedelta(days=step.days) if due else None for step in policy.steps],
            t("Tone"): [tones[step.tone] for step in policy.steps],
            t("How"): [channels[step.channel] for step in policy.steps],
            t("Went on"): [
                taken[step.level].day if step.level in taken else None for step in policy.steps
            ],
            t("To"): [
                taken[step.level].to
                if step.level in taken
                else (t("passed over") if step.level < reached else "")
                for step in policy.steps
            ],
        },
        alt=t("Steps of the reminders"),
    )


def _letter(ctx: ReadContext, item: OpenItem, customer: Customer, policy: DunningPolicy) -> str:
    """Return what the next letter would say; it is written, and sent to nobody."""
    step = step_due(item, policy, customer, ctx.today)
    assert isinstance(step, Step)
    sent = ReminderSent(
        invoice_id=item.id,
        number=item.number,
        to=customer.email,
        day=ctx.today,
        level=step.level,
        covers=(item.id,),
        tone=step.tone.value,
        channel=step.channel.value,
        fees=step.fees,
        interest_of=(item.id,) if step.interest else (),
        law=policy.country,
    )
    written = compose_reminder(ctx.tx, ctx.blobs, sent)
    return f"{written.subject}\n\n{written.text}" if written else ""


def hold_said(visit: Visit, reason: str) -> str:
    """Return why a claim gets no reminder, in words; a code that is not known as it is."""
    t = visit.t
    said = {
        "closed": t("Nothing is open: no reminder."),
        "disputed": t("Held back: the customer disputes it."),
        "parked": t("Held back: the customer is parked."),
        "promised": t("Held back until the promise has passed."),
        "no_due_date": t("It has no due date: no reminder."),
        "not_yet": t("No step is reached yet."),
        "done": t("All steps reached have been taken."),
        "too_soon": t("Held back: the last reminder is too recent."),
        "no_address": t("Held back: no address to write to."),
        "to_call": t("To be called, not written to."),
        "unapplied_cash": t("Held back: money has come that is not allocated yet."),
        "daily_bound": t("Held back: the bound of the day is reached."),
        "changed_meanwhile": t("Left out: it changed meanwhile."),
    }
    return said.get(str(reason), str(reason))


def tone_names(visit: Visit) -> dict[str, str]:
    """Return how letters speak, in words."""
    t = visit.t
    return {"friendly": t("friendly"), "firm": t("firm"), "final": t("final")}


def channel_names(visit: Visit) -> dict[str, str]:
    """Return how reminders go, in words."""
    t = visit.t
    return {"mail": t("by mail"), "letter": t("as a letter"), "call": t("by a call")}
