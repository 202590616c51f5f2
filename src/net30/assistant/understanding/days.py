"""Days: single dates as people write and say them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from net30.assistant.understanding.chart import Chart, once_a_place
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.tokens import Kind
from net30.kernel.dates import YEAR_MAX, YEAR_MIN, add_months, end_of_month
from net30.kernel.errors import InputError

YEARS_SAID = range(1990, 2101)
"""Four digits outside are an amount or a number, not a year."""
YEAR_DIGITS = 4
CENTURY = 2000
DAY_DIGITS_MAX = 2
DAY_NUMBER_MAX = 31
MONTH_NUMBER_MAX = 12
AGO_DAYS_MAX = 20_000
UNIT_DAYS = {"day": 1, "week": 7}
YEAR_END = (12, 31)
MID_DAY = 15
UNIT_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The day of the conversation and the order of day and month (DMY or MDY)."""

    today: date
    order: str = "DMY"


@dataclass(frozen=True, slots=True)
class Day:
    """A date said in tokens [start, end): the latest such day, and the next one to come.

    Both are the same for a full date, and nothing for one that does not exist (31/02).
    """

    start: int
    end: int
    past: date | None
    ahead: date | None

    def pick(self, *, ahead: bool) -> date | None:
        """Return the day in the direction that the sentence looks."""
        return self.ahead if ahead else self.past


@once_a_place
def read_day(chart: Chart, place: int, calendar: Calendar) -> Day | None:
    """Return the day that starts at a token; a leading weekday or article is part of it."""
    weekday = chart.at(place, "weekday")
    if weekday:
        dated = _dated(chart, _skip_comma(chart, weekday.end), calendar)
        if dated:
            return Day(place, dated.end, dated.past, dated.ahead)
    if chart.at(place, "day"):  # the day after tomorrow
        return _relative(chart, place, calendar)
    if chart.key(place) in {"le", "the", "el", "o", "am", "au", "on", "dem"}:
        dated = read_day(chart, place + 1, calendar) or _pointed(chart, place + 1, calendar)
        return Day(place, dated.end, dated.past, dated.ahead) if dated else None
    return (
        _dated(chart, place, calendar)
        or _relative(chart, place, calendar)
        or _weekday(chart, place, calendar)
        or _end_of(chart, place, calendar)
        or _feast(chart, place, calendar)
    )


def says_no_day(chart: Chart, calendar: Calendar) -> bool:
    """Tell whether a date is said that no calendar has: 30 February, 31/09/2026."""
    places = (at for at in range(len(chart.tokens)) if not _is_buckets(chart, at))
    days = (read_day(chart, place, calendar) for place in places)
    return any(day is not None and day.past is None and day.ahead is None for day in days)


def _is_buckets(chart: Chart, place: int) -> bool:
    """Tell whether numbers with strokes hold no month at all: 30/60/90 days."""
    parts = [int(part) for part in re.findall(r"\d+", chart.key(place))]
    return chart.kind(place) is Kind.DAY and min(parts) > MONTH_NUMBER_MAX


def make_day(year: int, month: int, day: int) -> date | None:
    """Return a date, or nothing where there is no such day."""
    if not YEAR_MIN <= year <= YEAR_MAX:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_year(chart: Chart, place: int) -> int | None:
    """Return the year that a token of four digits says."""
    key = chart.key(place)
    if len(key) == YEAR_DIGITS and key.isdigit() and int(key) in YEARS_SAID:
        return int(key)
    return None


def shift(day: date, count: int, unit: str) -> date | None:
    """Return the day so many units later (earlier when negative)."""
    if abs(count) > AGO_DAYS_MAX:
        return None
    try:
        if unit in UNIT_DAYS:
            return day + timedelta(days=count * UNIT_DAYS[unit])
        return add_months(day, count * UNIT_MONTHS[unit])
    except (InputError, OverflowError):
        return None


def _dated(chart: Chart, place: int, calendar: Calendar) -> Day | None:
    if chart.kind(place) is Kind.DAY:
        return _numeric(chart, place, calendar)
    told = chart.language == "de" or chart.key(place - 1) in _BEFORE_DAY
    if told and chart.kind(place) is Kind.NUMBER:
        pointed = _pointed(chart, place, calendar)
        if pointed:
            return pointed
    return _day_month(chart, place, calendar) or _month_day(chart, place, calendar)


