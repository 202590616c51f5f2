"""Prediction card: when an invoice will be paid, how sure that is, why, and what to do."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from net30.assistant.predictions import chance, told
from net30.assistant.replies.catalogue import reply_language
from net30.assistant.replies.telling import tell
from net30.services.predict_invoice import Prediction
from net30.ui.learning.which_model import brief
from net30.ui.pieces.shown import BAND_COLOURS, said, sentence
from net30.ui.visit import Visit

REASONS, ADVICE = 4, 3
SHOWN_FIRST = frozenset({"predicted_next", "predicted_why", "predicted_changes"})
FIGURE_PIXELS_MIN = 135
"""Narrower and a label would be cut off."""


def prediction_card(visit: Visit, found: Prediction) -> None:
    """Show what is said of an invoice."""
    t = visit.t
    with st.container(border=True):
        head = st.container(horizontal=True, horizontal_alignment="distribute")
        head.markdown(f"**{t('When it will be paid')}**")
        head.badge(
            sentence(said("band", found.band, t.language)),
            color=BAND_COLOURS.get(found.band, "gray"),  # type: ignore[arg-type] # its words
        )
        with st.grid(3, min_column_width=FIGURE_PIXELS_MIN, gap="small"):
            st.metric(t("Expected"), visit.day(found.expected) or t("beyond the horizon"))
            st.metric(t("Paid late"), visit.percent(chance(found.p_late).value / 100),
                      help=t("The chance that it is paid after its due date."))  # fmt: skip
            st.metric(t("Over 30 days late"), visit.percent(chance(found.p_late30).value / 100))
        if found.earliest and found.latest:
            st.caption(
                t(
                    "Four of five such invoices are paid from {first} to {last}.",
                    first=visit.day(found.earliest),
                    last=visit.day(found.latest),
                )
            )
        _parts(visit, found)


def _parts(visit: Visit, found: Prediction) -> None:
    """Show what to do, why, what other terms would change, and at last who says so.

    All is told as the assistant tells it.
    """
    t, language = visit.t, reply_language(visit.t.language)
    named = replace(found, model=brief(visit.t, found.model))
    result = told(named, reasons=REASONS, advice=ADVICE, changes=True)
    said = {part.code: tell(part, language) for part in result.parts}
    for code in ("predicted_next", "predicted_why"):
        if code in said:
            st.markdown(said[code])
    if "predicted_changes" in said:
        with st.expander(t("What other terms would change")):
            st.markdown(said["predicted_changes"])
    for code, text in said.items():
        if code not in SHOWN_FIRST:
            st.caption(text)
