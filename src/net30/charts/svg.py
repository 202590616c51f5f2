"""SVG: charts for pages, PDF and mail: no script, no font of its own, nothing from elsewhere.

Drawn here because no light, freely licensed library does: matplotlib weighs 25 MB and starts in a
second, Plotly needs a browser to make an SVG.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import cos, pi, sin

from net30.charts.chart import Bars, Chart, Gauge, Heatmap, Lines, Series
from net30.charts.scale import Scale, scale_of, tick_label

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 30, 46
INK, GRID = "#333333", "#dddddd"
COLOURS = ("#1f4e79", "#e07b39", "#5b8c5a", "#b04a5a", "#7a6fb0", "#c9a227", "#4f9da6")
"""Told apart by people who see no red or green too; each is also named in the legend."""
LABEL_CHARACTERS_MAX = 14
LABEL_FITTED_MAX = 24
GAUGE_RADIUS, GAUGE_FOOT = 100, 125.0
LEGEND = 18
NAMES, VALUES, ROW, FOOT = 170, 80, 22, 44
"""Of lying bars: the width for names and for what they come to, a row's height, the axis below."""
NAME_CHARACTERS_MAX = 26
CHARACTER = 6.2
"""About how wide a character is."""
PLACES_LABELLED = 12


def draw(chart: Chart, colour: str = COLOURS[0]) -> str:
    """Return a chart as an SVG document with its title as text for screen readers.

    `colour` (#rrggbb) is the first one: a company's own.
    """
    height = float(HEIGHT)
    match chart:
        case Bars(lying=True):
            parts = [*_lying(chart)]
            height = _lying_foot(chart) + FOOT
        case Bars():
            parts = [*_axes(chart, _bar_scale(chart)), *_bars(chart)]
        case Lines():
            parts = [*_axes(chart, _line_scale(chart)), *_lines(chart)]
        case Heatmap():
            parts = [*_heatmap(chart)]
        case Gauge():
            parts = [*_gauge(chart)]
            height = GAUGE_FOOT + 30
    series = chart.series if isinstance(chart, Bars | Lines) else ()
    if len(series) == 1:  # one series has no legend
        height -= LEGEND
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'font-family="Inter, Noto Sans, sans-serif" font-size="11" fill="{INK}">'
    )
    named = f"<title>{escape(chart.title)}</title>"
    drawn = "\n".join((*parts, *_legend(series, height)))
    drawn = drawn.replace(f'fill="{COLOURS[0]}"', f'fill="{colour}"')
    drawn = drawn.replace(f'stroke="{COLOURS[0]}"', f'stroke="{colour}"')
    return f"{opening}\n{named}\n{drawn}\n</svg>"


def _bar_scale(chart: Bars) -> Scale:
    """Return the axis of bars: where they are stacked, what is above 0 and below add up apart."""
    if chart.beside:
        return scale_of([0.0, *(value or 0.0 for one in chart.series for value in one.values)])
    sums: list[float] = []
    for at in range(len(chart.places)):
        values = [one.values[at] or 0.0 for one in chart.series]
        sums.append(sum(value for value in values if value > 0))
        sums.append(sum(value for value in values if value < 0))
    return scale_of(sums)


def _line_scale(chart: Lines) -> Scale:
    every = [value for one in chart.series for value in one.values]
    return scale_of([*every, *chart.low, *chart.high])


def _y(scale: Scale, value: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - scale.share(value))


