"""Chart: what is drawn, as data: values, finished labels, and the finding as its title.

Values are only for drawing: every label beside them is finished text of the exact figure, so that
a chart never says another number than its table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values, None where there is none; `labels` are the same in finished text."""

    name: str
    values: tuple[float | None, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bars over places, stacked on one another where there are several series.

    `lying` bars run to the right, each beside its place's name: for long names. Series that are no
    parts of a whole stand `beside` each other instead.
    """

    title: str
    places: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    lying: bool = False
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines over places; `low` and `high` are a band around the first of them."""

    title: str
    places: tuple[str, ...]
    series: tuple[Series, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heatmap:
    """A table whose cells are shaded by their values; each series is a row."""

    title: str
    places: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One value between two ends."""

    title: str
    value: float
    label: str
    least: float = 0.0
    most: float = 100.0


Chart = Bars | Lines | Heatmap | Gauge
