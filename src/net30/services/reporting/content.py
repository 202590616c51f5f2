"""Content of a report: sections of typed cells, the same for every format, so numbers agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from net30.insights.measured import Measure
from net30.kernel.money import Money


class Unit(StrEnum):
    """What a figure that is no amount counts; a share is 0-1."""

    SHARE = "share"
    DAYS = "days"
    POINTS = "points"
    COUNT = "count"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit."""

    value: Decimal
    unit: Unit


Cell = Money | Figure | date | str | None
"""None: nothing is known; a note of the section says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, and rows; the first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Kind(StrEnum):
    """How a table is drawn: rows are the places of bars and lines, and the rows of a heatmap.

    `band` draws the second of three columns with the first and third around it; `bars` stacks
    columns; `names` are bars beside names; `gauge` shows one column's value of the first row.
    """

    BARS = "bars"
    NAMES = "names"
    LINES = "lines"
    BAND = "band"
    HEATMAP = "heatmap"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Plot:
    """The columns of a table that are drawn, and how many of its rows at most."""

    kind: Kind
    columns: tuple[int, ...]
    rows: int = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a report: what was found in a sentence, its table, how that is drawn, notes.

    `currency` is that of all its amounts, empty where it has none. `notes` say why a figure is
    missing and which model spoke.
    """

    heading: str
    finding: str
    table: Table
    currency: str = ""
    plot: Plot | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """A report in a language, as of the end of a day; without sections `notes` say why."""

    name: str
    title: str
    seller: str
    as_of: date
    language: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()


def figure(value: Measure | Decimal | int | None, unit: Unit) -> Figure | None:
    """Return a number as a cell, None where there is none."""
    plain = value.value if isinstance(value, Measure) else value
    return None if plain is None else Figure(Decimal(plain), unit)


def used(table: Table, always: Iterable[int] = (0,)) -> Table:
    """Return a table without the columns in which nothing is above or below 0."""
    kept = [
        at
        for at in range(len(table.columns))
        if at in set(always) or any(row[at] for row in table.rows)
    ]
    return Table(
        tuple(table.columns[at] for at in kept),
        tuple(tuple(row[at] for at in kept) for row in table.rows),
    )
