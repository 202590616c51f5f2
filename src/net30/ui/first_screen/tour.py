"""Tour: what to try in the first five minutes, on the first screen until it is put away."""

from __future__ import annotations

import streamlit as st

from net30.domain.workplace import Workplace
from net30.services.workplace.saved_views import workplace_of
from net30.services.workplace.tour import STEPS, begin_tour, end_tour, take_step
from net30.ui.pieces.links import link
from net30.ui.pieces.notices import telling
from net30.ui.visit import Visit

_KNOWN = "tour_known"


def visited(visit: Visit, page: str) -> None:
    """Note that a page of the tour was opened; asks the books once for each step."""
    place = _known(visit)
    if page in STEPS and page not in place.tour and not place.tour_over:
        with visit.arrange() as ctx:
            st.session_state[_KNOWN] = take_step(ctx, page)


def show(visit: Visit) -> None:
    """Show the steps, those taken ticked; nothing once all are, or it was put away."""
    t, place = visit.t, _known(visit)
    steps = [one for one in STEPS if one in st.session_state.pages]
    left = [one for one in steps if one not in place.tour]
    if place.tour_over or not left:
        return
    said = {
        "assistant": t("Write an invoice in one sentence"),
        "invoices": t("Find it in the list, and open it"),
        "invoice": t("See when it will be paid, and why"),
        "collections": t("Know whom to call today"),
        "analytics": t("See how your money comes in"),
        "settings": t("Put your name and logo on your documents"),
    }
    with st.container(border=True, key="tour"):
        head = st.container(
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
            wrap=False,
        )
        done = len(steps) - len(left)
        head.markdown(
            f"**{t('Your first five minutes')}** · "
            + t("{done} of {all} steps", done=done, all=len(steps))
        )
        if head.button(t("Hide"), type="tertiary", icon=":material/close:", key="tour_over"):
            with telling(t):
                with visit.arrange() as ctx:
                    st.session_state[_KNOWN] = end_tour(ctx)
                st.rerun()
        row = st.container(horizontal=True)
        for step in steps:
            taken = step not in left
            link(
                "invoices" if step == "invoice" else step,
                said[step],
                row,
                icon="check_circle" if taken else "radio_button_unchecked",
            )


def offer(visit: Visit) -> None:
    """Offer to see the tour once more."""
    t = visit.t
    label = t("Show the first steps")
    if st.button(label, icon=":material/flag:", type="tertiary", key="tour_again"):
        with visit.arrange() as ctx:
            st.session_state[_KNOWN] = begin_tour(ctx)
        st.switch_page(st.session_state.pages["dashboard"])


def _known(visit: Visit) -> Workplace:
    """Return what the user has arranged, read once a session: only the steps matter here."""
    known: Workplace | None = st.session_state.get(_KNOWN)
    if known is None or known.id != visit.principal.user:
        with visit.look() as ctx:
            known = workplace_of(ctx)
        st.session_state[_KNOWN] = known
    return known
