"""The rows of a sheet, each with its number and the cells that are not empty, as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from net30.ledger.limits import (
    CELL_CHARACTERS_MAX,
    COLUMNS_MAX,
    ROWS_MAX,
    check_limit,
)
from net30.ledger.readers.workbook_parts import Attributes, Workbook
from net30.ledger.readers.workbook_styles import (
    day_styles,
    day_text,
    day_zero,
    shared_texts,
    unescaped,
)

Cells = dict[int, str]
"""The cells of one row that are not empty, by their column from 0."""

_LETTERS_MAX = 8
_DECIMALS_OF_THOUSANDS = 3
_CELL_PIECES_MAX = 4 * CELL_CHARACTERS_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMeanings:
    """What the cells of all sheets refer to: texts, the styles that are days, and day 0."""

    texts: list[str]
    days: frozenset[str]
    zero: date

    @classmethod
    def of(cls, workbook: Workbook) -> CellMeanings:
        """Read what a workbook's cells refer to."""
        return cls(texts=shared_texts(workbook), days=day_styles(workbook), zero=day_zero(workbook))

    def text(self, kind: str, style: str, value: str) -> str:
        """Return a cell's text: `kind` is its t, `style` its s (ECMA-376 part 1, 18.3.1.4)."""
        if kind == "s":
            at = int(value) if value.isascii() and value.isdigit() else len(self.texts)
            return self.texts[at] if at < len(self.texts) else ""
        if kind in {"", "n"}:
            return self._number(style, value) if value else ""
        if kind == "b":
            return "true" if value == "1" else "false"
        return value.partition("T")[0] if kind == "d" else unescaped(value)

    def _number(self, style: str, value: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if style in self.days:
            return day_text(number, self.zero) or number_text(number)
        return number_text(number)


def rows_of(workbook: Workbook, part: str, meanings: CellMeanings) -> Iterator[tuple[int, Cells]]:
    """Yield the number and the cells of each row of a sheet that has any."""
    reader = _Rows(meanings)
    for _ in workbook.read_on(part, reader):
        yield from reader.rows
        reader.rows.clear()
    yield from reader.rows


@dataclass(slots=True)
class _Rows:
    meanings: CellMeanings
    rows: list[tuple[int, Cells]] = field(default_factory=list)
    done: bool = False
    number: int = 0
    column: int = -1
    cells: Cells = field(default_factory=dict)
    kind: str = ""
    style: str = ""
    pieces: list[str] = field(default_factory=list)
    wanted: bool = False
    aside: bool = False
    size: int = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            place = attributes.get("r")
            self.column = self.column + 1 if place is None else column_of(place)
            check_limit("columns", self.column + 1, COLUMNS_MAX)
            self.kind, self.style = attributes.get("t", ""), attributes.get("s", "")
            self.size = 0
        elif name in {"v", "t"}:  # its value, or the text of one that is not shared
            self.wanted = not self.aside
        elif name == "row":
            stated = attributes.get("r", "")
            is_number = stated.isascii() and stated.isdigit()
            self.number = int(stated) if is_number else self.number + 1
            check_limit("rows", self.number, ROWS_MAX)
            self.column = -1
        elif name == "rPh":
            self.aside = True

    def text(self, text: str) -> None:
        if self.wanted:
            self.size += len(text)
            check_limit("characters in one cell", self.size, _CELL_PIECES_MAX)
            self.pieces.append(text)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self.wanted = False
        elif name == "c":
            if self.pieces:
                text = self.meanings.text(self.kind, self.style, "".join(self.pieces))
                if text:
                    self.cells[self.column] = text
                self.pieces.clear()
        elif name == "row":
            if self.cells:
                self.rows.append((self.number, self.cells))
                self.cells = {}
        elif name == "sheetData":
            self.done = True
        elif name == "rPh":
            self.aside = False


def column_of(place: str) -> int:
    """Return the column of a place such as BC17, from 0; one without letters is the first."""
    letters = place.rstrip("0123456789")
    return _column_number(letters) if letters.isascii() and letters.isalpha() else 0


@lru_cache(maxsize=4 * COLUMNS_MAX)
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper()[:_LETTERS_MAX]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def number_text(number: float) -> str:
    """Return a stored number as text: 15 digits, as spreadsheets show, with a point.

    >>> number_text(129473.83), number_text(0.1 + 0.2), number_text(1.125), number_text(90000.0)
    ('129473.83', '0.3', '1.1250', '90000')
    """
    text = f"{number:.15g}"
    if "e" in text:
        text = f"{number:.6f}".rstrip("0").rstrip(".")
    if len(text.partition(".")[2]) == _DECIMALS_OF_THOUSANDS:
        text += "0"
    return text
