"""net30 alerts, as it is typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from net30.cli import exits
from net30.cli.commands import run
from tests.desk import open_desk

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A company that was paid nothing of an invoice that fell due long ago."""
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    desk = open_desk(tmp_path)
    # The command line's clock is the system's.
    desk.clock.day = datetime.now(UTC).date() - timedelta(days=60)
    desk.issue()
    desk.app.settle()
    desk.app.close()


def shown(capsys: Captured, *words: str) -> str:
    capsys.readouterr()
    assert run(["alerts", *words]) == exits.DONE
    return capsys.readouterr().out.replace("\xa0", " ").replace("\u202f", " ")


def test_alerts_are_listed_seen_and_listed_again(capsys: Captured) -> None:
    first = shown(capsys)
    assert "100% of the receivables are overdue" in " ".join(first.split())
    assert "4 new, 0 closed by this look." in first
    found = json.loads(shown(capsys, "--json"))
    assert (len(found["open"]), found["raised"]) == (4, [])
    seen = shown(capsys, "ack", found["open"][0]["id"], "--note", "I call them")
    assert seen.startswith("Acknowledged: ")
    again = json.loads(shown(capsys, "--json"))["open"][0]
    assert (again["acknowledged_by"], again["note"]) == ("cli", "I call them")


def test_an_alert_can_be_read_in_french(capsys: Captured) -> None:
    first = " ".join(shown(capsys, "--language", "fr").split())
    assert "des créances sont en retard" in first
    assert "4 alertes en cours le " in first
    assert "gravité" in first
    assert "avertis" in first
    assert "Cet examen : 4 en plus, 0 en moins." in first
    assert "alerts" not in first
    past = shown(capsys, "--language", "fr", "--as-of", "2020-01-01")
    assert past.startswith("Aucune alerte le 2020-01-01")


def test_a_language_without_words_for_alerts_is_refused_by_name(capsys: Captured) -> None:
    assert run(["alerts", "--language", "de"]) == exits.INPUT
    assert "use en or fr" in capsys.readouterr().err


def test_a_past_day_is_shown_and_nothing_is_kept(capsys: Captured) -> None:
    assert "No alerts on 2020-01-01" in shown(capsys, "--as-of", "2020-01-01")
    assert json.loads(shown(capsys, "--as-of", "2020-01-01", "--json")) == {"open": []}
    assert "4 new" in shown(capsys)


def test_limits_and_whom_to_mail_are_set_and_shown(capsys: Captured) -> None:
    assert shown(capsys, "set", "cei", "75") == "cei: 75.\n"
    assert shown(capsys, "set", "hhi", "off") == "hhi: off.\n"
    assert json.loads(shown(capsys, "set", "hhi", "off", "--json")) == {
        "rule": "hhi",
        "limit": None,
    }
    assert "boss@lagune.example" in shown(capsys, "mail", "boss@lagune.example")
    told = json.loads(shown(capsys, "rules", "--json"))
    assert told["mail"] == "boss@lagune.example"
    assert told["rules"]["cei"]["below"] == "75"
    assert "hhi" not in told["rules"]
    assert "off" in shown(capsys, "rules")
    assert "nobody" in shown(capsys, "mail")
    assert json.loads(shown(capsys, "mail", "--json")) == {"mail": ""}


@pytest.mark.parametrize(
    "words", [["ack", "nothing"], ["set", "cie", "7"], ["set", "cei", "x"], ["mail", "boss"]]
)
def test_what_cannot_be_is_refused(words: list[str], capsys: Captured) -> None:
    assert run(["alerts", *words]) != exits.DONE
    assert capsys.readouterr().err
