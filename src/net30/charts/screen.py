"""Screen: a chart as a Plotly figure; the same data that SVG draws for pages.

Plotly's own validation takes longer than all the rest, so figures are plain dictionaries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from net30.charts.chart import Bars, Chart, Gauge, Heatmap, Lines, Series
from net30.charts.shades import INKS, ink, shade

HEIGHT, LEAST_HEIGHT = 300, 190
ROW_HEIGHT = 34
PER_CENT = "%"
SHORT_FROM = 1000.0
"""From this value on an axis writes 1.5k and 2M."""
Figure = dict[str, Any]  # Any: Plotly's JSON
BAR_GAP = 0.35
BAR_GAPS = {1: 0.85, 2: 0.7, 3: 0.55}
"""Few bars stay as slender as many are."""
BAND = 0.16
"""How strongly the band around a line is coloured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of a screen, light or dark; `shades` go from little to much."""

    accent: str
    text: str
    faint: str
    track: str
    series: tuple[str, ...]
    shades: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Parts of a whole, as a ring; `labels` are the values in finished text."""

    title: str
    places: tuple[str, ...]
    values: tuple[float, ...]
    labels: tuple[str, ...]


def figure(chart: Chart | Shares, palette: Palette, colours: Sequence[str] = ()) -> Figure:
    """Return a chart as Plotly's JSON; `colours` replace the palette's, series by series.

    The chart's title stands beside it, as text of the page.
    """
    used = tuple(colours) or palette.series
    match chart:
        case Bars():
            return _bars(chart, palette, used)
        case Lines():
            return _lines(chart, palette, used)
        case Heatmap():
            return _heatmap(chart, palette)
        case Gauge():
            return _gauge(chart, palette)
        case Shares():
            return _shares(chart, palette, used)


def _as_text(places: Sequence[str]) -> list[str]:
    """Return names as Plotly shows them: it takes some tags for its own, links among them."""
    return [place.replace("&", "&amp;").replace("<", "&lt;") for place in places]


def _bars(chart: Bars, palette: Palette, colours: Sequence[str]) -> Figure:
    along, across = ("y", "x") if chart.lying else ("x", "y")
    traces = [
        {
            "type": "bar",
            "name": series.name,
            along: _as_text(chart.places),
            across: list(series.values),
            "orientation": "h" if chart.lying else "v",
            "customdata": list(series.labels),
            "hovertemplate": _hover(series, "y" if chart.lying else "x"),
            "marker": {"color": colours[at % len(colours)], "cornerradius": 3},
        }
        for at, series in enumerate(chart.series)
    ]
    least = LEAST_HEIGHT if chart.beside else HEIGHT
    height = max(least, ROW_HEIGHT * len(chart.places) + 60) if chart.lying else HEIGHT
    layout = _layout(palette, legend=len(chart.series) > 1, height=height)
    mode = "group" if chart.beside else "stack"
    layout |= {"barmode": mode, "bargap": BAR_GAPS.get(len(chart.places), BAR_GAP)}
    layout[f"{along}axis"] |= {"type": "category", "showgrid": False}
    layout[f"{across}axis"] |= _measured(chart)
    if chart.lying:
        layout["yaxis"] |= {"autorange": "reversed", "automargin": True}
    return {"data": traces, "layout": layout}


def _lines(chart: Lines, palette: Palette, colours: Sequence[str]) -> Figure:
    places = _as_text(chart.places)
    traces: list[Figure] = []
    if chart.low and chart.high:
        bare = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
        fill = {"fill": "tonexty", "fillcolor": _veil(colours[0])}
        traces += [
            {"type": "scatter", "x": places, "y": list(chart.low), **bare},
            {"type": "scatter", "x": places, "y": list(chart.high), **bare, **fill},
        ]
    traces += [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": series.name,
            "x": places,
            "y": list(series.values),
            "customdata": list(series.labels),
            "hovertemplate": _hover(series, "x"),
            "line": {"width": 2.5, "color": colours[at % len(colours)]},
            "marker": {"size": 5},
        }
        for at, series in enumerate(chart.series)
    ]
    layout = _layout(palette, legend=len(chart.series) > 1)
    layout["xaxis"] |= {"type": "category", "showgrid": False}
    layout["yaxis"] |= {**_measured(chart), "rangemode": "tozero"}
    return {"data": traces, "layout": layout}


def _measured(chart: Bars | Lines) -> Figure:
    """Return how an axis of values tells its unit: per cent at every mark, another beside all."""
    greatest = max((abs(one) for row in chart.series for one in row.values if one), default=0.0)
    # In SI's words a half is "500m", which people read as millions.
    marks = {"tickformat": "~s" if greatest >= SHORT_FROM else "~g"}
    if chart.unit == PER_CENT:
        return marks | {"ticksuffix": f" {chart.unit}"}
    return marks | {"title": {"text": chart.unit, "standoff": 16}}


