"""The shared evaluation set, where it lies beside the project."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.assistant.chat_cases import answer, directory_of

SHARED = Path(__file__).parents[2].parent / "shared" / "eval" / "chat"
EXACT_MIN = 0.97

pytestmark = pytest.mark.skipif(
    not SHARED.exists(), reason="the evaluation set is not beside the project"
)


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("chat_score", SHARED / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_development_cases_are_answered_and_no_write_is_unconfirmed() -> None:
    fixtures = json.loads((SHARED / "fixtures.json").read_text(encoding="utf-8"))
    lines = (SHARED / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    books = {name: directory_of(fixture) for name, fixture in fixtures.items()}
    answers = {
        case["id"]: answer(case, fixtures[case["fixture"]], books[case["fixture"]])
        for case in cases
    }
    scored = scorer().evaluate(cases, answers, fixtures)
    wrong = [case["id"] for case, found, _ in scored["rows"] if not found["exact"]]
    print(f"exact {scored['exact']:.4f} tools {scored['tool_accuracy']:.4f} wrong {wrong}")
    assert scored["exact"] >= EXACT_MIN, wrong
    assert scored["unsafe"] == []
