"""Periods: from when to when a question is meant: last month, Q3, between March and May."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from net30.assistant.understanding.chart import Chart, once_a_place
from net30.assistant.understanding.days import (
    Calendar,
    Day,
    first_day,
    last_day,
    make_day,
    read_count,
    read_day,
    read_day_number,
    read_year,
    shift,
)
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.parts_of_year import (
    Period,
    Span,
    read_half,
    read_month,
    read_quarter,
    read_year_first,
)
from net30.kernel.dates import add_months, end_of_month

COUNT_MAX = 3_660
PERIOD_UNITS = frozenset({"week", "month", "quarter", "year"})


@once_a_place
def read_period(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    """Return the period that starts at a token, with its preposition."""
    found = _open_ended(chart, place, calendar) or _range(chart, place, calendar)
    if found:
        return found
    led = chart.at(place, "range", "in")
    for start in dict.fromkeys((led.end if led else place, place + 1 if led else place, place)):
        bare = read_bare(chart, start, calendar)
        if bare:
            return replace(_month_named(chart, bare, calendar) or bare, start=place)
    return None


def _month_named(chart: Chart, said: Period, calendar: Calendar) -> Period | None:
    """Return the month that follows the word: du mois d'août, the month of August."""
    unit = chart.ending(said.end, "unit", "month") is not None
    named = unit and chart.key(said.end) in {"d'", "de", "of", "do", "del"}
    return read_bare(chart, said.end + 1, calendar) if named else None


