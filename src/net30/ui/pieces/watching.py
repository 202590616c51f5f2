"""Watching: whoever looks at a page is told when somebody else has changed what it shows."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from net30.domain.customer import Customer
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.kernel.errors import Forbidden, NotFound
from net30.services.context import ReadContext
from net30.ui import shell
from net30.ui.visit import Visit

EVERY_SECONDS = 15
_DRAWN, _BEFORE, _OURS = "watched_drawn", "watched_before", "watched_changed_here"

Watched = Invoice | OpenItem | Customer


def begin_drawing() -> None:
    """Remember what the run before has shown; called once a run, before its page."""
    st.session_state[_BEFORE] = st.session_state.pop(_DRAWN, None)
    st.session_state[_OURS + "_before"] = st.session_state.pop(_OURS, False)


def changed_here() -> None:
    """Say that what the page shows is being changed from this very window."""
    st.session_state[_OURS] = True


def watch(visit: Visit, shown: Watched) -> None:
    """Tell that what is shown has changed since the last look, or does so while it is shown."""
    t, now = visit.t, what_counts(shown)
    before = st.session_state.get(_BEFORE)
    ours = st.session_state.get(_OURS + "_before", False)
    st.session_state[_DRAWN] = now
    if type(before) is type(now) and before.id == now.id and before != now and not ours:
        st.warning(
            t("Somebody changed this meanwhile. You see it as it stands now."),
            icon=":material/sync:",
        )
    _keep_watching(now)


@st.fragment(run_every=EVERY_SECONDS)
def _keep_watching(shown: Watched) -> None:
    try:
        visit = shell.here()
    except Forbidden:  # the page itself says so at the next click
        return
    with visit.look() as ctx:
        same = is_as_shown(ctx, shown)
    if not same:
        say_stale(visit)


def say_stale(visit: Visit) -> None:
    """Say that what is shown is not so any more, with the way to see how it is now."""
    t = visit.t
    st.warning(t("Somebody changed this meanwhile."), icon=":material/sync:")
    if st.button(t("Show it as it is now"), key="watched_again"):
        changed_here()
        st.rerun()


def is_as_shown(ctx: ReadContext, shown: Watched) -> bool:
    """Tell whether something is as it was shown, in all that people decide by."""
    try:
        now = ctx.tx.load(type(shown), shown.id).value
    except NotFound:  # thrown away
        return False
    return what_counts(now) == what_counts(shown)


def what_counts(shown: Watched) -> Watched:
    """Return it without what follows by itself: that a letter has gone out changes no decision."""
    if isinstance(shown, OpenItem):
        return replace(shown, sent_on=None, reminders=())
    return shown
