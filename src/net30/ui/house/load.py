"""Load: how the requests of this process go: how many, how many fail, how long they take."""

from __future__ import annotations

import math
import sys
from time import process_time

import streamlit as st

from net30.ui import shell
from net30.ui.pieces.tables import NOTHING, table

EVERY_SECONDS = 5
BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024
"""ru_maxrss counts kilobytes on Linux, bytes on macOS."""
MEGABYTE = 1024 * 1024


@st.fragment(run_every=EVERY_SECONDS)
def load() -> None:
    """Show the rate, the errors and the durations of each route of the API since the start."""
    visit = shell.here()
    t = visit.t
    rows = sorted(visit.office.loads(), key=lambda row: -row.requests)
    with st.grid(4, min_column_width=150):
        st.metric(t("Requests"), visit.number_of(sum(row.requests for row in rows)), border=True)
        st.metric(t("Faults of ours"), visit.number_of(sum(row.faults for row in rows)),
                  border=True)  # fmt: skip
        st.metric(t("CPU seconds"), visit.number_of(round(process_time())),
                  border=True)  # fmt: skip
        most = _memory_at_most()
        told = NOTHING if most is None else visit.number_of(most)
        st.metric(t("Memory at most, MB"), told, border=True)
    if not rows:
        st.caption(t("No program has asked the API yet."))
        return
    table(
        visit,
        {
            t("Route"): [row.route for row in rows],
            t("Requests"): [row.requests for row in rows],
            t("Faults of ours"): [row.faults for row in rows],
            t("Half within, ms"): [_milliseconds(row.middle) for row in rows],
            t("95 % within, ms"): [_milliseconds(row.slow) for row in rows],
        },
        alt=t("Load"),
    )
    st.caption(t("Prometheus reads the same at /metrics."))


def _memory_at_most() -> int | None:
    """Return the most memory this process ever had, in MB; None where the system does not say."""
    try:
        import resource  # noqa: PLC0415 (Windows has none)
    except ModuleNotFoundError:
        return None
    most: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * BYTES_PER_UNIT // MEGABYTE


def _milliseconds(seconds: float) -> int | None:
    return round(seconds * 1000) if math.isfinite(seconds) else None
