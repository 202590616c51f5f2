"""Dates as a language writes them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel.dates import format_date, format_interval, format_skeleton

from net30.language.locales import locale_of

DAYS_KEPT = 4096
"""Tables write the same days again and again, and finding a locale's form takes its time."""


def write_date(day: date, language: str) -> str:
    """Write a date with the month's name, so that nobody mistakes day for month.

    >>> write_date(date(2026, 11, 3), "en")
    '3 November 2026'
    """
    if language == "fr" and day.day == 1:
        return f"1er {format_date(day, 'MMMM y', locale='fr')}"  # CLDR leaves the ordinal out
    return format_date(day, "long", locale=locale_of(language))


@lru_cache(maxsize=DAYS_KEPT)
def write_short_date(day: date, language: str) -> str:
    """Write a date for a table's column: the month still has its name.

    >>> write_short_date(date(2026, 11, 3), "en"), write_short_date(date(2026, 11, 3), "pt")
    ('3 Nov 2026', '3 nov. 2026')
    """
    if language == "pt":  # CLDR's short form for Portugal is numbers only
        return format_date(day, "d MMM y", locale=locale_of(language))
    return format_skeleton("yMMMd", day, locale=locale_of(language))


def write_days(first: date, last: date, language: str) -> str:
    """Write a span of days, saying a shared month and year once.

    >>> write_days(date(2026, 11, 1), date(2026, 11, 20), "en")
    '1–20 Nov 2026'
    """
    if first == last:
        return write_date(first, language)
    return format_interval(first, last, "yMMMMd", locale=locale_of(language))


def write_month(day: date, language: str) -> str:
    """Write a day's month and year.

    >>> write_month(date(2026, 11, 3), "fr")
    'novembre 2026'
    """
    return format_skeleton("yMMMM", day, locale=locale_of(language))
