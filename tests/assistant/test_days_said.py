"""Dates, periods and payment terms as people say them, seen from Saturday 21 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from net30.assistant.understanding.chart import read
from net30.assistant.understanding.days import Calendar, read_day, read_day_of_month, shift
from net30.assistant.understanding.periods import read_period
from net30.assistant.understanding.terms import read_issue, read_terms

HERE = Calendar(date(2026, 11, 21))


@pytest.mark.parametrize(
    ("text", "past", "ahead"),
    [
        ("2026-03-05", "2026-03-05", "2026-03-05"),
        ("5 March", "2026-03-05", "2027-03-05"),
        ("March 5th, 2026", "2026-03-05", "2026-03-05"),
        ("20th of November", "2026-11-20", "2027-11-20"),
        ("le 1er mars", "2026-03-01", "2027-03-01"),
        ("12/05/2026", "2026-05-12", "2026-05-12"),
        ("12/31/2026", "2026-12-31", "2026-12-31"),
        ("05.06.27", "2027-06-05", "2027-06-05"),
        ("31/12", "2025-12-31", "2026-12-31"),
        ("today", "2026-11-21", "2026-11-21"),
        ("avant-hier", "2026-11-19", "2026-11-19"),
        ("tomorrow", "2026-11-22", "2026-11-22"),
        ("the day after tomorrow", "2026-11-23", "2026-11-23"),
        ("2 weeks ago", "2026-11-07", "2026-11-07"),
        ("il y a trois jours", "2026-11-18", "2026-11-18"),
        ("Monday", "2026-11-16", "2026-11-23"),
        ("last Saturday", "2026-11-14", "2026-11-14"),
        ("next Friday", "2026-11-27", "2026-11-27"),
        ("vendredi dernier", "2026-11-20", "2026-11-20"),
        ("Tuesday 24 November 2026", "2026-11-24", "2026-11-24"),
        ("end of month", "2026-11-30", "2026-11-30"),
        ("fin mars", "2026-03-31", "2027-03-31"),
        ("end of March 2028", "2028-03-31", "2028-03-31"),
        ("end of next month", "2026-12-31", "2026-12-31"),
        ("fin d'année", "2026-12-31", "2026-12-31"),
        ("le 15 du mois prochain", "2026-12-15", "2026-12-15"),
        ("the 3rd of last month", "2026-10-03", "2026-10-03"),
        ("29 February", "2024-02-29", "2028-02-29"),
        ("dix janvier", "2026-01-10", "2027-01-10"),
    ],
)
def test_days(text: str, past: str, ahead: str) -> None:
    chart = read(text)
    day = read_day(chart, 0, HERE)
    assert day is not None
    assert (str(day.past), str(day.ahead), day.end) == (past, ahead, len(chart.tokens))
    assert day.pick(ahead=True) == day.ahead


@pytest.mark.parametrize("text", ["31/02", "30 February", "2026-13-45", "31/04/2027"])
def test_a_day_that_does_not_exist_is_seen_but_has_no_date(text: str) -> None:
    day = read_day(read(text), 0, HERE)
    assert day is not None
    assert day.past is None
    assert day.ahead is None


@pytest.mark.parametrize("text", ["consulting", "40 hours", "March", "2026", "500 FCFA", "one"])
def test_what_is_no_day(text: str) -> None:
    assert read_day(read(text), 0, HERE) is None


def test_the_month_comes_first_where_the_organisation_says_so() -> None:
    day = read_day(read("02/03/2027"), 0, Calendar(HERE.today, "MDY"))
    assert day is not None
    assert day.past == date(2027, 2, 3)


def test_a_bare_day_of_the_month() -> None:
    day = read_day_of_month(read("the 15th"), 0, HERE)
    assert day is not None
    assert (day.past, day.ahead) == (date(2026, 11, 15), date(2026, 12, 15))
    assert read_day_of_month(read("the 15 hours"), 0, HERE) is None
    assert read_day_of_month(read("15 chairs"), 0, HERE) is None


def test_a_shift_beyond_the_calendar_is_nothing() -> None:
    assert shift(HERE.today, 10**6, "day") is None
    assert shift(HERE.today, 3000, "month") is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("from December", "2025-12-01", "2025-12-31"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("this quarter", "2026-10-01", "2026-12-31"),
        ("last 90 days", "2026-08-23", "2026-11-21"),
        ("les 90 derniers jours", "2026-08-23", "2026-11-21"),
        ("les trois prochains mois", "2026-11-21", "2027-02-21"),
        ("in 2025", "2025-01-01", "2025-12-31"),
        ("between 1 March and 30 April", "2026-03-01", "2026-04-30"),
        ("du 3 au 10 octobre", "2026-10-03", "2026-10-10"),
        ("from January to March 2026", "2026-01-01", "2026-03-31"),
        ("between November and February", "2025-11-01", "2026-02-28"),
        ("Q3", "2026-07-01", "2026-09-30"),
        ("third quarter of 2025", "2025-07-01", "2025-09-30"),
        ("the first half of 2026", "2026-01-01", "2026-06-30"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("la semaine prochaine", "2026-11-23", "2026-11-29"),
        ("last December", "2025-12-01", "2025-12-31"),
        ("mars dernier", "2026-03-01", "2026-03-31"),
        ("since March", "2026-03-01", "None"),
        ("after March", "2026-04-01", "None"),
        ("before 1 June 2026", "None", "2026-05-31"),
        ("jusqu'au 15 janvier", "None", "2026-01-15"),
        ("year to date", "2026-01-01", "2026-11-21"),
        ("so far this month", "2026-11-01", "2026-11-21"),
        ("d'octobre", "2026-10-01", "2026-10-31"),
        ("du trimestre en cours", "2026-10-01", "2026-12-31"),
        ("yesterday", "2026-11-20", "2026-11-20"),
    ],
)
def test_periods_look_back(text: str, first: str, last: str) -> None:
    chart = read(text)
    period = read_period(chart, 0, HERE)
    assert period is not None
    assert (str(period.past.first), str(period.past.last)) == (first, last)
    assert period.end == len(chart.tokens)


@pytest.mark.parametrize(
    ("text", "at", "is_month"),
    [
        ("who may pay late", 1, False),
        ("clients that may be lost", 2, False),
        ("invoices may 2026", 1, True),
        ("clients may and june", 1, True),
        ("which in May", 2, True),
        ("clients may", 1, True),
    ],
)
def test_may_is_a_verb_where_someone_may_do_something(
    text: str, at: int, *, is_month: bool
) -> None:
    assert (read_period(read(text), at, HERE) is not None) is is_month


def test_a_due_month_is_the_next_one() -> None:
    period = read_period(read("in December"), 0, HERE)
    assert period is not None
    assert period.pick(ahead=True).first == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "days", "day", "month_end"),
    [
        ("net 45", 45, None, False),
        ("2/10 net 30", 30, None, False),
        ("terms: 30 days", 30, None, False),
        ("30 days net", 30, None, False),
        ("à 60 jours", 60, None, False),
        ("échéance à 45 jours", 45, None, False),
        ("45 jours fin de mois", 45, None, True),
        ("due in two weeks", 14, None, False),
        ("payable within 10 days", 10, None, False),
        ("due on receipt", 0, None, False),
        ("à réception", 0, None, False),
        ("standard terms", None, None, False),
        ("due 15 December 2026", None, "2026-12-15", False),
        ("payable le 5 mars", None, "2027-03-05", False),
        ("due end of month", None, "2026-11-30", False),
        ("due on the 15th", None, "2026-12-15", False),
        ("due in two months", None, "2027-01-21", False),
    ],
)
def test_payment_terms(text: str, days: int | None, day: str | None, *, month_end: bool) -> None:
    said = read_terms(read(text), 0, HERE)
    assert said is not None
    assert said.days == days
    assert (str(said.day) if said.day else None) == day
    assert said.month_end is month_end


@pytest.mark.parametrize("text", ["due 31/02/2027", "net 9999 days"])
def test_impossible_terms_are_asked_about(text: str) -> None:
    said = read_terms(read(text), 0, HERE)
    assert said is not None
    assert said.impossible


@pytest.mark.parametrize("text", ["network audit", "net 20 %", "net 500 USD", "à 60 000", "due"])
def test_what_is_no_payment_term(text: str) -> None:
    assert read_terms(read(text), 0, HERE) is None


def test_the_issue_date() -> None:
    said = read_issue(read("dated 31 October"), 0, HERE)
    assert said is not None
    assert said.day == date(2026, 10, 31)
    assert read_issue(read("date palms"), 0, HERE) is None
