"""Cells as text for readers of a language, and as plain values for programs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from net30.kernel.decimals import round_half_up
from net30.kernel.money import Money
from net30.language.amounts import write_amount, write_money, write_number, write_percent
from net30.language.dates import write_short_date
from net30.services.reporting.content import Cell, Figure, Table, Unit

NOTHING = "–"
"""What stands where nothing is known."""


def cell_text(cell: Cell, language: str, *, bare: bool = False) -> str:
    """Return a cell as people read it; `bare` amounts leave their currency to the heading."""
    match cell:
        case None:
            return NOTHING
        case Money():
            return write_amount(cell, language) if bare else write_money(cell, language)
        case Figure(value, Unit.SHARE):
            return write_percent(round_half_up(value * 100, 1), language)
        case Figure(value, Unit.INDEX):
            return write_number(value, language, 3)
        case Figure(value, Unit.COUNT):
            return write_number(value, language, 0)
        case Figure(value):
            return write_number(value, language, 1)
        case date():
            return write_short_date(cell, language)
    return cell


def plain_cell(cell: Cell) -> tuple[str, str, str]:
    """Return value, unit and currency as programs read them; a value that is not known is empty."""
    match cell:
        case None:
            return "", "", ""
        case Money():
            return f"{cell.amount:f}", "amount", cell.currency
        case Figure(value, unit):
            return f"{value:f}", unit.value, ""
        case date():
            return cell.isoformat(), "date", ""
    return cell, "text", ""


def number_of(cell: Cell) -> Decimal | None:
    """Return what a cell counts, None for words and days."""
    match cell:
        case Money():
            return cell.amount
        case Figure(value):
            return value
    return None


def is_figures(table: Table, column: int) -> bool:
    """Tell whether a column holds figures or days only, which keep to one line at the right."""
    cells = [row[column] for row in table.rows if row[column] is not None]
    kinds = Money | Figure | date if column else Money | Figure
    return bool(cells) and all(isinstance(cell, kinds) for cell in cells)


def is_money(table: Table, column: int) -> bool:
    """Tell whether a column holds amounts only."""
    cells = [row[column] for row in table.rows if row[column] is not None]
    return bool(cells) and all(isinstance(cell, Money) for cell in cells)
