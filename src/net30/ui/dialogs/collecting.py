"""Collecting: what is asked before a reminder goes, and when something is noted."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.open_item import OpenItem
from net30.services.mark_invoice import close_dispute, note_call, note_promise, open_dispute
from net30.services.send_reminder import send_reminder
from net30.services.withdraw_mark import (
    reopen_dispute,
    withdraw_call,
    withdraw_dispute,
    withdraw_promise,
)
from net30.ui import shell
from net30.ui.pieces.dialogs import carry_out
from net30.ui.pieces.shown import day_field, plain

COLLECT = Permission.COLLECTIONS_WRITE
PROMISE_DAYS = 7
TEXT_MAX = 2000


def remind(item: OpenItem) -> None:
    """Ask before a reminder goes."""
    visit = shell.here()
    t = visit.t
    st.write(t("A reminder of {number} goes to the customer by mail.", number=plain(item.number)))
    if st.button(t("Send the reminder"), type="primary", key="remind_now"):
        carry_out(visit, f"remind_{item.id}", COLLECT,
           lambda ctx: send_reminder(ctx, number=item.number),
           t("The reminder of {number} is on its way.", number=item.number),
           seen=item)  # fmt: skip


def promise(item: OpenItem) -> None:
    """Ask by when they pay."""
    visit = shell.here()
    t = visit.t
    with visit.look(COLLECT) as ctx:
        today = ctx.today
    day = st.date_input(
        t("They pay by"),
        value=today + timedelta(days=PROMISE_DAYS),
        min_value=today,
        key="promise_day",
        format=day_field(t.language),
    )
    st.caption(t("No reminder goes out until the day has passed."))
    if st.button(t("Note promise"), type="primary", key="promise_now"):
        carry_out(visit, f"promise_{item.id}", COLLECT,
           lambda ctx: note_promise(ctx, item.number, day),
           t("Promised by {day}.", day=visit.day(day)),
           seen=item, undo=lambda ctx: withdraw_promise(ctx, item.number, day))  # fmt: skip


def call(item: OpenItem) -> None:
    """Ask what was said."""
    visit = shell.here()
    t = visit.t
    text = st.text_area(t("What was said"), max_chars=TEXT_MAX, key="call_text")
    if st.button(t("Note call"), type="primary", disabled=not text.strip(), key="call_now"):
        carry_out(visit, f"call_{item.id}", COLLECT,
           lambda ctx: note_call(ctx, item.number, text), t("The call is noted."),
           undo=lambda ctx: withdraw_call(ctx, item.number, text))  # fmt: skip


def dispute(item: OpenItem) -> None:
    """Ask what they contest."""
    visit = shell.here()
    t = visit.t
    reason = st.text_area(t("What they contest"), max_chars=TEXT_MAX, key="dispute_reason")
    st.caption(t("A disputed invoice is not reminded of until the dispute is closed."))
    if st.button(t("Note dispute"), type="primary", disabled=not reason.strip(),
                 key="dispute_now"):  # fmt: skip
        carry_out(visit, f"dispute_{item.id}", COLLECT,
           lambda ctx: open_dispute(ctx, item.number, reason),
           t("The dispute is noted."),
           seen=item, undo=lambda ctx: withdraw_dispute(ctx, item.number))  # fmt: skip


def settle_dispute(item: OpenItem) -> None:
    """Ask before a dispute is closed."""
    visit = shell.here()
    t = visit.t
    st.write(t("Reminders go on from now."))
    if st.button(t("Close dispute"), type="primary", key="undispute_now"):
        carry_out(visit, f"undispute_{item.id}", COLLECT,
           lambda ctx: close_dispute(ctx, item.number), t("The dispute is closed."),
           seen=item, undo=lambda ctx: reopen_dispute(ctx, item.number))  # fmt: skip