def _heatmap(chart: Heatmap, palette: Palette) -> Figure:
    every = [value for series in chart.series for value in series.values if value is not None]
    least, most = min(every, default=0.0), max(every, default=0.0)
    most = most if most > least else least + 1
    layout = _layout(palette, height=max(HEIGHT, ROW_HEIGHT * len(chart.series) + 60))
    layout["xaxis"] |= {"type": "category", "showgrid": False, "side": "top"}
    layout["yaxis"] |= {"type": "category", "showgrid": False, "autorange": "reversed"}
    cells = [_cells(chart, palette, (least, most), one) for one in INKS]
    return {"data": cells, "layout": layout}


def _cells(
    chart: Heatmap, palette: Palette, bounds: tuple[float, float], written_in: str
) -> Figure:
    """Return the cells whose shade bears an ink; Plotly takes one for a whole trace."""
    least, most = bounds
    steps = len(palette.shades) - 1

    def is_own(value: float | None) -> bool:
        if value is None:
            return False
        return ink(shade(palette.shades, (value - least) / (most - least))) == written_in

    own = [[is_own(value) for value in series.values] for series in chart.series]
    return {
        "type": "heatmap",
        "x": _as_text(chart.places),
        "y": [series.name for series in chart.series],
        "z": [
            [value if shown else None for value, shown in zip(series.values, row, strict=True)]
            for series, row in zip(chart.series, own, strict=True)
        ],
        "zmin": least,
        "zmax": most,
        "text": [
            [label if shown else "" for label, shown in zip(series.labels, row, strict=True)]
            for series, row in zip(chart.series, own, strict=True)
        ],
        "texttemplate": "%{text}",
        "textfont": {"color": written_in},
        "hoverongaps": False,
        "hovertemplate": "%{y} · %{x}<br>%{text}<extra></extra>",
        "colorscale": [[at / steps, colour] for at, colour in enumerate(palette.shades)],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }


def _gauge(chart: Gauge, palette: Palette) -> Figure:
    trace = {
        "type": "indicator",
        "mode": "gauge",
        "value": chart.value,
        "domain": {"x": [0, 1], "y": [0, 1]},
        "gauge": {
            "axis": {"range": [chart.least, chart.most], "tickcolor": palette.faint},
            "bar": {"color": palette.accent, "thickness": 0.9},
            "bgcolor": palette.track,
            "borderwidth": 0,
        },
    }
    layout = _layout(palette, height=210)
    layout["margin"] = {"l": 40, "r": 40, "t": 40, "b": 12}
    layout["annotations"] = [
        {
            "text": f"<b>{chart.label}</b>",
            "x": 0.5,
            "y": 0.08,
            "showarrow": False,
            "font": {"size": 28, "color": palette.text},
        }
    ]
    return {"data": [trace], "layout": layout}


def _shares(chart: Shares, palette: Palette, colours: Sequence[str]) -> Figure:
    used = list(colours)[: len(chart.places)]
    trace = {
        "type": "pie",
        "hole": 0.62,
        "labels": _as_text(chart.places),
        "values": list(chart.values),
        "customdata": list(chart.labels),
        "hovertemplate": "%{label}<br>%{customdata}<extra></extra>",
        "texttemplate": "%{percent:.0%}",
        "textposition": "inside",
        "insidetextorientation": "horizontal",
        "insidetextfont": {"color": [ink(one) for one in used]},
        "sort": False,
        "direction": "clockwise",
        "marker": {"colors": used},
    }
    layout = _layout(palette, legend=True)
    layout["legend"] = {"orientation": "v", "x": 1.02, "y": 0.5, "yanchor": "middle"}
    layout["margin"] = {"l": 8, "r": 8, "t": 12, "b": 12}
    layout["uniformtext"] = {"minsize": 10, "mode": "hide"}
    return {"data": [trace], "layout": layout}


def _layout(palette: Palette, *, legend: bool = False, height: int = HEIGHT) -> Figure:
    axis = {"gridcolor": palette.faint, "zeroline": False, "linecolor": palette.faint}
    return {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "showlegend": legend,
        "legend": {
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "traceorder": "normal",
        },
        "font": {"size": 12},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {**axis, "automargin": True, "fixedrange": True},
        "yaxis": {**axis, "automargin": True, "fixedrange": True},
        "hoverlabel": {"align": "left"},
        "separators": ". ",
    }


def _hover(series: Series, place: str) -> str:
    return f"%{{{place}}}<br>{series.name}: %{{customdata}}<extra></extra>"


def _veil(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{BAND})"
