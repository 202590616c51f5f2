"""net30 eval chat, as somebody types it who wants to know how well the assistant understands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from net30.cli import exits
from net30.cli.commands import run
from tests.assistant.test_evaluation import FIXTURES, case
from tests.doubles.openai_server import OpenAIServer, Say, call, in_turn, openai_server

Typed = Callable[..., tuple[int, str]]
ORDER = "Invoice Baobab Logistique 3 days of clearing at 150,000 FCFA a day"
LINE = {"description": "clearing", "quantity": "3", "unit": "day", "unit_price": "150000"}


@pytest.fixture
def net30(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    """Type a command beside cases.jsonl and fixtures.json; returns its code and what it said."""
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    Path("fixtures.json").write_text(json.dumps(FIXTURES), encoding="utf-8")
    rows = [case(ORDER), case("void 30", id="c2", lang="fr"), case("yes", id="c3")]
    Path("cases.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    def typed(*words: str) -> tuple[int, str]:
        code = run(["eval", "chat", *words, "--fixtures", "fixtures.json", "-o", "answers.jsonl"])
        told = capsys.readouterr()
        return code, told.out + told.err

    return typed


def written() -> dict[str, list[dict[str, object]]]:
    lines = Path("answers.jsonl").read_text(encoding="utf-8").splitlines()
    return {one["id"]: one["calls"] for one in map(json.loads, lines)}


def test_every_case_is_answered_and_three_lines_tell_how(net30: Typed) -> None:
    code, told = net30("cases.jsonl")
    assert code == exits.DONE
    first, languages, times = told.splitlines()
    assert first == "3 messages answered by offline: answers.jsonl"
    assert languages == "en 2  fr 1"
    assert times.startswith("time a message: p50 ")
    assert set(written()) == {"c1", "c2", "c3"}
    assert written()["c2"][0]["tool"] == "confirm"
    assert not Path("home").exists()


def test_json_for_programs(net30: Typed) -> None:
    code, told = net30("cases.jsonl", "--json")
    assert code == exits.DONE
    assert json.loads(told)["summary"]["cases"] == 3
    assert float(json.loads(told)["summary"]["p99_ms"]) > 0


def test_a_file_that_is_wrong_is_told_and_nothing_is_written(net30: Typed) -> None:
    Path("bad.jsonl").write_text("{}\n", encoding="utf-8")
    for more in ([], ["--json"]):
        code, told = net30("bad.jsonl", *more)
        assert code == exits.FAULTS
        assert "line 1" in told
    assert net30("nowhere.jsonl")[0] == exits.NOT_FOUND
    assert not Path("answers.jsonl").exists()


def test_a_model_that_the_settings_do_not_name_cannot_be_asked(net30: Typed) -> None:
    assert net30("cases.jsonl", "--model", "azure")[0] == exits.CONFIGURATION
    assert net30("cases.jsonl", "--model", "ftp://example")[0] == exits.CONFIGURATION


@pytest.mark.slow
def test_a_language_models_calls_are_recorded_and_nothing_is_kept(net30: Typed) -> None:
    proposed = in_turn(
        call("create_invoice", client="Baobab Logistique", lines=[LINE]),
        Say("Done."),
        call("void_invoice", number="INV-2026-0030"),
        Say("Done."),
    )
    with openai_server(OpenAIServer(script=proposed)) as server:
        url = f"openai:http://127.0.0.1:{server.port}/v1#gpt-4o"
        code, told = net30("cases.jsonl", "--model", url)
    assert code == exits.DONE
    assert told.startswith("3 messages answered by gpt-4o")
    found = written()
    assert found["c1"][0]["tool"] == "create_invoice"
    assert found["c2"] == [
        {
            "tool": "confirm",
            "args": {"tool": "void_invoice", "args": {"number": "INV-2026-0030"}},
        }
    ]
