"""Recurring: the invoices that come back by themselves: when next, what for, pause and skip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import streamlit as st

from net30.domain.aggregates import Key
from net30.domain.identity.roles import Permission
from net30.domain.schedule import Occurrence, Schedule
from net30.kernel.money import sums_of
from net30.services.coming_schedules import coming_invoices
from net30.services.context import ReadContext
from net30.services.found import customer_called
from net30.services.plan_schedules import HeldSchedule, plan_schedules, schedules
from net30.services.run_schedules import run_schedules
from net30.services.save_schedule import pause_schedule, resume_schedule, skip_schedule
from net30.ui.invoicing.repeating import WRITE, change, may_repeat, rhythm
from net30.ui.pieces.dialogs import action, carry_out
from net30.ui.pieces.links import link
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.shown import plain
from net30.ui.place import Place, Section
from net30.ui.visit import Visit

READ = Permission.SCHEDULES_READ
COMING_DAYS = 90
SHOWN_MAX = 100
MADE_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A schedule, whom it is for, and the last invoices that it made."""

    schedule: Schedule
    customer: str
    made: tuple[Occurrence, ...]


def show(visit: Visit) -> None:
    """Show what comes back, the soonest first."""
    t = visit.t
    st.title(t("Recurring invoices"))
    with visit.look(READ) as ctx:
        today = ctx.today
        found = _found(ctx)
        plan = plan_schedules(ctx)
        coming = coming_invoices(ctx, today, today + timedelta(days=COMING_DAYS)) if found else ()
    if not found:
        _empty(visit)
        return
    amounts = ", ".join(visit.money(one) for one in sums_of(one.amount for one in coming))
    if coming:
        st.caption(
            t(
                "The next {days} days: {n} invoices, {amount}.",
                days=COMING_DAYS,
                n=visit.number_of(len(coming)),
                amount=plain(amounts),
            )
        )
    if plan.due and may_repeat(visit):
        label = t.count(len(plan.due), "Make {n} invoice now", "Make {n} invoices now")
        if st.button(label, type="primary", icon=":material/play_arrow:", key="recurring_run"):
            _run(visit)
    held = {one.schedule_id: one for one in plan.held}
    for one in found[:SHOWN_MAX]:
        _card(visit, one, held.get(one.schedule.id))
    if len(found) > SHOWN_MAX:
        st.caption(t("Only the first {n} are shown.", n=visit.number_of(SHOWN_MAX)))


def _found(ctx: ReadContext) -> list[Shown]:
    rows = [
        Shown(
            schedule=one,
            customer=customer_called(ctx, one.customer_id),
            made=tuple(made.value for made in ctx.tx.find(Occurrence, Key.PARENT, one.id)),
        )
        for one in schedules(ctx)
    ]
    return sorted(rows, key=lambda row: (row.schedule.paused, row.schedule.next_day() or date.max))


def _card(visit: Visit, shown: Shown, held: HeldSchedule | None) -> None:
    t, schedule = visit.t, shown.schedule
    with st.container(border=True):
        head = st.container(horizontal=True, vertical_alignment="center")
        head.markdown(f"**{plain(shown.customer)}**", width="content")
        what = ", ".join(line.name or line.product for line in schedule.invoice.lines)
        head.markdown(plain(what), width="content")
        if schedule.paused:
            head.badge(t("paused"), color="orange")
        following = schedule.next_day()
        told = t("next on {day}", day=visit.day(following)) if following else t("it has ended")
        st.caption(f"{rhythm(visit, schedule)} · {told}")
        if held:
            st.warning(plain(_held_said(visit, held)), icon=":material/block:")
        if may_repeat(visit):
            _buttons(visit, schedule, following)
        row = st.container(horizontal=True)
        for made in shown.made[-MADE_SHOWN:]:
            link(
                "invoice",
                visit.day(made.day),
                row,
                asked={"number": made.invoice_id},
                icon="description",
            )


def _buttons(visit: Visit, schedule: Schedule, following: date | None) -> None:
    t, name = visit.t, schedule.id
    with st.container(horizontal=True):
        action(visit, t("Change"), "edit", WRITE, partial(change, schedule.id), name=name)
        if schedule.paused:
            if st.button(t("Resume"), icon=":material/play_arrow:", key=f"resume_{name}"):
                carry_out(visit, f"resume_{name}", WRITE, lambda ctx: resume_schedule(ctx, name),
                   t("It goes on from today."),
                   undo=lambda ctx: pause_schedule(ctx, name))  # fmt: skip
            return
        if st.button(t("Pause"), icon=":material/pause:", key=f"pause_{name}"):
            carry_out(visit, f"pause_{name}", WRITE, lambda ctx: pause_schedule(ctx, name),
               t("It makes nothing until it is resumed."),
               undo=lambda ctx: resume_schedule(ctx, name))  # fmt: skip
        if following and st.button(
            t("Skip {day}", day=visit.day(following)), icon=":material/skip_next:",
            key=f"skip_{name}",
        ):  # fmt: skip
            carry_out(visit, f"skip_{name}_{following}", WRITE,
               lambda ctx: skip_schedule(ctx, name, following),
               t("{day} is left out.", day=visit.day(following)))  # fmt: skip


def _held_said(visit: Visit, held: HeldSchedule) -> str:
    t = visit.t
    said = {
        "parked": t("Nothing is made: the customer is parked."),
        "too_many_missed": t("Too many days were missed: skip them, or set the start anew."),
        "daily_bound": t("The bound of the day is reached: the rest comes tomorrow."),
    }
    return said.get(held.reason, held.hint or held.reason)


def _run(visit: Visit) -> None:
    t = visit.t
    with telling(t):
        visit.principal.need_all((WRITE, Permission.INVOICES_WRITE))
        with visit.look(READ) as ctx:
            plan = plan_schedules(ctx)
        done = run_schedules(lambda: visit.app.change(visit.principal.user), plan)
        visit.followed()
        count = len(done.made)
        keep_notice(t.count(count, "{n} invoice is made.", "{n} invoices are made."))
        st.rerun()


def _empty(visit: Visit) -> None:
    t = visit.t
    with st.container(border=True):
        st.markdown(f"**{t('Nothing comes back yet')}**")
        st.write(
            t(
                "Rent, support, subscriptions: write the invoice once, open it and choose Repeat. "
                "It is then made every week or month by itself, as a draft, issued, or sent."
            )
        )
        row = st.container(horizontal=True)
        link("invoices", t("Choose an invoice"), row)
        link("new_invoice", t("New invoice"), row, icon="add")


PLACE = Place(
    title="Recurring",
    icon="event_repeat",
    section=Section.RECEIVABLES,
    order=2,
    needs=(READ, Permission.INVOICES_READ),
    show=show,
)
