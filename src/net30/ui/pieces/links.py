"""Links from one page to another, shown only where the other may be seen."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from net30.ui.pieces.shown import plain, pointing


def link(
    name: str,
    label: str,
    where: DeltaGenerator | None = None,
    *,
    asked: Mapping[str, str] | None = None,
    icon: str = "arrow_forward",
) -> None:
    """Show a link to a page; nothing for who may not see it."""
    page = st.session_state.pages.get(name)
    if page is not None:
        sign = pointing(icon, st.session_state.visit.t.direction)
        (where or st).page_link(
            page, label=plain(label), icon=f":material/{sign}:", query_params=asked
        )


def lead(name: str, label: str, where: DeltaGenerator, *, icon: str) -> None:
    """Show the button that leads to what is usually next; nothing for who may not see it."""
    if name in st.session_state.pages and where.button(
        plain(label), type="primary", icon=f":material/{icon}:", key=f"lead_{name}"
    ):
        go(name)


def go(name: str, **asked: str) -> None:
    """Go to another page."""
    st.switch_page(st.session_state.pages[name], query_params=asked)
