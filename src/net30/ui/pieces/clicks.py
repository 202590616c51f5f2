"""Clicks: what a form asks for is done once, however often its button is clicked.

A click that comes while the one before is still being carried out, or right after it, bears the
same key, so the books answer it as they answered the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from uuid import uuid4

import streamlit as st

DOUBLE_CLICK_SECONDS = 2.0
UNDER_WAY_SECONDS = 60.0
"""Work whose page was left half-way stays under way for so long at most."""


@dataclass(frozen=True, slots=True)
class Click:
    """The key of a click, when it was last used, and whether its work is still being done."""

    key: str
    at: float
    under_way: bool

    def is_same(self, now: float) -> bool:
        """Tell whether a click now is the same click once more."""
        return now - self.at < (UNDER_WAY_SECONDS if self.under_way else DOUBLE_CLICK_SECONDS)


def token(form: str) -> str:
    """Return the key of what a form asks for: the same for a double click."""
    now, kept = monotonic(), st.session_state.get(_name(form))
    if not isinstance(kept, Click) or not kept.is_same(now):
        kept = Click(f"screen-{uuid4()}", now, under_way=True)
    st.session_state[_name(form)] = replace(kept, at=now, under_way=True)
    return kept.key


def done(form: str) -> None:
    """Say that what a form asked for was done: the next click but a double one is another."""
    kept = st.session_state.get(_name(form))
    if isinstance(kept, Click):
        st.session_state[_name(form)] = replace(kept, at=monotonic(), under_way=False)


def _name(form: str) -> str:
    return f"token_{form}"
