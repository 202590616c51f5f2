"""Dialogs: what is asked before the books change, and the change itself, once."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.services.context import Context
from net30.services.once import once
from net30.ui.pieces.clicks import done, token
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.undoing import offer_undo
from net30.ui.pieces.watching import Watched, changed_here, is_as_shown, say_stale
from net30.ui.visit import Visit

Work = Callable[[Context], object]


def carry_out(
    visit: Visit,
    form: str,
    needs: Permission,
    work: Work,
    told: str,
    *,
    seen: Watched | None = None,
    undo: Work | None = None,
) -> None:
    """Change the books, tell it and draw the page anew; a second click does nothing more.

    Whoever decided by what they have `seen`, and is too late, is told so instead. What `undo` can
    take back is offered to be taken back for a while.
    """
    with telling(visit.t):
        try:
            with visit.change(needs) as ctx:
                once(ctx, token(form), f"screen:{form}", lambda: _done(work, ctx, seen))
        except _TooLate:
            say_stale(visit)
            return
        done(form)
        changed_here()
        if undo:
            offer_undo(told, needs, undo)
        else:
            keep_notice(told)
        st.rerun()


class _TooLate(Exception):
    """What somebody decided by is not so any more."""


def _done(work: Work, ctx: Context, seen: Watched | None) -> str:
    if seen is not None and not is_as_shown(ctx, seen):
        raise _TooLate
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