_BEFORE_DAY = frozenset({"from", "until", "by", "since", "dated", "vom", "bis", "zum", "du"})


def _numeric(chart: Chart, place: int, calendar: Calendar) -> Day | None:
    text = chart.key(place)
    mark = next(letter for letter in text if not letter.isdigit())
    parts = [int(part) for part in text.split(mark)]
    if len(text.split(mark)[0]) == YEAR_DIGITS:
        year, month, day = parts
        return _full(place, place + 1, (year, month, day))
    first, second = parts[0], parts[1]
    day, month = (second, first) if calendar.order == "MDY" else (first, second)
    if month > MONTH_NUMBER_MAX >= day:
        day, month = month, day
    if len(parts) == len(("day", "month")):
        return _yearless(place, place + 1, month, day, calendar)
    year = parts[2] if len(text.split(mark)[2]) == YEAR_DIGITS else parts[2] + CENTURY
    return _full(place, place + 1, (year, month, day))


def _pointed(chart: Chart, place: int, calendar: Calendar) -> Day | None:
    """Read 15.01. as Germans write a day without its year."""
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})", chart.key(place))
    closed = chart.key(place + 1) == "." and chart.tokens[place + 1].glued
    if not found or not closed or not 1 <= int(found[2]) <= MONTH_NUMBER_MAX:
        return None
    return _yearless(place, place + 2, int(found[2]), int(found[1]), calendar)


def _day_month(chart: Chart, place: int, calendar: Calendar) -> Day | None:
    """Read 5 March 2026, 20th of November, 1er mars, 3 de mayo de 2026."""
    found = _spelt_day(chart, place) or read_day_number(chart, place)
    if found is None:
        return None
    day, after = found
    if chart.key(after) in {"of", "de", "d'", "."}:
        after += 1
    month = chart.at(after, "month")
    if month is None:
        return _in_relative_month(chart, place, found, calendar)
    return _with_year(chart, place, month.end, (int(month.value), day), calendar)


def _in_relative_month(
    chart: Chart, start: int, found: tuple[int, int], calendar: Calendar
) -> Day | None:
    """Read the 15th of next month, le 15 du mois prochain, le 3 de ce mois."""
    day, place = found
    if chart.key(place) not in {"of", "du", "de", "del", "do", "des", "d'"}:
        return None
    place += 1 + (chart.key(place + 1) in {"the", "le", "el", "o"})
    led = chart.at(place, "period")
    unit = chart.at(led.end if led else place, "unit", "month")
    if unit is None:
        return None
    tail = None if led else chart.at(unit.end, "period")
    said = led or tail
    steps = {"next": 1, "last": -1}.get(said.value, 0) if said else 0
    month = add_months(calendar.today.replace(day=1), steps)
    return _full(start, tail.end if tail else unit.end, (month.year, month.month, day))


def read_day_of_month(chart: Chart, place: int, calendar: Calendar) -> Day | None:
    """Read a bare 'the 15th' or 'le 15': the latest such day, and the next one to come."""
    led = chart.key(place) in {"the", "le", "el", "o", "am", "dia", "den"}
    found = read_day_number(chart, place + led)
    if found is None or (not led and found[1] == place + 1):
        return None
    counted = any(
        chart.at(found[1], kind) for kind in ("unit", "currency", "percent", "multiplier")
    )
    if counted or chart.key(found[1]) in {"/", ":", "-", "h"}:
        return None
    if chart.kind(found[1]) is Kind.NUMBER and chart.tokens[found[1]].glued:  # 1e9
        return None
    first = calendar.today.replace(day=1)
    months = [add_months(first, step) for step in range(-2, 3)]
    days = [made for one in months if (made := make_day(one.year, one.month, found[0]))]
    past = [day for day in days if day <= calendar.today]
    ahead = [day for day in days if day >= calendar.today]
    return Day(place, found[1], past[-1] if past else None, ahead[0] if ahead else None)


