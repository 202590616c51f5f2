"""Figures: the calls of questions about the business, and of exports."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from net30.assistant.calls import Call, make_call
from net30.assistant.intents.evidence import Reading
from net30.assistant.intents.filters import currency_of, order_of, period_of, periods_of
from net30.assistant.intents.memory import Memory
from net30.assistant.intents.search import search_args
from net30.assistant.understanding.chart import Match
from net30.assistant.understanding.days import first_day, last_day, read_count, read_day, shift
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.parts_of_year import Span
from net30.assistant.understanding.periods import PERIOD_UNITS, read_split_count
from net30.assistant.understanding.scene import Scene

HORIZON_DAYS = 30
"""What 'forecast' means without a horizon."""
DAYS_IN = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
HORIZON_DAYS_MAX = 3650


def figures(scene: Scene, reading: Reading) -> tuple[Call, ...]:
    """Return the call that a question about the business asks for."""
    intent = reading.intent
    if intent == "top_clients":
        return (make_call(intent, _ranking(scene)),)
    if intent == "forecast_cash":
        return (make_call(intent, {"horizon_days": horizon_of(scene)}),)
    if intent == "get_ageing":
        return (make_call(intent, _as_of(scene)),)
    if intent in {"risk_report", "list_recommendations", "help"}:
        return (make_call(intent, {}),)
    about: dict[str, object] = {}
    if intent == "get_statistics":
        about |= {"client": scene.client.name} if scene.client else {}
        currency = currency_of(scene)
        about |= {"currency": currency} if currency else {}
    spans = spans_of(scene) or (Span(),)
    return tuple(make_call(intent, {**_from_to(span), **about}) for span in spans)


def spans_of(scene: Scene) -> tuple[Span, ...]:
    """Return the periods of a question; 'the month before' is reckoned from the one said first."""
    chart = scene.chart
    spans: list[Span] = []
    for period in periods_of(scene):
        unit = chart.ending(period.end, "unit")
        earlier = unit is not None and chart.at(period.end, "earlier") is not None
        first = spans[-1].first if spans else None
        spans.append(_one_before(first, unit.value) if earlier and unit and first else period.past)
    return tuple(dict.fromkeys(spans))


def _one_before(first: date, unit: str) -> Span:
    """Return the week, month, quarter or year before the one that begins on a day."""
    day = (shift(first, -1, unit) if unit in PERIOD_UNITS else None) or first
    return Span(first_day(day, unit), last_day(day, unit)) if unit in PERIOD_UNITS else Span(day)


def span_args(scene: Scene) -> dict[str, object]:
    """Return the first period of a question as from and to."""
    period = period_of(scene)
    return _from_to(period.past) if period else {}


def _from_to(span: Span) -> dict[str, object]:
    args: dict[str, object] = {}
    if span.first:
        args["from"] = span.first.isoformat()
    if span.last:
        args["to"] = span.last.isoformat()
    return args


def _as_of(scene: Scene) -> dict[str, object]:
    period = period_of(scene)
    if period is None:
        return {}
    day = period.past.last or period.past.first
    return {"as_of": min(day, scene.calendar.today).isoformat()} if day else {}


def day_as_of(scene: Scene) -> date | None:
    """Return the past day as of which something is asked: as of 31 October, au 31 octobre."""
    for match in scene.chart.find("range", "as_of"):
        starts = (match.start, match.end)  # 'fin juin' is the day itself
        days = (read_day(scene.chart, at, scene.calendar) for at in starts)
        day = next((one.past for one in days if one and one.past), None)
        if day and day < scene.calendar.today:
            return day
    return None


def horizon_of(scene: Scene) -> int:
    """Return how many days ahead a forecast shall look; 30 when nothing is said."""
    chart = scene.chart
    until = _days_until(scene)
    if until:
        return until
    for place in range(len(chart.tokens)):
        if scene.is_named(place):
            continue
        counted = read_count(chart, place) or read_split_count(chart, place)
        if counted:
            return max(1, min(counted[0] * DAYS_IN.get(counted[1], 1), HORIZON_DAYS_MAX))
    period = period_of(scene)
    if period is None:
        return _horizon_set(scene)
    said = {m.value for m in chart.find("period") if period.start <= m.start < period.end}
    unit = next((m.value for m in chart.find("unit") if period.start <= m.start < period.end), "")
    if "next" in said and unit in DAYS_IN:
        return DAYS_IN[unit]
    last = period.ahead.last
    days = (last - scene.calendar.today).days if last else HORIZON_DAYS
    return days if 1 <= days <= HORIZON_DAYS_MAX else HORIZON_DAYS


def _horizon_set(scene: Scene) -> int:
    """Return the days that a program sets: horizon: 14, horizon_days 14."""
    chart = scene.chart
    at = next((at for at in range(len(chart.tokens)) if chart.key(at) in _HORIZON), None)
    if at is None:
        return HORIZON_DAYS
    while at + 1 < len(chart.tokens) and chart.key(at) in _HORIZON | {"_", "days", ":", "of", "de"}:
        at += 1
    number = read_number(chart, at)
    days = int(number.value) if number else HORIZON_DAYS
    return days if 1 <= days <= HORIZON_DAYS_MAX else HORIZON_DAYS


_HORIZON = frozenset({"horizon"})


def _days_until(scene: Scene) -> int:
    """Return the days up to a day that is named: by 15 January, d'ici la fin de l'année."""
    for period in periods_of(scene):
        day = period.ahead.last
        to_it = period.single or period.ahead.first is None
        days = (day - scene.calendar.today).days if day and to_it else 0
        if 1 <= days <= HORIZON_DAYS_MAX:
            return days
    return 0


def ranking_said(scene: Scene) -> dict[str, object]:
    """Return by what, and how many, where a message says so: and by lateness."""
    args = _ranking(scene)
    return args if any(scene.chart.find("by")) or "limit" in args else {}


def _ranking(scene: Scene) -> dict[str, object]:
    said = [match.value for match in scene.chart.find("by")]
    cues = {match.value for match in scene.chart.find("cue")}
    by = "revenue"
    if "late" in said or "late_payers" in cues:
        by = "late"
    elif "outstanding" in said or "owe" in cues or any(scene.chart.find("sort", "-balance")):
        by = "outstanding"
    args: dict[str, object] = {"by": by}
    limit = order_of(scene)[1]
    if limit is not None:
        args["limit"] = min(limit, 100)
    return args


def export(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...]:
    """Return the export asked for; a filtered one is a search and the export of what it finds.

    "Export them" after a search is of what that search found.
    """
    chart = scene.chart
    form = _format(scene)
    if reading.references:
        return tuple(
            make_call("export", {"what": one.invoice.reference, "format": form})
            for one in reading.references
            if one.invoice
        )
    named = list(chart.find("what"))
    several = _exports(scene, named, form)
    if several:
        return several
    what = max(named, key=lambda match: match.end - match.start).value if named else "invoices"
    if any(match.value == "analytics" for match in named):
        what = "analytics"
    what = what.replace("_", " ")
    call = make_call("export", {"what": what, "format": form})
    if what != "invoices":
        return (call,)
    args = search_args(scene)
    args.pop("text", None)
    if args:
        return (make_call("search_invoices", args), call)
    found = memory.lookup
    is_of_found = "pronoun" in reading.evidence and not named
    if found and found.tool == "search_invoices" and is_of_found:
        return (found, call)
    return (call,)


def _format(scene: Scene) -> str:
    """Return the format said; 'spreadsheet' yields to one that is named: a csv spreadsheet."""
    said = list(scene.chart.find("format"))
    named = [one for one in said if scene.chart.key(one.start) != "spreadsheet"]
    return next((one.value for one in named or said), "csv")


def _exports(scene: Scene, named: list[Match], form: str) -> tuple[Call, ...]:
    """Return one export for each thing that is listed: the clients as CSV and the ageing as PDF."""
    chart = scene.chart
    if len({match.value for match in named}) <= 1:
        return ()
    for one, after in pairwise(named):
        between = range(one.end, after.start)
        joined = any(chart.at(at, "logic", "and") or chart.key(at) == "," for at in between)
        if not joined or any(chart.at(at, "act") for at in between):
            return ()
    forms = list(chart.find("format"))
    calls = []
    for at, match in enumerate(named):
        end = named[at + 1].start if at + 1 < len(named) else len(chart.tokens)
        own = next((one.value for one in forms if match.end <= one.start < end), form)
        calls.append(make_call("export", {"what": match.value.replace("_", " "), "format": own}))
    return tuple(calls)
