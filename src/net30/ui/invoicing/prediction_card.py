"""Prediction card: when an invoice will be paid, how sure that is, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from net30.assistant.predictions import chance, told
from net30.assistant.replies.catalogue import reply_language
from net30.assistant.replies.telling import tell
from net30.services.predict_invoice import Prediction
from net30.ui.pieces.shown import BAND_COLOURS, said, sentence
from net30.ui.visit import Visit

REASONS, ADVICE = 4, 3
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
            st.metric(t("Paid late"), f"{chance(found.p_late).value}%",
                      help=t("The chance that it is paid after its due date."))  # fmt: skip
            st.metric(t("Over 30 days late"), f"{chance(found.p_late30).value}%")
        if found.earliest and found.latest:
            st.caption(
                t(
                    "Four of five such invoices are paid from {first} to {last}.",
                    first=visit.day(found.earliest),
                    last=visit.day(found.latest),
                )
            )
        for text in _parts(visit, found):
            st.markdown(text)


def _parts(visit: Visit, found: Prediction) -> Iterator[str]:
    """Yield who says so, the reasons, the changes and the advice, as the assistant tells them."""
    language = reply_language(visit.t.language)
    result = told(found, reasons=REASONS, advice=ADVICE, changes=True)
    for part in result.parts:
        yield tell(part, language)