def _month_day(chart: Chart, place: int, calendar: Calendar) -> Day | None:
    """Read March 5th, 2026."""
    month = chart.at(place, "month")
    if month is None:
        return None
    after = month.end + (chart.key(month.end) == "the")
    found = read_day_number(chart, after)
    if found is None or chart.at(found[1], "unit") or chart.at(found[1], "month"):
        return None
    return _with_year(chart, place, found[1], (int(month.value), found[0]), calendar)


def _spelt_day(chart: Chart, place: int) -> tuple[int, int] | None:
    """Return the day that an ordinal in words says: the twelfth, the thirty first."""
    tens = chart.at(place, "number")
    led = tens is not None and tens.value in {"20", "30"}
    ordinal = chart.at(tens.end if tens and led else place, "nth")
    if ordinal is None:
        return None
    day = int(ordinal.value) + (int(tens.value) if tens and led else 0)
    return (day, ordinal.end) if day <= DAY_NUMBER_MAX else None


def read_day_number(chart: Chart, place: int) -> tuple[int, int] | None:
    """Return the day of a month that starts at a token (5, 20th, 1er) and where it ends."""
    key = chart.key(place)
    if chart.kind(place) is Kind.NUMBER and key.isdigit() and len(key) <= DAY_DIGITS_MAX:
        after = place + 1
        if chart.at(after, "ordinal", "suffix") and chart.tokens[after].glued:
            after += 1
        return (int(key), after) if 1 <= int(key) <= DAY_NUMBER_MAX else None
    first = chart.at(place, "ordinal", "1")
    if first:
        return 1, first.end
    number = read_number(chart, place)
    if number and number.words and number.value in range(2, DAY_NUMBER_MAX + 1):  # not 'one'
        return int(number.value), number.end
    return None


def _with_year(
    chart: Chart, start: int, end: int, parts: tuple[int, int], calendar: Calendar
) -> Day:
    month, day = parts
    after = _skip_comma(chart, end)
    if chart.key(after) in {"de", "del"}:
        after += 1
    year = read_year(chart, after)
    if year:
        return _full(start, after + 1, (year, month, day))
    return _yearless(start, end, month, day, calendar)


def _full(start: int, end: int, parts: tuple[int, int, int]) -> Day:
    found = make_day(*parts)
    return Day(start, end, found, found)


def _yearless(start: int, end: int, month: int, day: int, calendar: Calendar) -> Day:
    year = calendar.today.year
    near = [make_day(year + step, month, day) for step in range(-4, 5)]
    real = [found for found in near if found]
    past = [found for found in real if found <= calendar.today]
    ahead = [found for found in real if found >= calendar.today]
    return Day(start, end, past[-1] if past else None, ahead[0] if ahead else None)


def _relative(chart: Chart, place: int, calendar: Calendar) -> Day | None:
    """Read today, yesterday, 3 days ago, il y a deux semaines."""
    match = chart.at(place, "day")
    offsets = {"today": 0, "yesterday": -1, "before_yesterday": -2, "tomorrow": 1}
    if match:
        found = calendar.today + timedelta(days=offsets.get(match.value, 2))
        return Day(place, match.end, found, found)
    before = chart.at(place, "range", "ago")
    counted = read_count(chart, before.end if before else place)
    if counted is None:
        return None
    count, unit, end = counted
    after = chart.at(end, "range", "ago")
    if not before and not after:
        return None
    found_day = shift(calendar.today, -count, unit)
    return Day(place, after.end if after else end, found_day, found_day)


def read_count(chart: Chart, place: int) -> tuple[int, str, int] | None:
    """Return a whole number of days, weeks, months ... as (count, unit, end)."""
    number = read_number(chart, place)
    article = None if number else chart.at(place, "article")
    end = number.end if number else article.end if article else place
    unit = chart.at(end, "span") or chart.at(end, "unit")
    counted = {**UNIT_DAYS, **UNIT_MONTHS, "fortnight": 14}
    bare = end == place and not (unit and unit.category == "span")  # the next fortnight
    if unit is None or bare or unit.value not in counted:
        return None
    value = number.value if number else 1
    if unit.value == "fortnight":
        value, days = value * 14, "day"
        return (int(value), days, unit.end) if value == int(value) <= AGO_DAYS_MAX else None
    if value != int(value) or not 0 <= value <= AGO_DAYS_MAX:
        return None
    return int(value), unit.value, unit.end


