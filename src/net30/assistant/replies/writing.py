"""Writing: a value of a reply as the language writes it; users' text tidied, never run."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from net30.assistant.arguments import Clause, Counted, Days, Percent, Shown, Word
from net30.assistant.replies.catalogue import words
from net30.documents.view.tidy import shown_inline
from net30.domain.line import PIECE
from net30.kernel.money import Money
from net30.language.amounts import NO_BREAK, write_money, write_number, write_percent
from net30.language.dates import write_date, write_short_date
from net30.language.units import unit_codes, unit_name

TEXT_CHARACTERS_MAX = 300
"""Longer text of a user is cut: an answer is no archive."""

UNKNOWN = "–"
BETWEEN_CURRENCIES = " · "


def write(value: Shown, language: str) -> str:
    """Write a value for a sentence: days with the month's name, amounts with their currency."""
    if isinstance(value, date):
        return write_date(value, language)
    return _write(value, language)


def write_cell(value: Shown, language: str) -> str:
    """Write a value for a table: short days, no column sign inside a text."""
    if isinstance(value, date):
        return write_short_date(value, language)
    # A stroke would begin another column, in Markdown too.
    return _write(value, language).replace("|", "¦")


def is_figure(value: Shown) -> bool:
    """Tell whether a value is set to the right, under others of its kind."""
    return isinstance(value, int | Decimal | Money | Percent | Days | Counted | tuple)


def _write(value: Shown, language: str) -> str:
    match value:
        case None:
            return UNKNOWN
        case str():
            return shown_inline(value, TEXT_CHARACTERS_MAX)
        case Money():
            return write_money(value, language)
        case Percent():
            return write_percent(value.value, language)
        case Days():
            return write_number(value.value, language, 1)
        case Counted():
            return _counted(value, language)
        case Word():
            return words(language, value.table).get(value.name) or value.otherwise or value.name
        case Clause():
            said = {name: write(one, language) for name, one in value.values.items()}
            return words(language, value.table)[value.name].format_map(said)
        case tuple():
            return BETWEEN_CURRENCIES.join(write_money(one, language) for one in value)
        case date():
            return write_date(value, language)
        case _:
            return write_number(Decimal(value), language)


def _counted(value: Counted, language: str) -> str:
    quantity = write_number(value.quantity, language)
    if value.unit == PIECE or value.unit not in unit_codes():
        return quantity
    return f"{quantity}{NO_BREAK}{unit_name(value.unit, value.quantity, language)}"
