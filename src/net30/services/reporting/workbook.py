"""Workbook: a report as a spreadsheet: a sheet a section, real numbers, charts of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped] # it has no types

from net30.kernel.money import Money, digits_of
from net30.ledger.writers.xlsx import NUMBER_DIGITS_MAX, ROWS_PER_SHEET_MAX
from net30.services.reporting.content import Cell, Figure, Kind, Plot, ReportContent, Section, Unit
from net30.services.reporting.words import ReportWords, report_words

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The same report gives the same bytes: a workbook says when it was made."""

NAME_CHARACTERS_MAX = 31
WIDTH_MAX = 48
CELL_CHARACTERS_MAX = 32_767
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_REFERENCE = re.compile(r"!(?=\S)")
_NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
_FORMATS = {
    Unit.SHARE: "0.0%",
    Unit.DAYS: "#,##0.0",
    Unit.POINTS: "0.0",
    Unit.COUNT: "#,##0",
    Unit.INDEX: "0.0000",
}
_CHARTS = {
    Kind.BARS: {"type": "column", "subtype": "stacked"},
    Kind.NAMES: {"type": "bar", "subtype": "stacked"},
    Kind.LINES: {"type": "line"},
    Kind.BAND: {"type": "line"},
}


def write(content: ReportContent, colour: str, rows_per_sheet: int = ROWS_PER_SHEET_MAX) -> bytes:
    """Return the report as a workbook; a table longer than a sheet goes on in the next one.

    The first sheet tells what each section found. Amounts have their currency in a column of its
    own; numbers of more than 15 digits are text, to the last one.
    """
    sink = BytesIO()
    with xlsxwriter.Workbook(sink, _OPTIONS) as book:
        book.set_properties({"created": _MADE, "title": content.title, "author": content.seller})
        drawn = _Book(book, report_words(content.language), colour)
        drawn.summary(content)
        for section in content.sections:
            rows = section.table.rows
            for start in range(0, len(rows), rows_per_sheet):
                drawn.sheet(section, rows[start : start + rows_per_sheet], first=start == 0)
    return sink.getvalue()


