"""net30 forecast and net30 eval forecast, as they are typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.cli import exits
from net30.cli.commands import run
from tests.desk import open_desk
from tests.payers import payers_csv
from tests.predicted_books import open_books

Captured = pytest.CaptureFixture[str]
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven customers with a past until today, and a model of their own."""
    home = tmp_path_factory.mktemp("home")
    open_books(home, learned=TODAY - timedelta(days=120), today=TODAY).app.close()
    return home


@pytest.fixture
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, as the home of what is typed."""
    monkeypatch.setenv("NET30_HOME", str(home))
    return home


def shown(capsys: Captured, *words: str) -> str:
    assert run(["forecast", *words]) == exits.DONE
    return " ".join(capsys.readouterr().out.split())


def refused(capsys: Captured, *words: str) -> str:
    assert run(["forecast", *words]) == exits.INPUT
    return " ".join(capsys.readouterr().err.split())


def test_weeks_spans_and_what_will_be_invoiced_are_shown(here: Path, capsys: Captured) -> None:
    text = shown(capsys, "--days", "30", "--weeks", "2")
    assert "Expected cash, XOF" in text
    assert "30 days" in text
    assert "90 days" not in text
    assert text.count(f"{TODAY.year}-W") + text.count(f"{TODAY.year + 1}-W") in {2, 3}
    assert "Invoiced in the next 30 days" in text


def test_the_same_number_stands_in_every_part_that_is_looked_at(
    here: Path, capsys: Captured
) -> None:
    whole = json.loads(shown(capsys, "--json"))
    part = json.loads(shown(capsys, "--json", "--days", "30", "--weeks", "1"))
    (cash,), (less,) = whole["expected_cash"], part["expected_cash"]
    assert less["spans"] == [cash["spans"][0]]
    assert less["weeks"] == cash["weeks"][:1]
    assert run(["figures", "--json"]) == exits.DONE
    figures = json.loads(capsys.readouterr().out)["currencies"]["XOF"]
    week = cash["weeks"][0]
    told = {key: week["total"][key] for key in ("p10", "p50", "p90")}
    assert figures["expected_cash"][week["name"]] == told


def test_forecasts_stand_beside_what_came(here: Path, capsys: Captured) -> None:
    text = shown(capsys, "--against-actual", "--days", "60")
    assert "Kept forecasts, 60 days ahead: not enough data" in text
    assert "kept forecasts are of 28, 30, 90 days" in text
    assert "Made again for past days" in text
    assert "last period" in text
    told = json.loads(shown(capsys, "--against-actual", "--json", "--currency", "xof"))
    assert told["back_tested"]["XOF"]["accuracy"]["judged"] > 10


def test_a_currency_without_invoices_is_told(here: Path, capsys: Captured) -> None:
    assert "needs invoices in EUR" in shown(capsys, "--currency", "EUR")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--days", "0"), "not between 1 and 180"),
        (("--against-actual", "--days", "0"), "not between 1 and 180"),
        (("--weeks", "27"), "not between 1 and 26"),
        (("--as-of", "2099-01-01"), "is not known yet"),
        (("--currency", "ZZZ"), "is not a currency"),
        (("--model", "x"), "are for a file"),
        (("--ledger", "x.csv", "--against-actual"), "your own books only"),
    ],
)
def test_what_cannot_be_forecast_is_refused(
    here: Path, capsys: Captured, words: tuple[str, ...], why: str
) -> None:
    assert why in refused(capsys, *words)


def test_new_business_of_one_invoice_is_not_known_and_never_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    desk = open_desk(tmp_path)
    desk.clock.day = TODAY
    desk.issue()
    desk.app.settle()
    desk.app.close()
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    text = shown(capsys)
    assert "without new business: not enough data: needs four whole weeks" in text
    assert "Invoiced in the next 30 days: new business is not known." in text
    assert "It comes with net30" in text
    assert run(["figures"]) == exits.DONE
    text = " ".join(capsys.readouterr().out.split())
    assert "expected_cash.new is left out: not enough data: needs four whole weeks" in text


def test_empty_books_say_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    open_desk(tmp_path).app.close()
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    assert shown(capsys).endswith("Not enough data: needs invoices.")
    assert shown(capsys, "--against-actual").count("not enough data") == 2


def test_a_file_is_forecast_and_judged(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "past.csv"
    file.write_bytes(payers_csv(600, today=TODAY, drift=0))
    assert "Expected cash" in shown(capsys, "--ledger", str(file), "--weeks", "1")
    words = ["eval", "forecast", "--ledger", str(file), "--models", "0", "--step", "28"]
    assert run(words) == exits.DONE
    told = capsys.readouterr().out
    assert "Forecast against actual (WAPE)" in told
    assert "80 %" in told
    assert run([*words, "--json"]) == exits.DONE
    assert json.loads(capsys.readouterr().out)["refused"] == {}
