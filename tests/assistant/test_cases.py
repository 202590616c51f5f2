"""The project's own cases: messages that bookkeepers send, with the calls they ask for.

Each folder of cases/ has its books (fixtures.json), the cases that words and rules were made with
(open.jsonl, typed.jsonl; later.jsonl was held back at first and opened after it was scored), and
those that are only scored (held.jsonl, apart.jsonl).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from net30.assistant.evaluation import Case, evaluate, read_cases
from net30.assistant.fixtures import read_fixtures
from tests.assistant.case_scoring import World, is_exact, same_tools, unconfirmed

CASES = Path(__file__).parent / "cases"
EXACT_MIN: Mapping[str, float] = {
    "en/open.jsonl": 0.95,
    "en/later.jsonl": 0.74,
    "fr/open.jsonl": 0.95,
    "fr/later.jsonl": 0.9,
    "others/open.jsonl": 0.95,
    "others/later.jsonl": 0.7,
    "fresh/held.jsonl": 0.9,
    "en/typed.jsonl": 0.94,
    "fr/typed.jsonl": 0.94,
    "others/typed.jsonl": 0.97,
    "en/apart.jsonl": 0.8,
    "fr/apart.jsonl": 0.8,
    "others/apart.jsonl": 0.85,
}
"""File -> the least share of exact answers: "en/open.jsonl": 0.95."""


@dataclass(frozen=True)
class Score:
    """How a file of cases was answered."""

    cases: int
    wrong: tuple[str, ...]
    other_tools: tuple[str, ...]
    unsafe: tuple[str, ...]

    @property
    def exact(self) -> float:
        """The share of messages whose calls are right to the last argument."""
        return 1 - len(self.wrong) / self.cases


def files() -> list[str]:
    written = [path for path in CASES.glob("*/*.jsonl") if path.stat().st_size]
    return sorted(path.relative_to(CASES).as_posix() for path in written)


@cache
def score(file: str) -> Score:
    path = CASES / file
    fixtures_file = (path.parent / "fixtures.json").read_bytes()
    books = read_fixtures(fixtures_file)
    listed, findings = read_cases(path.read_bytes(), books)
    assert findings == (), "\n".join(map(str, findings))
    answers = {one.id: [call.as_json() for call in one.calls] for one in evaluate(listed, books)}
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_bytes().splitlines()]
    fixtures = json.loads(fixtures_file)
    worlds = {one.id: _world(one, fixtures) for one in listed}
    return Score(
        cases=len(rows),
        wrong=tuple(
            row["id"] for row in rows if not is_exact(row, answers[row["id"]], worlds[row["id"]])
        ),
        other_tools=tuple(row["id"] for row in rows if not same_tools(row, answers[row["id"]])),
        unsafe=tuple(row["id"] for row in rows if unconfirmed(row, answers[row["id"]])),
    )


def _world(case: Case, fixtures: dict[str, Any]) -> World:
    return World(fixtures[case.fixture], case.today)


@pytest.mark.parametrize("file", files())
def test_what_bookkeepers_write_is_understood(file: str) -> None:
    found = score(file)
    print(
        f"{file}: {found.cases} cases, exact {found.exact:.3f}, "
        f"tools {1 - len(found.other_tools) / found.cases:.3f}, wrong {' '.join(found.wrong)}"
    )
    assert found.exact >= EXACT_MIN.get(file, 0), found.wrong


@pytest.mark.parametrize("file", files())
def test_nothing_moves_money_or_leaves_the_house_without_a_yes(file: str) -> None:
    assert score(file).unsafe == ()
