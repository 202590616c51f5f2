from __future__ import annotations

import json
from pathlib import Path

import pytest

from net30.cli import exits
from net30.cli.commands import run


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "home"))


def test_bounds_are_shown_and_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bounds", "--credits", "7", "--amount", "xof=5000"]) == exits.DONE
    told = capsys.readouterr().out
    assert "credits" in told
    assert "7 a day, 0 today" in told
    assert "5,000 FCFA a day" in told.replace("\xa0", " ")
    assert run(["bounds", "--json"]) == exits.DONE
    shown = json.loads(capsys.readouterr().out)
    assert shown["numbers"]["credits"] == 7
    assert shown["numbers"]["payments"] == 100
    assert shown["amount"] == {"amount": "5000", "currency": "XOF"}


def test_what_was_done_today_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    run(["customer", "add", "Acme Corp"])
    run(["ask", "Invoice Acme Corp 3 hours of consulting at 50 000 FCFA"])
    capsys.readouterr()
    run(["bounds", "--json"])
    assert json.loads(capsys.readouterr().out)["today"]["tallies"][0]["number"] == 1


@pytest.mark.parametrize("amount", ["5000", "XOF=", "ABC=5", "XOF=-5"])
def test_an_amount_that_is_none_is_refused(amount: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bounds", f"--amount={amount}"]) != exits.DONE
    assert capsys.readouterr().err
