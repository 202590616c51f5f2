"""net30 risk, as it is typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from net30.cli import exits
from net30.cli.commands import run
from tests.desk import open_desk
from tests.predicted_books import open_books

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven customers with a past until today, and a model of their own."""
    home = tmp_path_factory.mktemp("home")
    today = datetime.now(UTC).date()
    open_books(home, learned=today, today=today).app.close()
    return home


def shown(capsys: Captured, *words: str) -> str:
    assert run(["risk", *words]) == exits.DONE
    told = capsys.readouterr().out.replace("\xa0", " ").replace("\u202f", " ")
    return " ".join(told.split())


def test_risk_is_shown_by_customer_with_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("NET30_HOME", str(home))
    text = shown(capsys)
    assert "LGD 0.4000, assumed" in text
    assert "Endless SARL" in text
    assert "reminder" in text
    told = json.loads(shown(capsys, "--json", "--limit", "2"))
    (one,) = told["currencies"]
    assert len(one["customers"]) == 2
    assert one["loss"]["expected"]["currency"] == "XOF"


def test_what_ifs_are_told_with_what_they_rest_on(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("NET30_HOME", str(home))
    assert "30 days later costs" in shown(capsys, "later", "30")
    assert json.loads(shown(capsys, "later", "30", "--customer", "Slow SARL", "--json"))
    assert "is no promise" in shown(capsys, "terms", "15")
    assert json.loads(shown(capsys, "terms", "15", "--json"))[0]["terms"] == 15


def test_empty_books_have_no_risk_and_no_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    open_desk(tmp_path).app.close()
    assert "Nothing is open." in shown(capsys)
    assert run(["risk", "later", "30"]) != exits.DONE
    assert run(["risk", "terms", "15"]) != exits.DONE
