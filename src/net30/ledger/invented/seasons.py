"""Seasons: days of the year on which the law pays later, and how many invoices a day gets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from net30.ledger.invented.chance import Flags, Floats, Ints
from net30.ledger.invented.law import IssuingLaw, Season

RAMADAN_DAYS = 30
_YEAR_DAYS = 365
_MONTHS = 12


def ordinals(days: Ints) -> Ints:
    """Return days since 1970-01-01 as months since 1970-01."""
    found: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return found


def month_ends(days: Ints) -> Ints:
    """Return the last day of each day's month."""
    following = (ordinals(days) + 1).astype("datetime64[M]").astype("datetime64[D]")
    found: Ints = following.astype(np.int64) - 1
    return found


def weekdays(days: Ints) -> Ints:
    """Return Monday 0 to Sunday 6; 1970-01-01 was a Thursday."""
    found: Ints = (days + 3) % 7
    return found


def ramadan_starts(first_year: int, last_year: int) -> Iterator[date]:
    """Yield the first days of Ramadan from one year to another, of the tabular calendar.

    Source: Reingold and Dershowitz, Calendrical Calculations, the arithmetic Islamic calendar. The
    sighted month may begin a day or two apart.
    """
    for year in range((first_year - 623) * 33 // 32, (last_year - 620) * 33 // 32 + 1):
        day = 227_014 + (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * 8 + 9 // 2 + 1
        start = date.fromordinal(day)
        if first_year <= start.year <= last_year:
            yield start


def in_season(season: Season, days: Ints) -> Flags:
    """Return which days lie in a season."""
    if season.ramadan:
        return _in_ramadan(days)
    if season.month_end_days:
        ends: Flags = month_ends(days) - days < season.month_end_days
        return ends
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    day_of_month = (days.astype("datetime64[D]") - months).astype(np.int64) + 1
    day_of_year = (ordinals(days) % _MONTHS + 1) * 100 + day_of_month
    first, last = (int(text.replace("-", "")) for text in (season.first, season.last))
    after, before = day_of_year >= first, day_of_year <= last
    found: Flags = after & before if first <= last else after | before
    return found


def invoices_a_day(law: IssuingLaw, days: Ints) -> Floats:
    """Return how many invoices are written on each day, as weights."""
    weight = np.array(law.weekdays)[weekdays(days)] * np.array(law.months)[ordinals(days) % _MONTHS]
    weight = np.where(
        month_ends(days) - days < law.last_days, weight * law.last_days_factor, weight
    )
    grown: Floats = weight * (1 + law.growth * (days - days[0]) / _YEAR_DAYS)
    return grown


def _in_ramadan(days: Ints) -> Flags:
    epoch = date(1970, 1, 1).toordinal()
    years = [date.fromordinal(int(day) + epoch).year for day in (days.min(), days.max())]
    found = np.zeros(len(days), np.bool_)
    for start in ramadan_starts(years[0] - 1, years[1]):
        since = days - (start.toordinal() - epoch)
        found |= (since >= 0) & (since < RAMADAN_DAYS)
    return found
