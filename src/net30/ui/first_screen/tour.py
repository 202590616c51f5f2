"""Tour: what to try in the first five minutes, on the first screen until it is put away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from net30.domain.workplace import Workplace
from net30.services.workplace.saved_views import workplace_of
from net30.services.workplace.tour import STEPS, begin_tour, end_tour, take_step
from net30.ui.pieces.links import link
from net30.ui.pieces.notices import telling
from net30.ui.place import seen_by
from net30.ui.visit import Visit

_KNOWN = "tour_known"


class Step(NamedTuple):
    """A step: the page it leads to, what one does there, whether it is taken."""

    page: str
    label: str
    taken: bool


def visited(visit: Visit, page: str) -> None:
    """Note that a page of the tour was opened; asks the books once for each step."""
    place = _known(visit)
    if page in STEPS and page not in place.tour and not place.tour_over:
        with visit.arrange() as ctx:
            st.session_state[_KNOWN] = take_step(ctx, page)


def show(visit: Visit) -> None:
    """Show the steps, those taken ticked; nothing once all are, or it was put away."""
    t = visit.t
    steps = steps_of(visit, _known(visit))
    if not steps:
        return
    with st.container(border=True, key="tour"):
        head = st.container(
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
            wrap=False,
        )
        head.markdown(f"**{t('Your first five minutes')}** · {taken_of(visit, steps)}")
        if head.button(t("Hide"), type="tertiary", icon=":material/close:", key="tour_over"):
            with telling(t):
                with visit.arrange() as ctx:
                    st.session_state[_KNOWN] = end_tour(ctx)
                st.rerun()
        row = st.container(horizontal=True)
        for step in steps:
            icon = "check_circle" if step.taken else "radio_button_unchecked"
            link(step.page, step.label, row, icon=icon)


def steps_of(visit: Visit, place: Workplace) -> list[Step]:
    """Return the steps to pages that this one may see; none once all are taken, or put away."""
    t = visit.t
    said = {
        "assistant": t("Write an invoice in one sentence"),
        "invoices": t("Find it in the list, and open it"),
        "invoice": t("See when it will be paid, and why"),
        "collections": t("Know whom to call today"),
        "analytics": t("See how your money comes in"),
        "settings": t("Put your name and logo on your documents"),
    }
    seen = seen_by(visit)
    steps = [
        Step("invoices" if one == "invoice" else one, said[one], one in place.tour)
        for one in STEPS
        if one in seen
    ]
    return [] if place.tour_over or all(one.taken for one in steps) else steps


def taken_of(visit: Visit, steps: Sequence[Step]) -> str:
    """Return how many steps are taken, in words."""
    done = sum(one.taken for one in steps)
    return visit.t("{done} of {all} steps", done=done, all=len(steps))


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
