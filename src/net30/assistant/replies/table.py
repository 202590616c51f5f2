"""Table: rows of a reply set so that a terminal and Markdown both show them well."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from net30.documents.report import Grid
from net30.language.locales import RIGHT_TO_LEFT

COLUMNS_MAX = 80
"""What a terminal shows in a line; the widest text is cut before a line is longer."""

TEXT_COLUMNS_MIN = 15
"""An invoice number is never cut."""
_WIDE = {"W", "F"}


def set_table(grid: Grid, language: str) -> str:
    """Return the table as aligned text that is Markdown too.

    A script that runs from the right is set as a list: its terminals turn columns around.
    """
    if language in RIGHT_TO_LEFT:
        return "\n".join(_labelled(grid.header, row) for row in grid.rows)
    widths = _widths(grid)
    lines = [_line(grid.header, widths, grid.right), _rule(widths, grid.right)]
    lines += [_line(row, widths, grid.right) for row in grid.rows]
    return "\n".join(lines)


def set_list(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a list, a line each."""
    return "\n".join("- " + " · ".join(cell for cell in row if cell) for row in rows)


def width_of(text: str) -> int:
    """Return how many columns a terminal takes for a text: 2 for a wide letter, 0 for an accent."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in _WIDE else not unicodedata.combining(letter)
        for letter in text
    )


def _labelled(header: Sequence[str], row: Sequence[str]) -> str:
    cells = zip(header, row, strict=True)
    return "- " + " · ".join(f"{label}: {cell}" if label else cell for label, cell in cells)


def _widths(grid: Grid) -> list[int]:
    columns = zip(grid.header, *grid.rows, strict=True)
    widths = [max(map(width_of, column)) for column in columns]
    frame = 3 * len(widths) + 1
    too_wide = sum(widths) + frame - COLUMNS_MAX
    while too_wide > 0:
        text = [at for at, right in enumerate(grid.right) if not right]
        widest = max(text, key=lambda at: widths[at], default=None)
        if widest is None or widths[widest] <= TEXT_COLUMNS_MIN:
            break  # only figures are left, and a figure is never cut
        widths[widest] -= 1
        too_wide -= 1
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [
        _padded(cell, width, right=is_right)
        for cell, width, is_right in zip(cells, widths, right, strict=True)
    ]
    return f"| {' | '.join(padded)} |"


def _padded(cell: str, width: int, *, right: bool) -> str:
    cut = _cut(cell, width)
    gap = " " * (width - width_of(cut))
    return gap + cut if right else cut + gap


def _cut(cell: str, width: int) -> str:
    if width_of(cell) <= width:
        return cell
    while cell and width_of(cell) >= width:
        cell = cell[:-1]
    return f"{cell.rstrip()}…"


def _rule(widths: Sequence[int], right: Sequence[bool]) -> str:
    bars = [
        "-" * (width + 1) + (":" if is_right else "-")
        for width, is_right in zip(widths, right, strict=True)
    ]
    return f"|{'|'.join(bars)}|"
