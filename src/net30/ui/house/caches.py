"""Caches: what answers are kept in this process, and whether keeping them pays."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.ports.cache import CacheFigures
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit
from net30.ui.words import Words

KILOBYTE = 1024


def caches(visit: Visit) -> None:
    """Show each cache, and a button that forgets all answers."""
    t = visit.t
    found = visit.app.world.cache.statistics()
    hits = sum(one.hits for one in found.values())
    asked = hits + sum(one.misses for one in found.values())
    with st.grid(4, min_column_width=150):
        st.metric(t("Questions"), visit.number_of(asked), border=True)
        st.metric(t("Answered from a cache"), visit.percent(hits / asked) if asked else "–",
                  border=True)  # fmt: skip
        st.metric(t("Answers kept"), visit.number_of(_sum(found, "entries")), border=True)
        kept = _sum(found, "bytes") / KILOBYTE
        st.metric(t("Memory, kB"), visit.number_of(round(kept)), border=True)
    if visit.app.world.cache.fault():
        st.warning(t("Redis does not answer; each process keeps its own answers meanwhile."))
    names = _names(t)
    table(
        visit,
        {
            t("Cache"): [names.get(name, name) for name in found],
            t("Kept"): [one.entries for one in found.values()],
            t("At most"): [one.limits.entries_max for one in found.values()],
            t("Seconds"): [one.limits.seconds for one in found.values()],
            t("Hits"): [one.hits for one in found.values()],
            t("Misses"): [one.misses for one in found.values()],
            t("Outdated"): [one.outdated for one in found.values()],
            t("Gone for room"): [one.evictions for one in found.values()],
            t("Hit, µs"): [one.hit_microseconds.p50 for one in found.values()],
            t("Miss, µs"): [one.miss_microseconds.p50 for one in found.values()],
        },
        alt=t("Caches"),
    )
    st.caption(t("An answer is never given once something has happened in the books."))
    if st.button(t("Forget all answers"), icon=":material/mop:", key="caches_clear",
                 disabled=not visit.may(Permission.SETTINGS_WRITE)):  # fmt: skip
        with telling(t):
            visit.principal.need(Permission.SETTINGS_WRITE)
            visit.app.world.cache.clear()
            keep_notice(t("All answers are computed anew."))
            st.rerun()


def _names(t: Words) -> dict[str, str]:
    """Return what is kept, as people call it."""
    return {
        "statistics": t("Figures"),
        "invoice_list": t("Lists of invoices"),
        "search_results": t("Found by search"),
        "invoice_detail": t("Single invoices"),
        "client_data": t("Customers"),
    }


def _sum(found: object, name: str) -> int:
    assert isinstance(found, dict)
    figures: list[CacheFigures] = list(found.values())
    return sum(int(getattr(one, name)) for one in figures)
