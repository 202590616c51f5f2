"""net30 collect, recurring, cash, statement: what people type and are told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from net30.cli import exits
from net30.cli.commands import run

TODAY = datetime.now(UTC).date()
ISSUED = (TODAY - timedelta(days=45)).isoformat()


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "home"))
    run(["customer", "add", "Acme Corp", "--email", "a@b.example"])


@pytest.fixture
def late(capsys: pytest.CaptureFixture[str]) -> str:
    """The number of an invoice that is 15 days late."""
    line = "consulting; 10; 50000"
    run(["invoice", "new", "Acme Corp", "--line", line, "--date", ISSUED, "--issue", "--json"])
    shown = capsys.readouterr().out
    number = json.loads(shown[shown.index("{") :])["number"]
    assert isinstance(number, str)
    return number


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = exits.DONE) -> str:
    capsys.readouterr()
    assert run(list(words)) == code
    return capsys.readouterr().out.replace("\xa0", " ")


def test_reminders_are_shown_first_and_sent_once_with_yes(
    late: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shown = told(capsys, "collect", "run")
    assert "Nothing was sent" in shown
    assert f"{late} (1)" in shown
    assert not list(tmp_path.rglob("*.eml"))
    assert "1 reminder sent" in told(capsys, "collect", "run", "--yes")
    assert "0 reminders sent" in told(capsys, "collect", "run", "--yes")
    assert len(list(tmp_path.rglob("*.eml"))) == 1
    ahead = (TODAY + timedelta(days=9)).isoformat()
    planned = json.loads(told(capsys, "collect", "run", "--as-of", ahead, "--json"))
    assert planned["sent"] is False
    assert planned["reminders"][0]["invoices"][0]["level"] == 2
    assert planned["reminders"][0]["open"] == [{"amount": "590000", "currency": "XOF"}]
    assert run(["collect", "run", "--yes", "--as-of", ahead]) != exits.DONE


def test_json_of_a_run_says_what_was_sent(late: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = json.loads(told(capsys, "collect", "run", "--yes", "--json"))
    assert done["sent"] is True
    assert done["reminders"][0]["invoices"][0]["number"] == late


def test_marks_hold_reminders_back(late: str, capsys: pytest.CaptureFixture[str]) -> None:
    by = (TODAY + timedelta(days=5)).isoformat()
    assert "promised by" in told(capsys, "collect", "promise", late, by, "--amount", "1000")
    assert "promised" in told(capsys, "collect", "run")
    assert "disputed." in told(capsys, "collect", "dispute", late, "--reason", "broken")
    assert "disputed" in told(capsys, "collect", "run")
    assert "no more" in told(capsys, "collect", "resolve", late)
    assert "Noted" in told(capsys, "collect", "note", late, "they pay on Friday")
    assert "is parked" in told(capsys, "collect", "park", "Acme Corp")
    assert "parked" in told(capsys, "collect", "run")
    assert "not parked" in told(capsys, "collect", "unpark", "Acme Corp")
    for words in (
        ("collect", "promise", late, by, "--json"),
        ("collect", "dispute", late, "--json"),
        ("collect", "resolve", late, "--json"),
        ("collect", "note", late, "again", "--json"),
    ):
        assert json.loads(told(capsys, *words))["open_item"]["number"] == late
    assert "the call is taken back" in told(capsys, "collect", "withdraw", late, "call")
    taken = json.loads(told(capsys, "collect", "withdraw", late, "promise", "--json"))
    assert len(taken["open_item"]["promises"]) == 1, "the second of two"
    assert json.loads(told(capsys, "collect", "park", "Acme Corp", "--json"))["parked"] is True


def test_the_worklist_says_whom_to_call_and_why(
    late: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = told(capsys, "collect", "today")
    assert "Acme" in shown
    assert "P(still unpaid 14 days from now)" in shown
    (call,) = json.loads(told(capsys, "collect", "today", "--json"))["calls"]
    assert call["claims"][0]["number"] == late
    assert call["open"] == {"amount": "590000", "currency": "XOF"}


def test_a_policy_is_shown_written_and_assigned(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    example = told(capsys, "collect", "policy", "--example")
    file = tmp_path / "policies.toml"
    file.write_text(example.replace('"default"', '"mild"'), encoding="utf-8")
    shown = told(capsys, "collect", "policy", "--set", str(file))
    assert 'name = "default"' in shown
    assert 'name = "mild"' in shown
    assert "'mild'" in told(capsys, "collect", "assign", "Acme Corp", "mild")
    own = json.loads(told(capsys, "collect", "policy", "--json"))
    assert [policy["name"] for policy in own] == ["default", "mild"]
    assert run(["collect", "assign", "Acme Corp", "harsh"]) != exits.DONE


def test_recurring_invoices_are_added_listed_made_paused_and_skipped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = "Rent {month}; 1; 100000"
    words = ["recurring", "add", "Acme Corp", "--line", line, "--from", ISSUED, "--json"]
    schedule = json.loads(told(capsys, *words))["id"]
    assert "due on" in told(capsys, "recurring", "run")
    made = json.loads(told(capsys, "recurring", "run", "--yes", "--json"))["made"]
    assert len(made) == 2
    assert "0 made" in told(capsys, "recurring", "run", "--yes")
    assert "paused" in told(capsys, "recurring", "pause", schedule)
    assert "paused" in told(capsys, "recurring", "list")
    assert "goes on" in told(capsys, "recurring", "resume", schedule)
    later = (TODAY + timedelta(days=400)).isoformat()
    skipped = told(capsys, "recurring", "skip", schedule, later)
    assert skipped.strip().rpartition(" ")[2] > later
    assert json.loads(told(capsys, "recurring", "list", "--json"))[0]["schedule"]["id"] == schedule
    for deed in ("pause", "resume"):
        assert json.loads(told(capsys, "recurring", deed, schedule, "--json"))["id"] == schedule
    assert run(["recurring", "run", "--yes", "--as-of", later]) != exits.DONE


def test_a_held_schedule_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    start = (TODAY - timedelta(days=400)).isoformat()
    words = ("--line", "Rent; 1; 100", "--from", start, "--unit", "week")
    assert "Added" in told(capsys, "recurring", "add", "Acme Corp", *words)
    assert "too many missed" in told(capsys, "recurring", "run", "--yes")


def test_cash_is_listed_allocated_and_refunded(
    late: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "pay", late, "--amount", "590500")
    assert "500 FCFA" in told(capsys, "cash", "list")
    paid = json.loads(told(capsys, "cash", "list", "--customer", "Acme Corp", "--json"))
    payment = paid[0]["payment"]["id"]
    line = "more; 1; 1000"
    shown = told(capsys, "invoice", "new", "Acme Corp", "--line", line, "--issue", "--json")
    number = json.loads(shown)["number"]
    assert "Put 300 FCFA" in told(capsys, "cash", "allocate", payment, number, "--amount", "300")
    assert "Put 200 FCFA" in told(capsys, "cash", "allocate", payment, number)
    assert run(["cash", "refund", payment, "1"]) != exits.DONE
    shown = told(capsys, "credit", number, "--json")
    credit = json.loads(shown)["credit_note"]["number"]
    assert "is left" in told(capsys, "cash", "refund", credit, "100", "--credit-note")


def test_a_refund_of_unapplied_cash_is_recorded(
    late: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "pay", late, "--amount", "590500")
    paid = json.loads(told(capsys, "cash", "list", "--json"))
    payment = paid[0]["payment"]["id"]
    left = json.loads(told(capsys, "cash", "refund", payment, "400", "--json"))["left"]
    assert left == {"amount": "100", "currency": "XOF"}


def test_a_statement_is_shown_and_written(
    late: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert "Balance: 590,000 FCFA" in told(capsys, "statement", "Acme Corp")
    file = tmp_path / "statement.pdf"
    assert "in fr" in told(capsys, "statement", "Acme Corp", "-o", str(file))
    assert file.read_bytes().startswith(b"%PDF")
    found = json.loads(told(capsys, "statement", "Acme Corp", "--json"))
    assert found["accounts"][0]["lines"][0]["number"] == late
    assert found["accounts"][0]["ageing"]["d1_30"] == {"amount": "590000", "currency": "XOF"}
    run(["customer", "add", "Bora"])
    assert "Nothing is open of Bora" in told(capsys, "statement", "Bora")
