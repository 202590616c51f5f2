"""Quantities: so many hours, days or months; 1h15 is 1.25 hours, 90 minutes are 1.5."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from net30.assistant.understanding.chart import Chart, Match
from net30.assistant.understanding.numbers import Number, read_number
from net30.assistant.understanding.tokens import Kind
from net30.kernel.decimals import EXACT, round_half_up

MINUTES_AN_HOUR = Decimal(60)
MINUTE_DIGITS = 2
HOUR_DIGITS = 6
"""Decimals of an hour that are kept: a millionth is nobody's minute."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of time in tokens [start, end): hour, day, half-day, week, month, year."""

    value: Decimal
    unit: str
    start: int
    end: int


def read_quantity(chart: Chart, place: int) -> Quantity | None:
    """Return the time that starts at a token, in the conventions' units."""
    number = read_number(chart, place) or _article(chart, place)
    if number is None:
        return _one_and_more(chart, place)
    unit = read_unit(chart, number.end)
    if unit is None:
        return None
    found = Quantity(number.value, unit.value, place, unit.end)
    return _in_hours(_with_rest(chart, found))


def read_unit(chart: Chart, place: int) -> Match | None:
    """Return the unit of time named at a token; of one-letter ones only h, j and d."""
    match = chart.at(place, "unit")
    if match and match.language != chart.language and chart.is_filler_of(place, chart.language):
        return None  # "an" is a year in French only
    if match and chart.key(place) in {"d", "j"} and chart.key(match.end) == "'":
        return None
    return match


def _one_and_more(chart: Chart, place: int) -> Quantity | None:
    """Read a unit whose 'one' is left out before a fraction: hora y cuarto, heure et demie."""
    unit = read_unit(chart, place)
    more = chart.at(unit.end, "and_fraction") if unit else None
    if unit is None or more is None:
        return None
    return _in_hours(Quantity(1 + Decimal(more.value), unit.value, place, more.end))


def _article(chart: Chart, place: int) -> Number | None:
    match = chart.at(place, "article")
    units = {unit.language for unit in chart.all_at(match.end, "unit")} if match else set()
    if match and match.language in units:  # not the 'à' of 'mise à jour'
        return Number(Decimal(match.value), place, match.end, words=True)
    return None


def _with_rest(chart: Chart, found: Quantity) -> Quantity:
    """Add what follows the unit: 'et demie', 'and a half', '30' and '30 minutes' after hours."""
    half = chart.at(found.end, "and_fraction")
    if half:
        return replace(found, value=found.value + Decimal(half.value), end=half.end)
    if chart.kind(found.end) is Kind.DAY and chart.at(found.end, "fraction"):
        return replace(found, value=found.value + Decimal("0.5"), end=found.end + 1)
    if found.unit != "hour":
        return found
    start = found.end + (chart.key(found.end) in {"and", "et", "y", "e", "und"})
    rest = read_number(chart, start)
    if rest is None or rest.value >= MINUTES_AN_HOUR or rest.scaled or rest.value < 0:
        return found
    minutes = chart.at(rest.end, "unit", "minute")
    digits = chart.tokens[start]
    clock = len(digits.key) == MINUTE_DIGITS and (digits.glued or _is_clock(chart, start))
    told = minutes or clock or rest.words
    if not told or chart.at(rest.end, "currency") or (start > found.end and not minutes):
        return found
    value = EXACT.add(found.value, EXACT.divide(rest.value, MINUTES_AN_HOUR))
    return replace(found, value=value, end=minutes.end if minutes else rest.end)


def _is_clock(chart: Chart, place: int) -> bool:
    """Tell whether two digits after a lone h are minutes: 4 h 30, but not 4 h 30 chaises."""
    counts = chart.kind(place + 1) is Kind.WORD and not chart.is_filler(place + 1)
    return chart.key(place - 1) == "h" and not counts


def _in_hours(found: Quantity) -> Quantity:
    if found.unit != "minute":
        return _tidy(found)
    return _tidy(replace(found, value=found.value / MINUTES_AN_HOUR, unit="hour"))


def _tidy(found: Quantity) -> Quantity:
    rounded = round_half_up(found.value, HOUR_DIGITS)
    return replace(found, value=rounded) if found.value != rounded else found
