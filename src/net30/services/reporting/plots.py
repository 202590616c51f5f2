"""Plots: a section's table as a chart, so that no chart says another number than its table."""

from __future__ import annotations

from net30.charts.chart import Bars, Chart, Gauge, Heatmap, Lines, Series
from net30.services.reporting.cells import cell_text, number_of
from net30.services.reporting.content import Cell, Kind, Plot, Section


def chart_of(section: Section, language: str) -> Chart | None:
    """Return the chart of a section, None without one or with nothing to draw."""
    plot, table = section.plot, section.table
    if plot is None or not table.rows:
        return None
    rows = table.rows[: plot.rows]
    if plot.kind is Kind.GAUGE:
        (column,) = plot.columns
        value = number_of(rows[0][column])
        if value is None:
            return None
        label = cell_text(rows[0][column], language)
        return Gauge(title=section.finding, value=float(value), label=label)
    names = tuple(cell_text(row[0], language) for row in rows)
    if plot.kind is Kind.HEATMAP:
        return Heatmap(
            title=section.finding,
            places=tuple(table.columns[at] for at in plot.columns),
            series=tuple(
                _series(name, [row[at] for at in plot.columns], language)
                for name, row in zip(names, rows, strict=True)
            ),
        )
    every = tuple(
        _series(table.columns[at], [row[at] for row in rows], language) for at in plot.columns
    )
    if all(value is None for one in every for value in one.values):
        return None
    return _over_places(section.finding, plot, names, every)


def _over_places(
    title: str, plot: Plot, places: tuple[str, ...], series: tuple[Series, ...]
) -> Chart:
    if plot.kind is Kind.BAND:
        low, middle, high = series
        return Lines(title=title, places=places, series=(middle,), low=low.values, high=high.values)
    if plot.kind is Kind.LINES:
        return Lines(title=title, places=places, series=series)
    return Bars(title=title, places=places, series=series, lying=plot.kind is Kind.NAMES)


def _series(name: str, cells: list[Cell], language: str) -> Series:
    numbers = [number_of(cell) for cell in cells]
    return Series(
        name=name,
        values=tuple(None if one is None else float(one) for one in numbers),
        labels=tuple(cell_text(cell, language, bare=True) for cell in cells),
    )
