"""Benchmarks: how late each industry pays, beside what is published of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from net30.charts.chart import Bars, Series
from net30.insights.benchmarks import ALL, Benchmark
from net30.ui.pieces.cards import chart_card
from net30.ui.pieces.shown import sentence
from net30.ui.pieces.tables import at_right, table
from net30.ui.visit import Visit


def benchmarks(visit: Visit, rows: Sequence[Benchmark]) -> None:
    """Show our figures beside the published ones, and who published them."""
    t = visit.t
    chart_card(t, benchmark_chart(visit, rows), key="benchmarks")
    right = (t("Invoices"), t("Paid late"), t("Published"))
    table(
        visit,
        benchmark_rows(visit, rows),
        config={name: at_right() for name in right},
        alt=t("Benchmarks"),
    )
    st.caption(t("Published figures are of other firms and years; compare with care."))


def benchmark_chart(visit: Visit, rows: Sequence[Benchmark]) -> Bars:
    """Return how often each industry pays late, all of them first, beside what is published."""
    t = visit.t
    published = [one.published[0].late_share if one.published else None for one in rows]
    return Bars(
        title=_finding(visit, rows[0].late_share.value, published[0]),
        places=tuple(_industry(visit, one) for one in rows),
        series=(
            _shares(visit, t("Paid late"), [one.late_share.value for one in rows]),
            _shares(visit, t("Published"), published),
        ),
        unit="%",
        lying=True,
        beside=True,
    )


def _finding(visit: Visit, ours: Decimal | None, published: Decimal | None) -> str:
    t = visit.t
    if ours is None:
        return t("Nothing has fallen due yet")
    share = visit.percent(ours)
    if published is None:
        return t("{share} of the invoices that fell due were paid late", share=share)
    return t(
        "{share} of the invoices that fell due were paid late; published: {published}",
        share=share,
        published=visit.percent(published),
    )


def _shares(visit: Visit, name: str, shares: Sequence[Decimal | None]) -> Series:
    return Series(
        name,
        tuple(None if one is None else 100 * float(one) for one in shares),
        tuple(_percent(visit, one) for one in shares),
    )


def benchmark_rows(visit: Visit, rows: Sequence[Benchmark]) -> dict[str, list[str]]:
    """Return the same as a table, with who says so."""
    t = visit.t
    columns: dict[str, list[str]] = {
        name: []
        for name in (t("Industry"), t("Invoices"), t("Paid late"), t("Published"), t("Source"))
    }
    for one in rows:
        known = one.published[0] if one.published else None
        cells = (
            _industry(visit, one),
            visit.number_of(one.invoice_count),
            _percent(visit, one.late_share.value),
            _percent(visit, known.late_share if known else None),
            f"{known.source}, {known.date:%Y}" if known else "–",
        )
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(cell)
    return columns


def _industry(visit: Visit, one: Benchmark) -> str:
    return sentence(visit.t("all") if one.industry == ALL else one.industry)


def _percent(visit: Visit, share: Decimal | None) -> str:
    return "–" if share is None else visit.percent(share)
