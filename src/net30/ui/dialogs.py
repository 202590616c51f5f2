"""Dialogs: what is asked before the books change, and the change itself, once."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.services.context import Context
from net30.services.once import once
from net30.ui.invoice_making import forget_token, token
from net30.ui.notices import keep_notice, telling
from net30.ui.visit import Visit

Work = Callable[[Context], object]


def carry_out(visit: Visit, form: str, needs: Permission, work: Work, told: str) -> None:
    """Change the books, tell it and draw the page anew; a second click does nothing more."""
    with telling(visit.t):
        with visit.change(needs) as ctx:
            once(ctx, token(form), f"screen:{form}", lambda: _done(work, ctx))
        forget_token(form)
        keep_notice(told)
        st.rerun()


def _done(work: Work, ctx: Context) -> str:
    work(ctx)
    return "done"


def action(
    visit: Visit,
    label: str,
    icon: str,
    needs: Permission,
    ask: Callable[[], None],
    *,
    primary: bool = False,
    name: str = "",
) -> None:
    """Show a button that opens a dialog, to who may do that; `name` tells several apart."""
    if visit.may(needs) and st.button(
        label,
        icon=f":material/{icon}:",
        type="primary" if primary else "secondary",
        key=f"ask_{icon}_{name}",
    ):
        st.dialog(label)(ask)()