@dataclass(slots=True)
class _Book:
    book: Any  # xlsxwriter has no types
    words: ReportWords
    colour: str
    formats: dict[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def summary(self, content: ReportContent) -> None:
        sheet = self._named(self.words("columns.summary"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 110, self._format("", wrap=True))
        self._put(sheet, 0, 0, content.title, "", bold=True)
        self._put(sheet, 0, 1, content.seller, "", bold=True)
        self._put(sheet, 1, 0, content.as_of, "")
        y = 3
        for section in content.sections:
            named = f"{section.heading} {section.currency}".strip()
            self._put(sheet, y, 0, named, "", bold=True)
            self._put(sheet, y, 1, section.finding, "")
            for note in section.notes:
                y += 1
                self._put(sheet, y, 1, note, "")
            y += 1
        for at, note in enumerate(content.notes):
            self._put(sheet, y + at, 1, note, "")

    def sheet(self, section: Section, rows: Sequence[tuple[Cell, ...]], *, first: bool) -> None:
        columns = list(section.table.columns)
        has_money = any(isinstance(cell, Money) for row in rows for cell in row)
        if has_money:
            columns.append(self.words("columns.currency"))
        sheet = self._named(f"{section.heading} {section.currency}".strip())
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        for x, name in enumerate(columns):
            longest = max([len(name), *(_width(row[x]) for row in rows[:200] if x < len(row))])
            sheet.set_column(x, x, min(longest + 3, WIDTH_MAX))
            self._put(sheet, 0, x, name, "", bold=True)
        for y, row in enumerate(rows, start=1):
            for x, cell in enumerate(row):
                self._put(sheet, y, x, cell, _shown_as(cell))
            if has_money:
                self._put(sheet, y, len(columns) - 1, section.currency, "")
        if first and section.plot and rows:
            self._draw(sheet, section, section.plot, min(len(rows), section.plot.rows))

    def _draw(self, sheet: Any, section: Section, plot: Plot, rows: int) -> None:
        if plot.kind is Kind.HEATMAP:
            scale = {"type": "2_color_scale", "min_color": "#ffffff", "max_color": self.colour}
            sheet.conditional_format(1, plot.columns[0], rows, plot.columns[-1], scale)
            return
        if plot.kind not in _CHARTS:
            return
        chart = self.book.add_chart(_CHARTS[plot.kind])
        for column in plot.columns:
            chart.add_series(
                {
                    "name": [sheet.get_name(), 0, column],
                    "categories": [sheet.get_name(), 1, 0, rows, 0],
                    "values": [sheet.get_name(), 1, column, rows, column],
                    **({"fill": {"color": self.colour}} if len(plot.columns) == 1 else {}),
                }
            )
        chart.set_title(
            {"name": _harmless(section.finding), "name_font": {"size": 11, "bold": False}}
        )
        chart.set_size({"width": 760, "height": 360})
        chart.set_legend({"none": True} if len(plot.columns) == 1 else {"position": "bottom"})
        if plot.kind is Kind.NAMES:
            chart.set_y_axis({"reverse": True})
        place = len(section.table.columns) + 2
        sheet.insert_chart(1, place, chart, {"description": section.finding})

    def _put(
        self, sheet: Any, y: int, x: int, cell: Cell, shown_as: str, *, bold: bool = False
    ) -> None:
        look = self._format(shown_as, bold=bold)
        match cell:
            case None:
                return
            case Money() | Figure():
                exact = cell.amount if isinstance(cell, Money) else cell.value
                if _digits(exact) > NUMBER_DIGITS_MAX:
                    sheet.write_string(y, x, f"{exact:f}")
                else:
                    sheet.write_number(y, x, exact, look)
            case date():
                sheet.write_datetime(y, x, cell, self._format("yyyy-mm-dd", bold=bold))
            case _:
                text = cell.translate(_NOT_IN_XML)[:CELL_CHARACTERS_MAX]
                wrapped = not shown_as and not bold and len(text) > WIDTH_MAX
                sheet.write_string(y, x, text, self._format("", wrap=True) if wrapped else look)

    def _format(self, shown_as: str, *, bold: bool = False, wrap: bool = False) -> Any:
        key = f"{shown_as}|{bold}|{wrap}"
        if key not in self.formats:
            look: dict[str, object] = {"valign": "top"}
            if shown_as:
                look["num_format"] = shown_as
            if bold:
                look["bold"] = True
            if wrap:
                look["text_wrap"] = True
            self.formats[key] = self.book.add_format(look)
        return self.formats[key]

    def _named(self, wish: str) -> Any:
        """Return a new sheet; a name that is taken gets a number."""
        plain = " ".join(_NOT_IN_A_NAME.sub(" ", wish).split()) or "1"
        name = plain[:NAME_CHARACTERS_MAX].strip()
        number = 1
        while name.casefold() in self.names:
            number += 1
            ending = f" ({number})"
            name = plain[: NAME_CHARACTERS_MAX - len(ending)].strip() + ending
        self.names.add(name.casefold())
        return self.book.add_worksheet(name)


def _harmless(title: str) -> str:
    """Return a chart's title that is not taken for a reference: `Only A!B2` would be one."""
    return _REFERENCE.sub("! ", title)


def _shown_as(cell: Cell) -> str:
    match cell:
        case Money():
            digits = digits_of(cell.currency)
            return "#,##0" + (f".{'0' * digits}" if digits else "")
        case Figure():
            return _FORMATS[cell.unit]
    return ""


def _width(cell: Cell) -> int:
    match cell:
        case Money():
            whole = f"{cell.amount:,f}"
            return len(whole)
        case str():
            return len(cell)
    return 10


def _digits(exact: Decimal) -> int:
    return len(exact.normalize().as_tuple().digits)
