"""Notices: what is told beside a page: errors with a way out, and what was just done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from net30.assistant.replies.catalogue import reply_language
from net30.assistant.reply import tell_fault
from net30.kernel.errors import Net30Error
from net30.ui.shown import plain, sentence
from net30.ui.words import Words

_KEPT = "kept_notices"


def problem(t: Words, error: Net30Error) -> None:
    """Tell what is not possible and what to do about it; the commonest faults in each language."""
    told = tell_fault(error, reply_language(t.language))
    st.error(plain(sentence(told)), icon=":material/error:")


@contextmanager
def telling(t: Words) -> Iterator[None]:
    """Tell what a block of work is refused with, and go on."""
    try:
        yield
    except Net30Error as error:
        problem(t, error)


def keep_notice(text: str, icon: str = "check_circle") -> None:
    """Tell something after the page has been drawn anew."""
    st.session_state.setdefault(_KEPT, []).append((text, icon))


def tell_kept_notices() -> None:
    """Tell what was kept to be told."""
    for text, icon in st.session_state.pop(_KEPT, []):
        st.toast(text, icon=f":material/{icon}:")
