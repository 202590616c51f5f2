"""Undoing: for a while, what was just done can be taken back, where the books allow it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.organisation import Organisation
from net30.kernel.errors import Conflict
from net30.services.context import Context
from net30.services.create_organisation import save_organisation
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.visit import Visit

OFFERED_SECONDS = 60.0
_OFFERED = "undo_offered"

Work = Callable[[Context], object]


@dataclass(frozen=True, slots=True)
class Offer:
    """What was done, in words; who may take it back, and how; until when (a monotonic moment)."""

    told: str
    needs: Permission
    work: Work
    until: float


def offer_undo(told: str, needs: Permission, work: Work) -> None:
    """Tell what was done, with a button that takes it back, for OFFERED_SECONDS."""
    st.session_state[_OFFERED] = Offer(told, needs, work, monotonic() + OFFERED_SECONDS)


def offer_company_back(visit: Visit, before: Organisation, changed: Organisation) -> None:
    """Tell that the organisation's settings are saved; they can be put back for a while."""

    def put_back(ctx: Context) -> None:
        if ctx.company != changed:
            raise Conflict(
                "the settings were changed again meanwhile",
                hint="look at them as they are now",
                code="changed",
            )
        save_organisation(ctx, before)

    offer_undo(visit.t("Saved."), Permission.SETTINGS_WRITE, put_back)


def show_offer(visit: Visit) -> None:
    """Show what can be taken back now, above the page; nothing where there is nothing."""
    offer: Offer | None = st.session_state.get(_OFFERED)
    if offer is None:
        return
    if monotonic() > offer.until:
        forget_offer()
        return
    t = visit.t
    row = st.container(horizontal=True, vertical_alignment="center", border=True, key="undoing")
    row.markdown(offer.told, width="content")
    if row.button(t("Undo"), icon=":material/undo:", key="undo"):
        with telling(t):
            with visit.change(offer.needs) as ctx:
                offer.work(ctx)
            forget_offer()
            keep_notice(t("It is as it was before."), "undo")
            st.rerun()
    row.button(
        t("Close"),
        icon=":material/close:",
        type="tertiary",
        key="undo_close",
        on_click=forget_offer,
    )


def forget_offer() -> None:
    """Offer nothing any more."""
    st.session_state.pop(_OFFERED, None)
