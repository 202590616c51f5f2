"""Repeating: how often an invoice comes back, from when until when, and what is made of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.domain.schedule import EVERY_MAX, Making, Schedule, Unit
from net30.kernel.dates import add_months
from net30.kernel.errors import Conflict
from net30.services.context import Context
from net30.services.save_schedule import save_schedule
from net30.ui import shell
from net30.ui.invoicing.lines_again import again
from net30.ui.pieces.dialogs import action, carry_out
from net30.ui.pieces.shown import day_field
from net30.ui.visit import Visit

WRITE = Permission.SCHEDULES_WRITE


def may_repeat(visit: Visit) -> bool:
    """Tell whether this one may have invoices made again and again."""
    return visit.may(WRITE, Permission.INVOICES_WRITE)


def repeat_action(visit: Visit, invoice: Invoice) -> None:
    """Show the button that has an invoice come back."""
    if may_repeat(visit):
        action(visit, visit.t("Repeat"), "event_repeat", WRITE, partial(repeat, invoice))


def repeat(invoice: Invoice) -> None:
    """Ask how often an invoice comes back."""
    visit = shell.here()
    t = visit.t
    with visit.look(WRITE) as ctx:
        start = _following(invoice.issue_date, ctx.today)
    wanted = _fields(visit, Schedule(id="", invoice=again(invoice), start=start))
    st.caption(
        t(
            "Every one is dated the day it is made, with the same lines. {month} and {year} in a "
            "line become the month and the year.",
            month="{month}",
            year="{year}",
        )
    )
    if st.button(t("Repeat it"), type="primary", key="repeat_now"):
        carry_out(visit, f"repeat_{invoice.id}", WRITE, lambda ctx: _saved(visit, ctx, wanted),
           t("It comes back: {rhythm}.", rhythm=rhythm(visit, wanted)))  # fmt: skip


def _following(first: date, today: date) -> date:
    """Return the first day after today that is whole months after the first one."""
    months = 1
    while (day := add_months(first, months)) <= today:
        months += 1
    return day


def change(schedule_id: str) -> None:
    """Ask what is different about a schedule from now on."""
    visit = shell.here()
    t = visit.t
    with visit.look(Permission.SCHEDULES_READ) as ctx:
        schedule = ctx.tx.load(Schedule, schedule_id).value
    wanted = _fields(visit, schedule)
    if st.button(t("Save"), type="primary", key="repeat_save"):
        carry_out(visit, f"schedule_{schedule_id}", WRITE,
           lambda ctx: _saved(visit, ctx, wanted), t("Saved."),
           undo=lambda ctx: _back(ctx, wanted, schedule))  # fmt: skip


def _back(ctx: Context, changed: Schedule, before: Schedule) -> Schedule:
    """Return the schedule as it was before a change; what was made meanwhile stays made."""
    now = ctx.tx.load(Schedule, changed.id).value
    if replace(now, made_until=changed.made_until) != changed:
        raise Conflict(
            "the schedule was changed again meanwhile",
            hint="look at it as it is now",
            code="changed",
        )
    return save_schedule(ctx, before)


def _saved(visit: Visit, ctx: Context, wanted: Schedule) -> Schedule:
    visit.principal.need(Permission.INVOICES_WRITE)
    return save_schedule(ctx, wanted)


def _fields(visit: Visit, schedule: Schedule) -> Schedule:
    t = visit.t
    left, right = st.columns(2)
    every = left.number_input(
        t("Every"), min_value=1, max_value=EVERY_MAX, value=schedule.every, key="repeat_every"
    )
    units = {Unit.MONTH: t("months"), Unit.WEEK: t("weeks")}
    unit = right.selectbox(
        t("Unit"), list(units), index=list(units).index(schedule.unit),
        format_func=lambda one: units[one], key="repeat_unit",
    )  # fmt: skip
    left, right = st.columns(2)
    start = left.date_input(
        t("First on"), value=schedule.start, format=day_field(t.language), key="repeat_start"
    )
    end: date | None = right.date_input(
        t("Until (empty: for good)"),
        value=schedule.end,
        format=day_field(t.language),
        key="repeat_end",
    )
    names = makings(visit)
    making = st.segmented_control(
        t("What is made"), list(names), default=schedule.making, required=True,
        format_func=lambda one: names[one], key="repeat_making",
    )  # fmt: skip
    if end is not None and end < start:
        st.error(t("It would end before it begins."))
        end = None
    return replace(
        schedule, every=int(every), unit=unit or schedule.unit, start=start, end=end,
        making=making or schedule.making,
    )  # fmt: skip


def makings(visit: Visit) -> dict[Making, str]:
    """Return what a schedule makes, in words."""
    t = visit.t
    return {
        Making.DRAFT: t("A draft"),
        Making.ISSUE: t("An issued invoice"),
        Making.SEND: t("Issued and sent"),
    }


def rhythm(visit: Visit, schedule: Schedule) -> str:
    """Return how often it comes back and what is made, in words."""
    t, count = visit.t, schedule.every
    if schedule.unit is Unit.WEEK:
        often = t.count(count, "every week", "every {n} weeks")
    else:
        often = t.count(count, "every month", "every {n} months")
    until = t("until {day}", day=visit.day(schedule.end)) if schedule.end else ""
    return " · ".join(filter(None, (often, until, makings(visit)[schedule.making])))