def _x(places: int, at: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (at + 0.5) / max(places, 1)


def _axes(chart: Bars | Lines, scale: Scale) -> Iterator[str]:
    for tick in scale.ticks:
        y = _y(scale, tick)
        yield (
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{GRID}"/>'
        )
        yield _text(LEFT - 6, y + 4, tick_label(tick), "end")
    if chart.unit:
        yield _text(LEFT - 6, TOP - 12, chart.unit, "end")
    every = max(1, -(-len(chart.places) // PLACES_LABELLED))
    shown = range(0, len(chart.places), every)
    fits = int((WIDTH - LEFT - RIGHT) / max(len(shown), 1) / CHARACTER)
    for at in shown:
        label = _short(chart.places[at], min(LABEL_FITTED_MAX, max(fits, 4)))
        yield _text(_x(len(chart.places), at), HEIGHT - BOTTOM + 16, label)


def _bars(chart: Bars) -> Iterator[str]:
    scale = _bar_scale(chart)
    all_wide = (WIDTH - LEFT - RIGHT) / max(len(chart.places), 1) * 0.7
    width, step = _thickness(chart, all_wide)
    for at in range(len(chart.places)):
        above = below = 0.0
        first = _x(len(chart.places), at) - all_wide / 2
        for number, series in enumerate(chart.series):
            value, left = series.values[at] or 0.0, first + step * number
            start = 0.0 if chart.beside else above if value >= 0 else below
            top, foot = _y(scale, max(start, start + value)), _y(scale, min(start, start + value))
            if value >= 0:
                above += value
            else:
                below += value
            yield (
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" '
                f'height="{foot - top:.1f}" fill="{_colour(number)}">'
                f"{_told(chart.places[at], series, at)}</rect>"
            )


def _thickness(chart: Bars, room: float) -> tuple[float, float]:
    """Return how thick a bar is, and how far its place's next one stands from it."""
    thick = room / max(len(chart.series), 1) if chart.beside else room
    return thick, thick if chart.beside else 0.0


def _lying(chart: Bars) -> Iterator[str]:
    """Yield bars that run to the right, each with its place's name and what it comes to."""
    scale, wide = _bar_scale(chart), WIDTH - NAMES - VALUES
    foot = _lying_foot(chart)
    high, step = _thickness(chart, ROW - 5)

    def across(value: float) -> float:
        return NAMES + wide * scale.share(value)

    for tick in scale.ticks:
        x = across(tick)
        yield f'<line x1="{x:.1f}" y1="8" x2="{x:.1f}" y2="{foot:.1f}" stroke="{GRID}"/>'
        yield _text(x, foot + 14, tick_label(tick))
    for at, place in enumerate(chart.places):
        top = 10.0 + ROW * at
        yield _text(NAMES - 6, top + 13, _short(place, NAME_CHARACTERS_MAX), "end")
        above = below = 0.0
        for number, series in enumerate(chart.series):
            value, y = series.values[at] or 0.0, top + step * number
            start = 0.0 if chart.beside else above if value >= 0 else below
            left, right = sorted((across(start), across(start + value)))
            above, below = above + max(value, 0.0), below + min(value, 0.0)
            yield (
                f'<rect x="{left:.1f}" y="{y:.1f}" width="{right - left:.1f}" '
                f'height="{high:g}" fill="{_colour(number)}">{_told(place, series, at)}</rect>'
            )
        if len(chart.series) == 1 and chart.series[0].values[at] is not None:
            yield _text(across(above) + 5, top + 13, chart.series[0].labels[at], "start")


def _lying_foot(chart: Bars) -> float:
    return 14.0 + ROW * len(chart.places)


def _lines(chart: Lines) -> Iterator[str]:
    scale = _line_scale(chart)
    yield from _band(chart, scale)
    for number, series in enumerate(chart.series):
        for run in _runs(series.values):
            points = _points(chart, scale, run)
            yield (
                f'<polyline points="{points}" fill="none" stroke="{_colour(number)}" '
                'stroke-width="2"/>'
            )
        for at, value in enumerate(series.values):
            if value is not None:
                yield (
                    f'<circle cx="{_x(len(chart.places), at):.1f}" cy="{_y(scale, value):.1f}" '
                    f'r="3" fill="{_colour(number)}">{_told(chart.places[at], series, at)}</circle>'
                )


def _band(chart: Lines, scale: Scale) -> Iterator[str]:
    both = zip(chart.low, chart.high, strict=True)
    known = [at for at, (low, high) in enumerate(both) if low is not None and high is not None]
    if len(known) > 1:
        upper = [(at, chart.high[at] or 0.0) for at in known]
        lower = [(at, chart.low[at] or 0.0) for at in reversed(known)]
        points = _points(chart, scale, [*upper, *lower])
        yield f'<polygon points="{points}" fill="{COLOURS[0]}" fill-opacity="0.18"/>'


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Yield the stretches without a gap."""
    run: list[tuple[int, float]] = []
    for at, value in enumerate((*values, None)):
        if value is not None:
            run.append((at, value))
        elif run:
            yield run
            run = []


def _points(chart: Lines, scale: Scale, run: Sequence[tuple[int, float]]) -> str:
    return " ".join(f"{_x(len(chart.places), at):.1f},{_y(scale, value):.1f}" for at, value in run)


def _heatmap(chart: Heatmap) -> Iterator[str]:
    every = [value for row in chart.series for value in row.values if value is not None]
    least, most = (min(every), max(every)) if every else (0.0, 1.0)
    left, wide = 100, (WIDTH - 100 - RIGHT) / max(len(chart.places), 1)
    high = (HEIGHT - TOP - 12) / max(len(chart.series), 1)
    for at, place in enumerate(chart.places):
        yield _text(left + wide * (at + 0.5), TOP - 8, _short(place))
    for row, series in enumerate(chart.series):
        top = TOP + high * row
        yield _text(left - 6, top + high / 2 + 4, _short(series.name), "end")
        for at, value in enumerate(series.values):
            shade = 0.0 if value is None else (value - least) / ((most - least) or 1.0)
            opacity = 0.0 if value is None else 0.08 + 0.82 * shade
            yield (
                f'<rect x="{left + wide * at:.1f}" y="{top:.1f}" width="{wide - 1:.1f}" '
                f'height="{high - 1:.1f}" fill="{COLOURS[0]}" fill-opacity="{opacity:.2f}">'
                f"{_told(chart.places[at], series, at)}</rect>"
            )
            ink = "#ffffff" if opacity > 0.5 else INK  # noqa: PLR2004 - half shaded
            label = _text(
                left + wide * (at + 0.5), top + high / 2 + 4, series.labels[at], "middle", ink
            )
            yield label


def _gauge(chart: Gauge) -> Iterator[str]:
    middle, foot, radius = WIDTH / 2, GAUGE_FOOT, GAUGE_RADIUS
    share = min(max((chart.value - chart.least) / (chart.most - chart.least), 0.0), 1.0)
    for start, end, colour in ((0.0, 1.0, GRID), (0.0, share, COLOURS[0])):
        yield (
            f'<path d="{_arc(middle, foot, radius, start, end)}" fill="none" stroke="{colour}" '
            'stroke-width="26"/>'
        )
    yield (
        f'<text x="{middle:.0f}" y="{foot - 10:.0f}" text-anchor="middle" font-size="34">'
        f"{escape(chart.label)}</text>"
    )
    yield _text(middle - radius, foot + 20, tick_label(chart.least))
    yield _text(middle + radius, foot + 20, tick_label(chart.most))


def _arc(x: float, y: float, radius: float, start: float, end: float) -> str:
    first, last = (pi * (1 - start), pi * (1 - max(end, start + 1e-6)))
    return (
        f"M {x + radius * cos(first):.2f} {y - radius * sin(first):.2f} "
        f"A {radius} {radius} 0 0 1 {x + radius * cos(last):.2f} {y - radius * sin(last):.2f}"
    )


def _legend(series: Sequence[Series], height: float) -> Iterator[str]:
    if len(series) < 2:  # noqa: PLR2004 - one series is named by the title
        return
    left = float(LEFT)
    for number, one in enumerate(series):
        yield (
            f'<rect x="{left:.0f}" y="{height - 18:.0f}" width="10" height="10" '
            f'fill="{_colour(number)}"/>'
        )
        yield _text(left + 14, height - 9, one.name, "start")
        left += 26 + 6.5 * len(one.name)


def _text(x: float, y: float, text: str, anchor: str = "middle", ink: str = INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}">{escape(text)}</text>'
    )


def _told(place: str, series: Series, at: int) -> str:
    """Return what a reader is told of one mark: where, whose, how much."""
    said = f"{place}, {series.name}: {series.labels[at]}" if series.name else series.labels[at]
    return f"<title>{escape(said)}</title>"


def _short(text: str, most: int = LABEL_CHARACTERS_MAX) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]
