"""Days as people write them: 2026-11-21, 21/11/2026, 11/21/2026, 20261121, 21 nov. 2026, 46347.

Whether 03/04 is the third of April or the fourth of March is decided for all date columns of a
file together: one 21/04 among them settles it. The day is taken as written: a time or a zone
behind it never moves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

import pyarrow as pa

from net30.kernel.dates import YEAR_MAX, YEAR_MIN
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.mapping import DateOrder

EMPTY_WORDS = frozenset(
    {"", "-", "null", "none", "nan", "nat", "n/a", "na", "0000-00-00", "0000-00-00 00:00:00", "0"}
)
"""What stands in a cell that means nothing."""

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ,].*)?", re.ASCII)
_DAY_NAMED = re.compile(r"(\d{1,2})[-/. ]*([^\W\d_]+)\.?[-/., ]*(\d{4})(?:[T ,].*)?")
_MONTH_NAMED = re.compile(r"([^\W\d_]+)\.? (\d{1,2}),? (\d{4})(?:[T ,].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0+)?", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of a spreadsheet's own count (with its leap day of 1900 that never was)."""
_CENTURY = 2000

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january janv janvier",
            "feb february fev févr fév février fevrier",
            "mar march mars",
            "apr april avr avril",
            "may mai",
            "jun june juin",
            "jul july juil juillet",
            "aug august aou août aout",
            "sep sept september septembre",
            "oct october octobre",
            "nov november novembre",
            "dec december déc décembre decembre",
        ),
        1,
    )
    for name in names.split()
}


def proven_orders(texts: Iterable[str]) -> set[DateOrder]:
    """Return the orders that some date proves; none when every date could be read both ways."""
    proven = set()
    for text in texts:
        match = _YEAR_LAST.fullmatch(text.strip())
        if match:
            first, second = int(match[1]), int(match[2])
            if first > 12 >= second:  # noqa: PLR2004 months
                proven.add(DateOrder.DAY_FIRST)
            elif second > 12 >= first:  # noqa: PLR2004 months
                proven.add(DateOrder.MONTH_FIRST)
    return proven


def has_order(texts: Iterable[str]) -> bool:
    """Tell whether any date has its year last, so that the order matters."""
    return any(_YEAR_LAST.fullmatch(text.strip()) for text in texts)


def read_day(text: str, order: DateOrder) -> date | None:
    """Return the day that a text names, or None when it names none between 1900 and 2200.

    >>> read_day("03/04/2026", DateOrder.DAY_FIRST)
    datetime.date(2026, 4, 3)
    """
    text = text.strip()
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _COMPACT.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _YEAR_LAST.fullmatch(text):
        day, month = match[1], match[2]
        if order is DateOrder.MONTH_FIRST:
            day, month = month, day
        return _day(match[3], month, day)
    if match := _SERIAL.fullmatch(text):
        return _believable(_SERIAL_ZERO + timedelta(days=int(match[1])))
    if match := _DAY_NAMED.fullmatch(text):
        return _day(match[3], _MONTHS.get(match[2].lower(), 0), match[1])
    if match := _MONTH_NAMED.fullmatch(text):
        return _day(match[3], _MONTHS.get(match[1].lower(), 0), match[2])
    return None


def days(texts: Column, order: DateOrder) -> tuple[Column, Column]:
    """Return the days of a dictionary-encoded column, and which rows hold no day but a text.

    Each different text is read once: a million rows name a few thousand days.
    """
    assert isinstance(texts, pa.DictionaryArray)
    words = compute.texts(texts.dictionary)
    found = [read_day(word, order) for word in words]
    wrong = [
        day is None and word.strip().lower() not in EMPTY_WORDS
        for word, day in zip(words, found, strict=True)
    ]
    by_row = pa.array(found, pa.date32()).take(texts.indices)
    return by_row, pa.array(wrong, pa.bool_()).take(texts.indices)


def _day(year: str, month: str | int, day: str) -> date | None:
    number = int(year)
    try:
        # Two digits are this century: no receivable is older.
        full = number + _CENTURY if len(year) == 2 else number  # noqa: PLR2004
        return _believable(date(full, int(month), int(day)))
    except ValueError:
        return None


def _believable(day: date) -> date | None:
    return day if YEAR_MIN <= day.year <= YEAR_MAX else None
