"""Evaluation: the calls that messages lead to, over books written in a file; nothing is written.

The cases and fixtures are those of docs/assistant.md, "Measure it yourself".
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import quantiles
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from net30.assistant.calls import CONFIRM, Call, make_call
from net30.assistant.fixtures import Fixture, troubles
from net30.assistant.guard import rehearsed
from net30.assistant.intents.understand import understand
from net30.assistant.turns import Turn
from net30.kernel.errors import InputError, Net30Error
from net30.kernel.findings import Finding, Severity

TODAY = date(2026, 11, 21)
"""The day of a case that names none: the statuses in fixtures hold for it."""
CASES_MAX = 100_000


class CaseTurn(BaseModel):
    """One message of a case; an assistant's may list the calls it made then."""

    model_config = ConfigDict(frozen=True)

    role: Literal["user", "assistant"]
    text: str
    calls: tuple[dict[str, object], ...] = ()


class CaseRow(BaseModel):
    """A case as its file writes it; what the scorer alone reads is passed over."""

    model_config = ConfigDict(frozen=True)

    id: str
    lang: str = ""
    turns: tuple[CaseTurn, ...]
    fixture: str
    today: date = TODAY


@dataclass(frozen=True, slots=True)
class Case:
    """A message with the turns before it, the books it is about, and the day it is said on."""

    id: str
    language: str
    turns: tuple[Turn, ...]
    fixture: str
    today: date


@dataclass(frozen=True, slots=True)
class Answered:
    """The calls that a case led to, and the seconds that took."""

    id: str
    language: str
    calls: tuple[Call, ...]
    seconds: float

    def as_line(self) -> str:
        """Return the answer as one line of an answers file."""
        calls = [call.as_json() for call in self.calls]
        return json.dumps({"id": self.id, "calls": calls}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Summary:
    """How many messages were answered, of which languages, in what time each (milliseconds).

    `first_ms` is the first message, which loads words; it is not among the others.
    """

    cases: int
    languages: Mapping[str, int]
    first_ms: Decimal
    p50_ms: Decimal
    p99_ms: Decimal


def read_cases(
    content: bytes, fixtures: Mapping[str, Fixture]
) -> tuple[tuple[Case, ...], tuple[Finding, ...]]:
    """Return the cases of a file with one JSON object a line, and what is wrong with it.

    An earlier call that no tool takes is a warning: the case is answered without it.
    """
    cases: list[Case] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    for place, line in enumerate(content.splitlines()[:CASES_MAX], start=1):
        if not line.strip():
            continue
        try:
            row = CaseRow.model_validate_json(line)
        except ValidationError as error:
            why = "; ".join(troubles(error))
            findings.append(Finding("case", f"line {place}", f"this is no case: {why}"))
            continue
        findings += _faults(row, f"line {place}", fixtures, seen)
        seen.add(row.id)
        turns = [_turn(turn, f"line {place} ({row.id})", findings) for turn in row.turns]
        cases.append(Case(row.id, row.lang, tuple(turns), row.fixture, row.today))
    if not cases and not findings:
        findings.append(Finding("no_cases", "", "the file holds no case"))
    return tuple(cases), tuple(findings)


Propose = Callable[[Case, Fixture], Sequence[Call]]
"""A model: the calls that the last message of a case asks for, as the guard lets them pass."""


def offline(case: Case, fixture: Fixture) -> Sequence[Call]:
    """Propose what the understanding that needs no model does."""
    books = fixture.books
    proposed = understand(case.turns, books, books.customs, case.today).calls
    return [rehearsed(call, case.turns, books, books.customs) for call in proposed]


def evaluate(
    cases: Iterable[Case], fixtures: Mapping[str, Fixture], propose: Propose = offline
) -> tuple[Answered, ...]:
    """Answer every case; nothing of it is kept in any books."""
    return tuple(_answered(case, fixtures[case.fixture], propose) for case in cases)


def summarise(answers: Sequence[Answered]) -> Summary:
    """Count the answers by language and tell the times."""
    first, *others = [answer.seconds * 1000 for answer in answers]
    times = others or [first]
    cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    counted = Counter(answer.language or "?" for answer in answers)
    return Summary(
        cases=len(answers),
        languages=dict(counted.most_common()),
        first_ms=_tenths(first),
        p50_ms=_tenths(cuts[49]),
        p99_ms=_tenths(cuts[98]),
    )


def _tenths(milliseconds: float) -> Decimal:
    return Decimal(f"{milliseconds:.1f}")


def _answered(case: Case, fixture: Fixture, propose: Propose) -> Answered:
    start = time.perf_counter()
    calls = tuple(propose(case, fixture))
    return Answered(case.id, case.language, calls, time.perf_counter() - start)


def _faults(
    row: CaseRow, place: str, fixtures: Mapping[str, Fixture], seen: set[str]
) -> list[Finding]:
    found = []
    if row.fixture not in fixtures:
        there = ", ".join(sorted(fixtures))
        found.append(
            Finding("fixture", place, f"there is no fixture {row.fixture!r}; there are: {there}")
        )
    if not row.turns or row.turns[-1].role != "user":
        found.append(Finding("turns", place, f"case {row.id!r} does not end with a user's message"))
    if row.id in seen:
        found.append(Finding("id", place, f"there are two cases {row.id!r}"))
    return found


def _turn(turn: CaseTurn, place: str, findings: list[Finding]) -> Turn:
    calls = []
    for call in turn.calls:
        try:
            calls.append(_made(call))
        except (ValidationError, Net30Error) as error:
            why = "; ".join(troubles(error)) if isinstance(error, ValidationError) else str(error)
            told = f"an earlier call is passed over: {why}"
            findings.append(Finding("earlier_call", place, told, Severity.WARNING))
    return Turn(turn.role, turn.text, tuple(calls))


def _made(call: Mapping[str, object]) -> Call:
    """Return an earlier call; one marked pending is the confirmation that waits for a yes."""
    name, args = call.get("tool"), call.get("args", {})
    if not isinstance(name, str) or not isinstance(args, dict):
        raise InputError("a call is {tool, args}")
    made = make_call(name, {key: _plain(value) for key, value in args.items()})
    if call.get("pending"):
        return make_call(CONFIRM, {"tool": name, "args": made.args.as_json()})
    return made


def _plain(value: object) -> object:
    """Return a value without alternatives: the first of {"any": [...]} stands for them."""
    if isinstance(value, dict):
        if isinstance(value.get("any"), list) and value["any"]:
            return _plain(value["any"][0])
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
