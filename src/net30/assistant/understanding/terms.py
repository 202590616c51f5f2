"""Terms: when an invoice is to be paid, and which date it bears."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from net30.assistant.understanding.chart import Chart, Match
from net30.assistant.understanding.days import (
    Calendar,
    Day,
    read_count,
    read_day,
    read_day_of_month,
    shift,
)
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.tokens import Kind
from net30.domain.terms import TERMS_DAYS_MAX
from net30.kernel.dates import end_of_month


@dataclass(frozen=True, slots=True)
class TermsSaid:
    """What is said of paying, in tokens [start, end).

    `days` count from the issue date; `day` is a date; `month_end` moves to the month's end. All
    empty for 'standard terms'; `impossible` for a date that does not exist.
    """

    start: int
    end: int
    days: int | None = None
    day: date | None = None
    month_end: bool = False
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class IssueSaid:
    """The date that the invoice shall bear, said in tokens [start, end)."""

    start: int
    end: int
    day: date | None


def read_terms(chart: Chart, place: int, calendar: Calendar) -> TermsSaid | None:
    """Return the terms said at a token: due 31/12, net 45, à 60 jours fin de mois, on receipt."""
    for value, days in (("receipt", 0), ("standard", None)):
        match = chart.at(place, "due", value)
        if match:
            return TermsSaid(place, match.end, days)
    due = chart.at(place, "due", "due")
    if due:
        found = _after_due(chart, due, calendar)
        if found:
            return found
    paying = chart.at(place, "cue", "payment")
    if paying and (chart.kind(place - 1) is Kind.SIGN or _is_end(chart, paying.end)):
        found = _after_due(chart, paying, calendar)
        if found:
            return found
    return _net(chart, place, calendar) or _alone(chart, place, calendar)


def _is_end(chart: Chart, place: int) -> bool:
    """Tell whether the end of a month or year follows: paiement fin décembre."""
    return bool(chart.at(place, "period", "end_of") or chart.at(place, "due", "month_end"))


def _after_due(chart: Chart, due: Match, calendar: Calendar) -> TermsSaid | None:
    start, after = due.start, due.end
    bare = read_day(chart, after, calendar) or read_day_of_month(chart, after, calendar)
    while chart.key(after) in {
        ":",
        "is",
        "the",
        "le",
        "au",
        "on",
        "by",
        "est",
        "in",
        "dans",
        "within",
        "sous",
        "en",
        "=",
        "at",
        "a",
        "for",
        "pour",
        "date",
        "to",
        "becomes",
        "until",
        "them",
        "him",
        "her",
    }:
        receipt = chart.at(after, "due", "receipt")
        if receipt:
            return TermsSaid(start, receipt.end, 0)
        if chart.at(after, "article") and read_count(chart, after):
            break
        after += 1
    for value, days in (("receipt", 0), ("standard", None)):
        match = chart.at(after, "due", value)
        if match:
            return TermsSaid(start, match.end, days)
    net = chart.at(after, "due", "terms")
    counted = _counted(chart, start, net.end if net else after, calendar)
    if counted:
        return counted
    day = read_day(chart, after, calendar) or bare
    day = day or read_day_of_month(chart, after - 1, calendar)
    if day is None:
        return None
    return TermsSaid(start, day.end, day=day.ahead, impossible=day.ahead is None)


def _net(chart: Chart, place: int, calendar: Calendar) -> TermsSaid | None:
    """Read net 30, 2/10 net 30, terms: 45 days, à 60 jours."""
    start = place
    if chart.kind(place) is Kind.DAY and chart.at(place + 1, "due", "terms"):  # 2/10 net 30
        place += 1
    terms = chart.at(place, "due", "terms")
    if terms is None:
        return None
    after = terms.end
    while chart.key(after) in {":", "de", "of", "is", "are", "net", "="}:
        after += 1
    counted = _counted(chart, start, after, calendar)
    if counted:
        return counted
    number = read_number(chart, after)
    bare = chart.key(place) in {"net", "terms", "netto"} or terms.end > place + 1
    if number is None or not bare or number.scaled or not 0 <= number.value <= TERMS_DAYS_MAX:
        return None
    if chart.at(number.end, "currency") or chart.at(number.end, "percent"):
        return None
    end_of = chart.at(number.end, "due", "month_end")
    return TermsSaid(
        start, end_of.end if end_of else number.end, int(number.value), month_end=bool(end_of)
    )


def _counted(chart: Chart, start: int, place: int, calendar: Calendar) -> TermsSaid | None:
    """Read 45 days, two weeks, 30 jours fin de mois, un mois."""
    counted = read_count(chart, place)
    if counted is None:
        return None
    count, unit, end = counted
    if chart.key(end) in {"net", "netto"}:
        end += 1
    if chart.at(end, "currency"):
        return None
    eom = chart.at(end, "due", "month_end")
    end = eom.end if eom else end
    if unit in {"day", "week"}:
        days = count * (7 if unit == "week" else 1)
        if days > TERMS_DAYS_MAX:
            return TermsSaid(start, end, impossible=True)
        return TermsSaid(start, end, days, month_end=bool(eom))
    day = shift(calendar.today, count, unit)
    if day and eom:
        day = end_of_month(day)
    return TermsSaid(start, end, day=day, impossible=day is None)


def _alone(chart: Chart, place: int, calendar: Calendar) -> TermsSaid | None:
    """Read '30 days net', '45 jours fin de mois' and a lone 'fin de mois' after a comma."""
    counted = read_count(chart, place)
    if counted:
        net = chart.key(counted[2]) in {"net", "netto"}
        if net or chart.at(counted[2], "due", "month_end"):
            return _counted(chart, place, place, calendar)
        granted = chart.at(counted[2], "due", "to_pay") or chart.at(counted[2], "due", "standard")
        if granted:  # 10 days to pay
            found = _counted(chart, place, place, calendar)
            return replace(found, end=granted.end) if found else None
        if chart.at(counted[2], "due", "terms") and chart.key(counted[2]) == "terms":
            found = _counted(chart, place, place, calendar)
            return TermsSaid(place, found.end + 1, found.days) if found else None
    day = None if counted else read_day(chart, place, calendar)
    paying = chart.at(day.end, "due", "to_pay") if day else None
    if day and paying:  # until 10 January to pay
        return TermsSaid(place, paying.end, day=day.ahead, impossible=day.ahead is None)
    eom = chart.at(place, "due", "month_end")
    if eom and chart.key(place - 1) in {",", "", ".", ";", "("}:
        return TermsSaid(place, eom.end, day=end_of_month(calendar.today))
    return None


def read_issue(chart: Chart, place: int, calendar: Calendar) -> IssueSaid | None:
    """Return the issue date said at a token: dated 3 March, issue date 15/11/2026."""
    cue = chart.at(place, "due", "issued")
    if cue is None:
        return None
    return issued_on(chart, place, cue.end, calendar)


def issued_on(chart: Chart, place: int, after: int, calendar: Calendar) -> IssueSaid | None:
    """Return the issue date that stands after words which began at a token."""
    while chart.key(after) in {":", "is", "le", "the", "on", "est", "du", "au", "as"}:
        after += 1
    day = read_day(chart, after, calendar)
    return IssueSaid(place, day.end, _nearest(day, calendar.today)) if day else None


def _nearest(day: Day, today: date) -> date | None:
    """Return a day without its year as the nearest such: invoices are dated about when made."""
    if day.past is None or day.ahead is None:
        return day.past
    return day.ahead if day.ahead - today < today - day.past else day.past
