"""Saved views: the questions to the list of invoices that somebody keeps under a name."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from net30.domain.identity.roles import Permission
from net30.domain.open_item import Status
from net30.domain.workplace import VIEW_NAME_CHARACTERS_MAX, SavedView
from net30.ports.search import Sort
from net30.services.context import Context
from net30.services.workplace.saved_views import keep_view, remove_view, workplace_of
from net30.ui import shell
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.shown import plain
from net30.ui.pieces.undoing import offer_undo
from net30.ui.visit import Visit

READ = Permission.INVOICES_READ


def choose_view(visit: Visit, row: DeltaGenerator) -> None:
    """Show the views of one's own: a click asks their question; the present one can be kept."""
    t = visit.t
    with visit.look(READ) as ctx:
        views = workplace_of(ctx).views
    with row.popover(t("My views"), icon=":material/bookmark:", key="views"):
        if not views:
            st.caption(t("Set search and filters as you need them often, and keep them here."))
        for at, view in enumerate(views):
            line = st.container(horizontal=True, vertical_alignment="center")
            line.button(
                plain(view.name),
                type="tertiary",
                key=f"view_{at}",
                on_click=partial(ask, view),
                width="stretch",
            )
            line.button(
                t("Remove the view {name}", name=plain(view.name)),
                icon=":material/delete:",
                type="tertiary",
                key=f"view_gone_{at}",
                on_click=partial(_remove, view),
            )
        name = st.text_input(
            t("Keep the present question as"),
            max_chars=VIEW_NAME_CHARACTERS_MAX,
            placeholder=t("Acme, late"),
            key="view_name",
        )
        if st.button(t("Keep"), disabled=not name.strip(), key="view_keep"):
            with telling(t):
                with visit.arrange(READ) as ctx:
                    kept = keep_view(ctx, present(name))
                keep_notice(t("The view {name} is kept.", name=plain(kept.name)), "bookmark")
                del st.session_state.view_name
                st.rerun()


def present(name: str) -> SavedView:
    """Return what the list is asked now, as a view."""
    asked = st.session_state
    issued = asked.get("invoices_issued") or ()
    days = tuple(issued) if isinstance(issued, tuple | list) else (issued,)
    return SavedView(
        name=name,
        usual=asked.get("invoices_view") or "all",
        text=(asked.get("invoices_text") or "").strip(),
        customer_id=asked.get("invoices_customer") or "",
        statuses=tuple(Status(one) for one in asked.get("invoices_statuses") or ()),
        issued_from=days[0] if days else None,
        issued_to=days[1] if len(days) > 1 else None,
        sort=str(asked.get("invoices_sort") or ""),
    )


def ask(view: SavedView) -> None:
    """Ask the list a view's question."""
    asked = st.session_state
    asked.invoices_view = view.usual
    asked.invoices_text = view.text
    asked.invoices_customer = view.customer_id or None
    asked.invoices_statuses = list(view.statuses)
    asked.invoices_issued = [day for day in (view.issued_from, view.issued_to) if day]
    asked.invoices_sort = Sort(view.sort) if view.sort else None
    asked.invoices_cursors = []


def _remove(view: SavedView) -> None:
    visit = shell.here()
    t = visit.t

    def again(ctx: Context) -> None:
        keep_view(ctx, view)

    with telling(t):
        with visit.arrange(READ) as ctx:
            remove_view(ctx, view.name)
        offer_undo(t("The view {name} is removed.", name=plain(view.name)), READ, again)
