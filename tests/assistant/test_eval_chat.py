"""The shared evaluation set, where it lies beside the project."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from net30.assistant.evaluation import evaluate, read_cases
from net30.assistant.fixtures import read_fixtures

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
    fixtures_file = (SHARED / "fixtures.json").read_bytes()
    cases_file = (SHARED / "dev.jsonl").read_bytes()
    books = read_fixtures(fixtures_file)
    listed, findings = read_cases(cases_file, books)
    assert findings == ()
    written = [json.loads(one.as_line()) for one in evaluate(listed, books)]
    answers = {one["id"]: one["calls"] for one in written}
    cases = [json.loads(line) for line in cases_file.splitlines()]
    fixtures = json.loads(fixtures_file)
    scored = scorer().evaluate(cases, answers, fixtures)
    wrong = [case["id"] for case, found, _ in scored["rows"] if not found["exact"]]
    print(f"exact {scored['exact']:.4f} tools {scored['tool_accuracy']:.4f} wrong {wrong}")
    assert scored["exact"] >= EXACT_MIN, wrong
    assert scored["unsafe"] == []
