"""Cards: a chart with the finding as its title, its table, and both to take away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

import pyarrow as pa
import streamlit as st
from plotly.graph_objects import Figure  # type: ignore[import-untyped] # it tells no types

from net30.charts.chart import Chart, Gauge
from net30.charts.screen import Palette, Shares, figure
from net30.language.amounts import number_marks
from net30.ledger.writers import csv
from net30.ledger.writers.csv_excel import BYTE_ORDER_MARK
from net30.ui.application import theme
from net30.ui.pieces.shown import plain
from net30.ui.pieces.tables import at_right
from net30.ui.words import Words

FIGURES_KEPT = 128
GOOD, WATCH, BAD, FAINT = "green", "orange", "red", "gray"


def palette() -> Palette:
    """Return the colours of the screen as it is shown now."""
    return palette_of(str(st.context.theme.type or "light"))


@cache
def palette_of(kind: str) -> Palette:
    """Return the colours of the light or the dark screen."""

    def said(name: str) -> str:
        return str(theme()[f"theme.{kind}.{name}"])

    return Palette(
        accent=said("primaryColor") if kind == "light" else said("linkColor"),
        text=said("textColor"),
        faint=said("borderColor"),
        track=said("secondaryBackgroundColor"),
        series=tuple(theme()[f"theme.{kind}.chartCategoricalColors"]),
        shades=tuple(theme()[f"theme.{kind}.chartSequentialColors"]),
    )


def mood_colours(moods: Sequence[str]) -> tuple[str, ...]:
    """Return the theme's colours for moods, from GOOD to BAD."""
    kind = str(st.context.theme.type or "light")
    named = {
        GOOD: theme()[f"theme.{kind}.greenColor"],
        WATCH: theme()[f"theme.{kind}.orangeColor"],
        BAD: theme()[f"theme.{kind}.redColor"],
        FAINT: theme()[f"theme.{kind}.grayTextColor"],
    }
    return tuple(str(named.get(mood, mood)) for mood in moods)


def ageing_colours() -> tuple[str, ...]:
    """Return the colours of the ageing's columns: calm for what is not due, then ever hotter."""
    dark = st.context.theme.type == "dark"
    light = ("#0f766e", "#e9b949", "#e58a2c", "#d3542b", "#a61b1b")
    return ("#35b5aa", "#f2cc6b", "#f0a848", "#ea7a55", "#e04848") if dark else light


def chart_card(
    t: Words,
    chart: Chart | Shares,
    *,
    key: str,
    colours: Sequence[str] = (),
    note: str = "",
) -> None:
    """Show a chart in a card: the finding above, then the picture or its table."""
    with st.container(border=True, height="stretch"):
        _body(t, chart, key, tuple(colours), note)


@st.fragment
def _body(t: Words, chart: Chart | Shares, key: str, colours: tuple[str, ...], note: str) -> None:
    head = st.container(horizontal=True, horizontal_alignment="distribute", wrap=False)
    head.markdown(f"**{plain(chart.title)}**")
    views = {"chart": ":material/bar_chart:", "table": ":material/table_rows:"}
    view = head.segmented_control(
        t("Shown as"),
        list(views),
        default="chart",
        required=True,
        format_func=lambda name: views[name],
        label_visibility="collapsed",
        key=f"{key}_view",
    )
    if view == "table":
        _table(t, chart, key)
    else:
        st.plotly_chart(
            draw(chart, palette(), colours, number_marks(t.language)),
            key=f"{key}_chart",
            alt=chart.title,
            config=_bar(key),
        )
    if note:
        st.caption(note)


@lru_cache(maxsize=FIGURES_KEPT)
def draw(chart: Chart | Shares, colours: Palette, own: tuple[str, ...], marks: str) -> Figure:
    """Return a chart as Plotly takes it unasked: checking it takes longer than all the rest.

    `marks` are the decimal point and what groups thousands, one letter each.
    """
    drawn = figure(chart, colours, own)
    drawn["layout"]["separators"] = marks
    return Figure(drawn)


def _bar(name: str) -> dict[str, object]:
    """Return the buttons of a chart: one, that downloads it as PNG."""
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"filename": name, "scale": 2},
    }


def _table(t: Words, chart: Chart | Shares, key: str) -> None:
    columns = table_of(chart)
    right = {name: at_right() for name in list(columns)[1:]}
    st.dataframe(columns, hide_index=True, key=f"{key}_rows", column_config=right, alt=chart.title)
    st.download_button(
        t("Download CSV"),
        data=lambda: csv_of(columns),
        file_name=f"{key}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=f"{key}_csv",
    )


def table_of(chart: Chart | Shares) -> dict[str, list[str]]:
    """Return a chart's finished labels as columns."""
    if isinstance(chart, Gauge):
        return {chart.title: [chart.label]}
    columns = {" ": list(chart.places)}
    if isinstance(chart, Shares):
        return columns | {chart.title: list(chart.labels)}
    return columns | {series.name: list(series.labels) for series in chart.series}


def csv_of(columns: dict[str, list[str]]) -> bytes:
    """Return columns as CSV that spreadsheets read: UTF-8 with a byte order mark.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    texts = {name: pa.array(rows, pa.string()) for name, rows in columns.items()}
    return BYTE_ORDER_MARK + csv.write(pa.table(texts))
