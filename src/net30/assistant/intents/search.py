"""Search: the filters of a question for invoices, and the words to look for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from net30.assistant.intents.filters import (
    STATUSES,
    bounds_of,
    currency_of,
    due_span,
    is_due,
    order_of,
    periods_of,
    statuses_of,
)
from net30.assistant.targets.described import described_client
from net30.assistant.understanding.days import read_count, shift
from net30.assistant.understanding.directory import OPEN
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.tokens import Kind
from net30.kernel.decimals import plain


def search_args(scene: Scene, intent: str = "search_invoices") -> dict[str, object]:
    """Return the arguments of a search; 'owed' and 'unpaid' questions are about open invoices."""
    args: dict[str, object] = {}
    _add_client(scene, args)
    statuses = statuses_of(scene)
    unpaid = intent == "search_unpaid" and "draft" not in statuses
    if unpaid or (intent == "search_owed" and not statuses):
        statuses = ("issued", "partially_paid", "overdue")
    if not statuses and any(scene.chart.find("cue", "owe")):
        statuses = ("issued", "partially_paid", "overdue")
    if statuses:
        args["status"] = statuses
    _add_period(scene, args)
    _add_lateness(scene, args)
    _add_amounts(scene, args)
    sort, limit = order_of(scene)
    if sort:
        args["sort"] = sort
    if limit is not None:
        args["limit"] = limit
    text = text_of(scene, narrowed=bool(args))
    if text and "client" not in args:
        args["text"] = text
    return args


def _add_client(scene: Scene, args: dict[str, object]) -> None:
    if scene.client:
        args["client"] = scene.client.name
    elif not scene.named and (described := described_client(scene)):
        if len(described.clients) == 1:
            args["client"] = described.clients[0].name
    elif scene.clients:  # a word that fits several: search for the word
        args["text"] = scene.chart.words(scene.named[0].start, scene.named[0].end)


def _add_period(scene: Scene, args: dict[str, object]) -> None:
    for period in periods_of(scene):
        due = is_due(scene)
        span = due_span(scene, period) if due else period.past
        prefix = "due" if due else "issued"
        if span.first and f"{prefix}_from" not in args:
            args[f"{prefix}_from"] = span.first.isoformat()
        if span.last and f"{prefix}_to" not in args:
            args[f"{prefix}_to"] = span.last.isoformat()
    if not periods_of(scene):
        _add_due_within(scene, args)


def _add_due_within(scene: Scene, args: dict[str, object]) -> None:
    """Read 'fall due within 10 days', where the words for due take in 'within'."""
    chart = scene.chart
    for due in chart.find("due", "due"):
        led = chart.at(due.end, "range", "in")
        counted = read_count(chart, led.end if led else due.end)
        day = shift(scene.calendar.today, counted[0], counted[1]) if counted else None
        if day:
            args["due_from"] = scene.calendar.today.isoformat()
            args["due_to"] = day.isoformat()


def _add_lateness(scene: Scene, args: dict[str, object]) -> None:
    """Read 'overdue by more than 30 days': due, else issued, so long ago or longer."""
    chart = scene.chart
    if any(chart.find("due", "ahead")):
        args["status"] = tuple(one for one in STATUSES if one in OPEN - {"overdue"})
    said = "due" if {"overdue", "issued"} & set(_listed(args)) else "issued"
    band = _band_of_days(scene) if said == "due" else None
    if band:
        args["due_from"], args["due_to"] = (day.isoformat() for day in band)
        return
    for match in chart.find("compare"):
        counted = read_count(chart, match.end)
        day = shift(scene.calendar.today, -counted[0], counted[1]) if counted else None
        if day and match.value == "more":
            args[f"{said}_to"] = (day - timedelta(days=1)).isoformat()
        elif day and match.value == "less":
            args[f"{said}_from"] = (day + timedelta(days=1)).isoformat()


def _band_of_days(scene: Scene) -> tuple[date, date] | None:
    """Return the due dates of 31-60 days past due: the earliest, and the latest."""
    chart, today = scene.chart, scene.calendar.today
    for joint in chart.find("range", "to"):
        last = read_count(chart, joint.end)
        first = read_number(chart, joint.start - 1)
        if last and first and first.end == joint.start and first.value < last[0]:
            days = [shift(today, -int(count), last[1]) for count in (last[0], first.value)]
            if days[0] and days[1]:
                return days[0], days[1]
    return None


def _listed(args: dict[str, object]) -> tuple[str, ...]:
    status = args.get("status", ())
    return tuple(map(str, status)) if isinstance(status, tuple) else (str(status),)


def _add_amounts(scene: Scene, args: dict[str, object]) -> None:
    currency = ""
    for bounds in bounds_of(scene):
        if bounds.least is not None:
            args["min_amount"] = plain(bounds.least)
        if bounds.most is not None:
            args["max_amount"] = plain(bounds.most)
        currency = bounds.currency or currency
    currency = currency or currency_of(scene)
    if currency:
        args["currency"] = currency


_KNOWN = (
    "cue",
    "status",
    "period",
    "day",
    "month",
    "quarter",
    "range",
    "compare",
    "currency",
    "sort",
    "logic",
    "due",
    "what",
    "number",
    "multiplier",
    "weekday",
    "unit",
    "by",
    "more_or_less",
    "part",
)


def text_of(scene: Scene, *, narrowed: bool) -> str:
    """Return the words to look for: quoted ones, those after 'about', or what is left over."""
    chart = scene.chart
    for token in chart.tokens:
        if token.kind is Kind.QUOTE:
            return token.text.strip("\"'«» ")
    about = next(_announced(scene), None)
    if about is not None:
        start = about
        while start < len(chart.tokens) and chart.is_filler(start):
            start += 1
        end = _run_end(scene, start)
        if end > start:
            return _shown(scene, start, end)
    if narrowed and not any(chart.find("cue", "search")):
        return ""
    return _left_over(scene)


def _announced(scene: Scene) -> Iterator[int]:
    """Yield the places after 'about' and 'mentioning', where words to look for may begin."""
    chart = scene.chart
    for match in chart.find("cue", "about"):
        start = match.end
        while start < len(chart.tokens) and chart.is_filler(start):
            start += 1
        priced = any(bounds.start <= match.start < bounds.end for bounds in bounds_of(scene))
        if start < len(chart.tokens) and not priced and not _is_filter(scene, start):
            yield match.end


def _run_end(scene: Scene, start: int) -> int:
    chart = scene.chart
    end = start
    while end < len(chart.tokens) and not _is_filter(scene, end):
        end += 1
    while end > start and chart.is_filler(end - 1):
        end -= 1
    return end


def _is_filter(scene: Scene, place: int) -> bool:
    chart = scene.chart
    kinds = ("period", "status", "compare", "sort", "month", "day", "quarter", "due", "currency")
    joined = chart.at(place, "range") and any(
        chart.at(place + step, kind) for kind in ("month", "period", "quarter") for step in (1, 2)
    )
    year = chart.at(place, "range") and chart.kind(place + 1) is Kind.NUMBER
    return bool(joined or year or any(chart.at(place, kind) for kind in kinds))


def _left_over(scene: Scene) -> str:
    """Return the longest run of words that nothing else explains."""
    chart = scene.chart
    taken = {
        place
        for start in range(len(chart.tokens))
        for kind in _KNOWN
        if (match := chart.at(start, kind))
        for place in range(match.start, match.end)
    }
    for period in periods_of(scene):
        taken.update(range(period.start, period.end))
    for bounds in bounds_of(scene):
        taken.update(range(bounds.start, bounds.end))
    best, start = (0, 0), 0
    while start < len(chart.tokens):
        end = start
        while end < len(chart.tokens) and (end not in taken or _inside(scene, end, taken)):
            end += 1
        first, last = start, end
        while first < last and chart.is_filler(first):
            first += 1
        while last > first and _is_loose(scene, last - 1):
            last -= 1
        if last - first > best[1] - best[0] and not scene.is_named(first):
            best = (first, last)
        start = end + 1
    text = _shown(scene, *best)
    return "" if all(letter.isdecimal() or letter in " .,-" for letter in text) else text


def _inside(scene: Scene, place: int, taken: set[int]) -> bool:
    """Tell whether a known word stands between unknown ones: data export module."""
    around = (place - 1, place + 1)
    return all(
        0 <= at < len(scene.chart.tokens) and at not in taken and not scene.chart.is_filler(at)
        for at in around
    )


def _is_loose(scene: Scene, place: int) -> bool:
    return scene.chart.is_filler(place) and scene.chart.key(place) not in {"-", ")", ";"}


def _shown(scene: Scene, start: int, end: int) -> str:
    return " ".join(scene.chart.words(start, end).split()).strip(" .?!,:")
