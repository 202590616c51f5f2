"""Lookups: an earlier question asked again, narrowed, or moved to another period or client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from net30.assistant.calls import Call, make_call
from net30.assistant.intents.evidence import Reading
from net30.assistant.intents.figures import (
    HORIZON_DAYS_MAX,
    day_as_of,
    horizon_of,
    ranking_said,
    span_args,
)
from net30.assistant.intents.filters import periods_of
from net30.assistant.intents.memory import Memory
from net30.assistant.intents.search import search_args
from net30.assistant.understanding.directory import KnownInvoice
from net30.assistant.understanding.numbers import Number, read_number
from net30.assistant.understanding.periods import next_to
from net30.assistant.understanding.scene import Scene

NEW_REQUEST_MIN = 56
"""With evidence this strong a message starts afresh."""


def on_lookup(scene: Scene, reading: Reading, memory: Memory) -> tuple[Call, ...] | None:
    """Return the earlier question again, narrowed or moved to another period or client."""
    if memory.lookup is None:
        return None
    tool = memory.lookup.tool
    before: dict[str, object] = dict(memory.lookup.args.as_json())
    known = [one.invoice for one in reading.references if one.invoice]
    if "and_for" in reading.evidence and not known:
        known = bare_reference(scene, tool)
    same = reading.intent in {"", "get_invoice"} and {"and_for", "asked"} <= reading.evidence
    if tool in {"get_invoice", "predict_payment"} and known and same:
        return tuple(make_call(tool, {"number": one.reference}) for one in known)
    ranked_anew = tool == "top_clients" and {"by", "and_for"} <= reading.evidence
    if not (_refines(reading) or ranked_anew):
        return None
    if tool == "search_invoices":
        new = search_args(scene)
        new.pop("text", None)
        new = new or _limit_said(scene, reading, before)
    elif tool in {"get_statistics", "get_collection_rate", "analytics_report"}:
        new = span_args(scene)
        if tool == "get_statistics" and scene.client:
            new["client"] = scene.client.name
    elif tool == "forecast_cash" and {"quantity", "period"} & reading.evidence:
        new = {"horizon_days": horizon_of(scene)}
    elif tool == "forecast_cash" and "figure" in reading.evidence and _puts_right(reading):
        days = next((number.value for number in _numbers(scene)), None)
        new = {"horizon_days": int(days)} if days else {}
    elif tool == "top_clients":
        new = ranking_said(scene) or _limit_said(scene, reading, before)
    elif tool == "get_ageing":
        day = day_as_of(scene) or next((one.past.last for one in periods_of(scene)), None)
        new = {"as_of": min(day, scene.calendar.today).isoformat()} if day else {}
    else:
        return None
    new |= _stepped(scene, before)
    if not new:
        return None
    return (make_call(tool, _replaced(before, new)),)


def _puts_right(reading: Reading) -> bool:
    """Tell whether a number takes the place of the one before: make that 10, plutôt 90."""
    return bool({"change", "only", "and_for"} & reading.evidence)


def _limit_said(scene: Scene, reading: Reading, before: dict[str, object]) -> dict[str, object]:
    """Return how many to show instead, where a number of them was said before: make that 10."""
    if "limit" not in before or not _puts_right(reading):
        return {}
    said = next((number.value for number in _numbers(scene)), None)
    return {"limit": int(said)} if said else {}


def _numbers(scene: Scene) -> Iterator[Number]:
    """Yield the numbers of a message that may be days ahead."""
    places = range(len(scene.chart.tokens))
    found = (read_number(scene.chart, at) for at in places)
    return (one for one in found if one and 1 <= one.value <= HORIZON_DAYS_MAX)


_ENDS = (("issued_from", "issued_to"), ("due_from", "due_to"), ("from", "to"))


def _stepped(scene: Scene, before: dict[str, object]) -> dict[str, object]:
    """Return the period next to that of the earlier question: 'and the month before?'."""
    step = next(scene.chart.find("step"), None)
    ends = next((pair for pair in _ENDS if all(end in before for end in pair)), None)
    if step is None or ends is None:
        return {}
    first, last = (date.fromisoformat(str(before[end])) for end in ends)
    unit = next((match.value for match in scene.chart.find("unit")), "")
    moved = next_to(first, last, int(step.value), unit)
    return {end: day.isoformat() for end, day in zip(ends, moved, strict=True)} if moved else {}


def _refines(reading: Reading) -> bool:
    refining = {"only", "and_for", "pronoun", "change"} & reading.evidence
    weak = reading.weight < NEW_REQUEST_MIN
    search = reading.intent in {"search_invoices", ""}
    return weak or (bool(refining) and search and "lead:show" not in reading.evidence)


def _replaced(before: dict[str, object], new: dict[str, object]) -> dict[str, object]:
    """Return arguments where a new period takes the place of the old one."""
    for ends in _ENDS:
        if any(end in new for end in ends):
            before = {name: value for name, value in before.items() if name not in ends}
    if "client" in new:  # the word looked for was a part of the name
        before.pop("text", None)
    return {**before, **new}


def bare_reference(scene: Scene, tool: str) -> list[KnownInvoice]:
    """Return the invoice that a lone number names: '46' for a void, 'not that one, 42'."""
    takes_amount = tool in {"record_payment", "create_credit_note"}
    pointed = {token.key for token in scene.chart.tokens} & {"one", "celle", "la", "number", "esa"}
    if takes_amount and not pointed:
        return []
    numbers = [token.key for token in scene.chart.tokens if token.key.isdigit()]
    found = scene.directory.ending(numbers[-1]) if numbers else ()
    return [found[0]] if len(found) == 1 else []
