"""Parts of a year: months, quarters and halves, of the year said or the nearest one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from net30.assistant.understanding.chart import Chart, Match
from net30.assistant.understanding.days import Calendar, Day, read_year
from net30.assistant.understanding.tokens import Kind
from net30.kernel.dates import add_months

MAY_WHAT = frozenset(
    "who which that they he she it we you i client clients customer customers".split()
)
"""After these a small may is the verb, where another word follows it."""
JOINING = frozenset("and or to until till through of in for by with from".split())
"""What follows a month: May and June, May of last year."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, both included; an open end is nothing."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A period said in tokens [start, end): the latest such one, and the next to come."""

    start: int
    end: int
    past: Span
    ahead: Span
    single: bool = False

    def pick(self, *, ahead: bool) -> Span:
        """Return the period in the direction that the sentence looks."""
        return self.ahead if ahead else self.past


def read_quarter(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    """Return the quarter that starts at a token: Q3, le deuxième trimestre 2025."""
    match = chart.at(place, "quarter")
    if match is None:
        return None
    return _part_of_year(chart, (place, match.end), (int(match.value) * 3 - 2, 3), calendar)


def read_year_first(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    """Read 2026-Q1 and 2026 H2, where the year comes first."""
    year = read_year(chart, place)
    after = place + 1 + (chart.key(place + 1) in {"-", "/"})
    if year is None:
        return None
    part = read_quarter(chart, after, calendar) or read_half(chart, after, calendar)
    if part is None or part.past.first is None or part.past.last is None:
        return None
    months = part.past.last.month - part.past.first.month + 1
    span = _months(year, part.past.first.month, months)
    return Period(place, part.end, span, span)


def read_half(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    """Return the half of a year that starts at a token: H1, second semestre."""
    match = chart.at(place, "period", "first_half") or chart.at(place, "period", "second_half")
    if match is None:
        return None
    first = 1 if match.value == "first_half" else 7
    return _part_of_year(chart, (place, match.end), (first, 6), calendar)


def _part_of_year(
    chart: Chart, said: tuple[int, int], months: tuple[int, int], calendar: Calendar
) -> Period:
    """Return some months of a year: the stated one, else the latest begun or the next to end."""
    start, end = said
    after = end + (chart.key(end) in {"of", "de", "d'", "del", "do", "the"})
    year = read_year(chart, after)
    if year:
        span = _months(year, *months)
        return Period(start, after + 1, span, span)
    this_year = chart.at(after, "unit", "year") or _this_unit(chart, after, "year")
    end = this_year.end if this_year and after > end else end
    years = [_months(calendar.today.year + step, *months) for step in (-1, 0, 1)]
    past = [span for span in years if span.first and span.first <= calendar.today]
    ahead = [span for span in years if span.last and span.last >= calendar.today]
    return Period(start, end, past[-1], ahead[0])


def _this_unit(chart: Chart, place: int, unit: str) -> Day | None:
    this = chart.at(place, "period", "this")
    match = chart.at(this.end, "unit", unit) if this else None
    return Day(place, match.end, None, None) if match else None


def _months(year: int, first: int, count: int) -> Span:
    start = date(year, first, 1)
    return Span(start, add_months(start, count) - timedelta(days=1))


def read_month(chart: Chart, place: int, calendar: Calendar) -> Period | None:
    """Read December, March 2026, last December, next March, mars dernier."""
    led = chart.at(place, "period")
    match = chart.at(led.end if led else place, "month")
    if match is None or (not led and (_is_count(chart, match) or _is_verb(chart, match))):
        return None
    found = _part_of_year(chart, (place, match.end), (int(match.value), 1), calendar)
    tail = None if led else chart.at(found.end, "period")
    said = led or tail
    if tail and tail.value in {"last", "next", "this"}:
        found = replace(found, end=tail.end)
    if said and said.value == "last":
        return replace(found, ahead=found.past)
    if said and said.value == "next":
        return replace(found, past=found.ahead)
    return found


def _is_count(chart: Chart, month: Match) -> bool:
    """Tell whether a month's short name is a number here: French sept, 7 or September."""
    if chart.at(month.start, "number") is None:
        return False
    led = chart.ending(month.start, "range") or chart.ending(month.start, "logic", "and")
    return led is None and read_year(chart, month.end) is None


def _is_verb(chart: Chart, month: Match) -> bool:
    """Tell whether May is no month here: who may pay late, clients that may be lost."""
    if chart.tokens[month.start].text != "may" or chart.key(month.start - 1) not in MAY_WHAT:
        return False
    after = chart.key(month.end)
    return chart.kind(month.end) is Kind.WORD and after not in JOINING