def _weekday(chart: Chart, place: int, calendar: Calendar) -> Day | None:
    """Read Monday, last Friday, vendredi prochain."""
    led = chart.at(place, "period")
    match = chart.at(led.end if led else place, "weekday")
    if match is None:
        return None
    back = (calendar.today.isoweekday() - int(match.value)) % 7
    past = calendar.today - timedelta(days=back)
    ahead = past if back == 0 else past + timedelta(days=7)
    tail = None if led else chart.at(match.end, "period")
    said = led or tail
    if said and said.value == "last":
        ahead = past = past - timedelta(days=7 if back == 0 else 0)
    if said and said.value == "next":
        past = ahead = ahead + timedelta(days=7 if back == 0 else 0)
    return Day(place, tail.end if tail else match.end, past, ahead)


def _feast(chart: Chart, place: int, calendar: Calendar) -> Day | None:
    """Read a day that has a name of its own: Christmas, le nouvel an, Jahresende."""
    match = chart.at(place, "feast")
    if match is None:
        return None
    month, day = map(int, match.value.split("-"))
    if (month, day) == YEAR_END:  # as fin d'année, which is that of this year
        found = date(calendar.today.year, month, day)
        return Day(place, match.end, found, found)
    return _with_year(chart, place, match.end, (month, day), calendar)


def _end_of(chart: Chart, place: int, calendar: Calendar) -> Day | None:
    """Read end of month, fin mars, end of next month, end of the year."""
    month_end = chart.at(place, "due", "month_end")
    middle = chart.at(place, "period", "middle_of")
    month = chart.at(middle.end, "month") if middle else None
    if month:  # mid December, mi-janvier
        return _with_year(chart, place, month.end, (int(month.value), MID_DAY), calendar)
    led = chart.at(place, "period", "end_of")
    if led:
        month = chart.at(led.end, "month")
        if month:
            return _end_of_month(chart, (place, month.end), int(month.value), calendar)
        found = _end_of_unit(chart, place, led.end, calendar)
        if found and (not month_end or found.end > month_end.end):
            return found
    if month_end:
        found_day = end_of_month(calendar.today)
        return Day(place, month_end.end, found_day, found_day)
    return None


def _end_of_month(chart: Chart, said: tuple[int, int], month: int, calendar: Calendar) -> Day:
    year = read_year(chart, said[1])
    if year:
        found = end_of_month(date(year, month, 1))
        return Day(said[0], said[1] + 1, found, found)
    this = end_of_month(date(calendar.today.year, month, 1))
    ahead = this if this >= calendar.today else end_of_month(add_months(this, 12))
    past = this if this <= calendar.today else end_of_month(add_months(this, -12))
    return Day(said[0], said[1], past, ahead)


def _end_of_unit(chart: Chart, start: int, place: int, calendar: Calendar) -> Day | None:
    place += chart.key(place) in {"the", "de", "d'", "l'", "du", "la"}
    place += chart.key(place) == "l'"
    led = chart.at(place, "period")
    unit = chart.at(led.end if led else place, "unit")
    if unit is None or unit.value not in {"week", "month", "quarter", "year"}:
        return None
    tail = None if led else chart.at(unit.end, "period")
    said = led or tail
    steps = {"next": 1, "last": -1}.get(said.value, 0) if said else 0
    moved = shift(calendar.today, steps, unit.value)
    if moved is None:
        return None
    found = last_day(moved, unit.value)
    return Day(start, tail.end if tail else unit.end, found, found)


def first_day(day: date, unit: str) -> date:
    """Return the first day of the week, month, quarter or year around a day."""
    if unit == "week":
        return day - timedelta(days=day.isoweekday() - 1)
    months = UNIT_MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def last_day(day: date, unit: str) -> date:
    """Return the last day of the week, month, quarter or year around a day."""
    first = first_day(day, unit)
    if unit == "week":
        return first + timedelta(days=6)
    return add_months(first, UNIT_MONTHS[unit]) - timedelta(days=1)


def _skip_comma(chart: Chart, place: int) -> int:
    return place + (chart.key(place) == ",")