@once_a_place
def read_bare(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    """Return the period that starts right at a token."""
    if chart.key(place) in {"the", "le", "la", "l'", "les", "du", "des", "el", "o", "os"}:
        after = read_bare(chart, place + 1, calendar)
        return replace(after, start=place) if after else None
    return (
        _to_date(chart, place, calendar)
        or _rolling(chart, place, calendar)
        or read_quarter(chart, place, calendar)
        or read_half(chart, place, calendar)
        or _of_day(read_day(chart, place, calendar))
        or read_month(chart, place, calendar)
        or _week_of(chart, place, calendar)
        or read_year_first(chart, place, calendar)
        or _relative(chart, place, calendar)
        or _year(chart, place)
    )


def _of_day(day: Day | None) -> Period | None:
    if day is None:
        return None
    past, ahead = Span(day.past, day.past), Span(day.ahead, day.ahead)
    return Period(day.start, day.end, past, ahead, single=True)


def _to_date(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    match = chart.at(place, "period", "to_date") or chart.at(place, "period", "month_to_date")
    if match is None:
        return None
    unit = "year" if match.value == "to_date" else "month"
    span = Span(first_day(calendar.today, unit), calendar.today)
    return Period(place, match.end, span, span)


def _rolling(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    """Read last 90 days, les 90 derniers jours, the next three months."""
    led = chart.at(place, "period")
    counted = read_count(chart, led.end) if led else read_split_count(chart, place)
    if counted is None:
        return None
    count, unit, end = counted
    said = led or chart.at(place + 1, "period") or chart.at(end, "period")
    if not led and said and said.start == end:
        end = said.end
    if said is None or said.value not in {"last", "next"}:
        return None
    return _rolled(place, end, calendar, count if said.value == "next" else -count, unit)


def read_split_count(chart: Chart, place: int) -> tuple[int, str, int] | None:
    """Read 90 derniers jours and 3 mois suivants, where the count comes first."""
    if chart.language == "ar" and chart.at(place, "unit"):  # الأيام 60 القادمة
        return _counted_after(chart, place)
    word = chart.at(place + 1, "period")
    if word:
        unit = chart.at(word.end, "unit")
        key = chart.key(place)
        if unit and key.isdigit() and int(key) <= COUNT_MAX and unit.value != "hour":
            return int(key), unit.value, unit.end
        number = chart.at(place, "number")
        if unit and number and number.end == place + 1:
            return int(number.value), unit.value, unit.end
        return None
    counted = read_count(chart, place)
    return counted if counted and chart.at(counted[2], "period") else None


def _counted_after(chart: Chart, place: int) -> tuple[int, str, int] | None:
    """Read a unit with its number after it, as Arabic says the 60 days."""
    unit, number = chart.at(place, "unit"), read_number(chart, place + 1)
    if unit is None or number is None or number.value > COUNT_MAX:
        return None
    return (
        (int(number.value), unit.value, number.end) if number.value == int(number.value) else None
    )


def _rolled(start: int, end: int, calendar: Calendar, count: int, unit: str) -> Period | None:
    if unit not in PERIOD_UNITS | {"day"}:
        return None
    other = shift(calendar.today, count, unit)
    if other is None:
        return None
    span = Span(min(other, calendar.today), max(other, calendar.today))
    return Period(start, end, span, span)


def _week_of(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    """Read week of 9 November, semaine du 9 novembre: Monday to Sunday around that day."""
    unit = chart.at(place, "unit", "week")
    led = unit is not None and chart.key(unit.end) in _OF_DAY
    day = read_day(chart, unit.end + 1, calendar) if unit and led else None
    if day is None or day.past is None or day.ahead is None:
        return None
    past, ahead = (
        Span(first_day(one, "week"), last_day(one, "week")) for one in (day.past, day.ahead)
    )
    return Period(place, day.end, past, ahead)


_OF_DAY = frozenset({"of", "du", "del", "do", "vom", "from", "de"})


def next_to(first: date, last: date, step: int, unit: str) -> tuple[date, date] | None:
    """Return the period before or after one of whole months or of some days.

    With a unit it is moved by that: the same months of the year before.
    """
    whole = first.day == 1 and last == end_of_month(last)
    if not unit:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        unit, count = ("month", months) if whole else ("day", (last - first).days + 1)
        step *= count
    moved = shift(first, step, unit), shift(last, step, unit)
    if moved[0] is None or moved[1] is None:
        return None
    return moved[0], end_of_month(moved[1]) if whole and unit != "week" else moved[1]


def _relative(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    """Read this month, last quarter, l'année dernière, la semaine prochaine, ce trimestre."""
    led = chart.at(place, "period")
    unit = chart.at(led.end if led else place, "unit")
    if unit is None or unit.value not in PERIOD_UNITS:
        return None
    if unit.value == "year" and not led and read_year(chart, unit.end):
        return None  # l'année 2025
    tail = None if led else chart.at(unit.end, "period")
    said = led or tail
    if said is None and chart.key(place - 1) not in {"l'", "the", "du", "le", "la", "del", "do"}:
        return None
    steps = {"last": -1, "next": 1}.get(said.value, 0) if said else 0
    moved = shift(first_day(calendar.today, unit.value), steps, unit.value)
    if moved is None:
        return None
    span = Span(first_day(moved, unit.value), last_day(moved, unit.value))
    return Period(place, tail.end if tail else unit.end, span, span)


def _year(chart: Chart, place: int) -> Period | None:
    start = place
    if chart.at(place, "unit", "year"):
        place += 1
    year = read_year(chart, place)
    if year is None or chart.at(place + 1, "currency") or chart.at(place + 1, "unit"):
        return None
    span = Span(date(year, 1, 1), date(year, 12, 31))
    return Period(start, place + 1, span, span)


def _open_ended(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    """Read since March, before 1 June, avant le 5 mai, depuis lundi."""
    for value in ("since", "until"):
        match = chart.at(place, "range", value)
        point = read_bare(chart, match.end, calendar) if match else None
        # "from March to May" is a range, "from December" is December itself.
        if match is None or point is None or _goes_on(chart, point.end, calendar):
            continue
        if chart.key(place) in {"from", "de", "von", "desde"} and chart.key(place) != "desde":
            continue
        strict = chart.key(place) in STRICT
        if value == "since":
            return Period(
                place,
                point.end,
                _from(point.past, strict=strict),
                _from(point.ahead, strict=strict),
            )
        return Period(
            place, point.end, _up_to(point.past, strict=strict), _up_to(point.ahead, strict=strict)
        )
    return None


def _goes_on(chart: Chart, place: int, calendar: Calendar) -> bool:
    """Tell whether another day or period follows: to May, and 5 June."""
    joint = chart.at(place, "range", "to")
    return joint is not None and read_bare(chart, joint.end, calendar) is not None


STRICT = frozenset(
    {
        "before",
        "prior",
        "earlier",
        "avant",
        "antes",
        "vor",
        "after",
        "later",
        "apres",
        "despues",
        "depois",
        "anteriores",
        "anterior",
        "posteriores",
        "posterior",
        "fruher",
        "spater",
        "nach",
        "قبل",
        "بعد",
    }
)
"""Words that leave out the named day or month itself."""


def _from(span: Span, *, strict: bool) -> Span:
    if strict and span.last:
        return Span(span.last + timedelta(days=1), None)
    return Span(span.first, None)


def _up_to(span: Span, *, strict: bool) -> Span:
    if strict and span.first:
        return Span(None, span.first - timedelta(days=1))
    return Span(None, span.last)


def _range(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    """Read between 1 March and 30 April, du 3 au 10 octobre, January to March 2026."""
    led = chart.at(place, "range", "between")
    start = led.end if led else place
    first = read_bare(chart, start, calendar)
    if first is None or chart.at(first.end, "month"):  # the 5th [to the 20th of] October
        return _short_range(chart, place, start, calendar)
    joint = chart.at(first.end, "range", "to")
    last = read_bare(chart, joint.end, calendar) if joint else None
    if last is None or joint is None or (not led and chart.at(first.end, "logic", "and")):
        return _short_range(chart, place, start, calendar)
    return Period(
        place, last.end, _spanned(first, last, ahead=False), _spanned(first, last, ahead=True)
    )


def _spanned(first: Period, last: Period, *, ahead: bool) -> Span:
    """Return the span of both; a start without a year is the latest before the end."""
    end = last.pick(ahead=ahead)
    start = first.pick(ahead=ahead)
    if start.first and end.last and start.first > end.last:
        start = Span(_year_back(start.first), start.last)
    elif start.first and end.first and first.past != first.ahead and last.past == last.ahead:
        start = Span(_into_year(start.first, end.first), start.last)
    return Span(start.first, end.last)


def _year_back(day: date) -> date:
    return add_months(day, -12)


def _into_year(day: date, end: date) -> date:
    moved = make_day(end.year, day.month, day.day) or day
    return moved if moved <= end else add_months(moved, -12)


def _short_range(chart: Chart, start: int, place: int, calendar: Calendar) -> Period | None:
    """Read du 3 au 10 octobre, from the 3rd to the 10th of October: a month for both days."""
    place += chart.key(place) in {"le", "the", "el", "o", "dem", "den", "vom"}
    first = read_day_number(chart, place)
    after = first[1] + (chart.key(first[1]) == "." and chart.language == "de") if first else place
    joint = chart.at(after, "range", "to") if first else None
    last = read_day(chart, joint.end, calendar) if joint else None
    if first is None or last is None or last.past is None or last.ahead is None:
        return None
    days = (last.past, last.ahead)
    spans = [Span(make_day(day.year, day.month, first[0]), day) for day in days]
    return Period(start, last.end, spans[0], spans[1])
