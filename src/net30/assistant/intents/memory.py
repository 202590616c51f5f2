"""Memory: what earlier turns left open: a pending yes, a question, a draft, who was spoken of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from net30.assistant.arguments import LAST
from net30.assistant.calls import ASK, CONFIRM, REFUSE, Call
from net30.assistant.turns import Turn
from net30.assistant.understanding.directory import Directory

_NUMBER = re.compile(r"\b[A-Z]{2,5}-(?:\d{4}-)?\d{3,8}\b")
_CLIENT_TOOLS_LAST = 6
"""So many turns back a client or an invoice can still be meant by 'it' or 'them'."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What can be taken up again.

    `requests` are the messages since the one that a question was asked about, oldest first;
    `listed` are the invoices that the last answer told, as they stood there.
    """

    pending: tuple[Call, ...] = ()
    asked: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    draft: Call | None = None
    lookup: Call | None = None
    reference: str = ""
    client: str = ""
    listed: tuple[str, ...] = ()
    turns_before: tuple[Turn, ...] = ()
    goes_on: bool = False


def remember(turns: Sequence[Turn], directory: Directory) -> Memory:
    """Return what the turns before the last message left open."""
    before = turns[:-1]
    answers = [(at, turn) for at, turn in enumerate(before) if turn.role == "assistant"]
    if not answers:
        return Memory()
    at, latest = answers[-1]
    reference = _reference(before)
    return Memory(
        pending=tuple(call.pending for call in latest.calls if call.pending),
        asked=_asked(latest),
        requests=_requests(before, at),
        draft=_latest(before, "create_invoice"),
        lookup=_lookup(latest),
        reference=reference,
        client=_client(before, reference, directory),
        listed=tuple(dict.fromkeys(_NUMBER.findall(latest.text))),
        turns_before=tuple(before[: max(0, at - 1)]),
        goes_on=True,
    )


def _requests(turns: Sequence[Turn], at: int) -> tuple[str, ...]:
    """Return what the user said since the request that is still being completed."""
    found: list[str] = []
    while at > 0 and _asked(turns[at]) and turns[at - 1].role == "user":
        found.insert(0, turns[at - 1].text)
        at -= 2
    return tuple(found)


def _asked(turn: Turn) -> tuple[str, ...]:
    for call in turn.calls:
        if call.tool == ASK:
            missing = call.args.as_json().get("missing")
            return tuple(map(str, missing)) if isinstance(missing, list) else ()
    return ()


def _latest(turns: Sequence[Turn], tool: str) -> Call | None:
    for turn in reversed(turns[-_CLIENT_TOOLS_LAST:]):
        for call in reversed(turn.calls):
            if call.tool == tool:
                return call
    return None


def _lookup(turn: Turn) -> Call | None:
    """Return the question about the books that the last answer was to."""
    skipped = {ASK, CONFIRM, REFUSE, "create_invoice", "help", "export"}
    return next((call for call in turn.calls if call.tool not in skipped), None)


def _reference(turns: Sequence[Turn]) -> str:
    """Return the invoice spoken of last: in the calls, or as a number in the text."""
    for turn in reversed(turns[-_CLIENT_TOOLS_LAST:]):
        if turn.reference:
            return turn.reference
        for call in reversed(turn.calls):
            number = (call.pending or call).args.as_json().get("number")
            if isinstance(number, str) and number != LAST:
                return number
        numbers = _NUMBER.findall(turn.text)
        if len(set(numbers)) == 1:
            return str(numbers[0])
        if any(call.tool == "create_invoice" for call in turn.calls):
            return LAST
    return ""


def _client(turns: Sequence[Turn], reference: str, directory: Directory) -> str:
    for turn in reversed(turns[-_CLIENT_TOOLS_LAST:]):
        for call in reversed(turn.calls):
            client = call.args.as_json().get("client")
            if isinstance(client, str):
                return client
    known = directory.invoice(reference) if reference else None
    return known.client if known else ""
