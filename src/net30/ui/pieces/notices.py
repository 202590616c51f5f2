"""Notices: what is told beside a page: errors with a way out, and what was just done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from net30.assistant.replies.catalogue import reply_language, words
from net30.assistant.reply import tell_fault
from net30.kernel.errors import Net30Error
from net30.language.error_words import LANGUAGES, words_of
from net30.ui.pieces.shown import plain, sentence
from net30.ui.words import Words

FOR_PROGRAMS = re.compile(r"/api/|GET /|NET30_|If-Match|ETag|Retry-After")
_KEPT = "kept_notices"


def problem(t: Words, error: Net30Error) -> None:
    """Tell what is not possible and what to do about it, in the language of the screen."""
    st.error(plain(sentence(told(error, t.language))), icon=":material/error:")


def told(error: Net30Error, language: str) -> str:
    """Return an error in words: as the assistant says it, else as the API does, else in English.

    Its way out is left out where it is for programs.
    """
    spoken = reply_language(language)
    if error.code in words(spoken, "fault") or language not in LANGUAGES:
        return tell_fault(error, spoken)
    said = words_of(error, 0, "", language)
    if not said.whole:
        return tell_fault(error, spoken)
    if FOR_PROGRAMS.search(said.hint):
        return said.detail
    return f"{said.detail} {sentence(said.hint)}".strip()


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
