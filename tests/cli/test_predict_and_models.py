"""net30 predict NUMBER and net30 models, as typed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.app import open_app
from net30.cli import exits
from net30.domain.open_item import OpenItem
from net30.scoring.model import ONNX_FILE
from net30.settings import Settings
from tests.cli.typed import Typed
from tests.predicted_books import open_books, publish


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Books with two versions of a model, known to the command line."""
    today = datetime.now(UTC).date()  # the command line's clock is the system's
    desk = open_books(tmp_path / "home", learned=today - timedelta(days=200), today=today)
    publish(desk, today)
    desk.app.close()
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def an_open_number(home: Path) -> str:
    """The number of an invoice that is past due."""
    app = open_app(Settings(home=home))
    with app.look() as ctx:
        items = [stored.value for stored in ctx.tx.page(OpenItem, limit=500)]
    app.close()
    return next(one.number for one in items if one.due_date and one.due_date < app.clock().date())


def test_an_invoice_s_number_is_enough(net30: Typed, home: Path) -> None:
    number = an_open_number(home)
    code, text = net30("predict", number)
    assert code == exits.DONE
    assert "Risk: " in text
    assert "Why" not in text
    code, text = net30("predict", number, "--explain", "--language", "fr")
    assert code == exits.DONE
    assert "Pourquoi" in text
    assert "Que faire" in text
    assert "Ce qu'il ne sait pas, selon sa fiche" in text
    assert "- It was made for a test." in text


def test_programs_get_figures_and_what_if(net30: Typed, home: Path) -> None:
    number = an_open_number(home)
    asked = ("--terms", "10", "--amount", "1000", "--instalments", "4", "--json")
    code, text = net30("predict", number, *asked)
    found = json.loads(text)
    assert code == exits.DONE
    assert found["p_late"] == pytest.approx(1)
    assert [one["change"] for one in found["changes"]] == ["terms", "amount", "instalments"]
    assert date.fromisoformat(found["earliest"]) <= date.fromisoformat(found["latest"])
    code, text = net30("predict", number, "--amount", "1000 EUR")
    assert (code, "in XOF" in text) == (exits.INPUT, True)


def test_half_of_the_options_for_a_file_are_told(net30: Typed) -> None:
    code, text = net30("predict", "new.csv", "--model", "models")
    assert (code, "needs --ledger and -o" in text) == (exits.INPUT, True)
    assert net30("predict", "INV-1999-0001")[0] == exits.NOT_FOUND


def test_versions_are_listed_promoted_and_gone_back_from(net30: Typed) -> None:
    code, text = net30("models")
    assert code == exits.DONE
    assert "v2 *" in text
    assert "small trees" in text
    assert net30("models", "promote", "v1") == (exits.DONE, "payments v1 is served now.\n")
    assert net30("models", "rollback", "--json")[1].split() == ["{", '"current":', '"v2"', "}"]
    assert "back, by cli" in net30("models", "history")[1]
    told = json.loads(net30("models", "history", "--json")[1])
    assert [one["version"] for one in told] == ["v1", "v2", "v1", "v2"]
    assert net30("models", "promote", "v9")[0] == exits.NOT_FOUND


def test_a_card_is_shown(net30: Typed) -> None:
    text = net30("models", "show", "v1")[1]
    assert "Learned from a test" in text
    assert "customer_median" in text
    assert "- It was made for a test." in text
    shown = json.loads(net30("models", "show", "--json")[1])
    assert (shown["version"], shown["words"]) == ("v2", {"country": 3})


def test_a_damaged_version_is_told_and_passed_over(net30: Typed, home: Path) -> None:
    path = home / "models" / "main" / "payments" / "v1" / ONNX_FILE
    path.write_bytes(b"")
    code, text = net30("models")
    assert code == exits.DONE
    assert "SHA-256 differs" in text
    found = json.loads(net30("models", "--json")[1])
    assert [one["version"] for one in found["models"]] == ["v2"]
    assert found["findings"][0]["path"] == "v1"
    assert net30("models", "show", "v1")[0] == exits.INPUT


def test_an_empty_registry_says_how_to_begin(net30: Typed, tmp_path: Path) -> None:
    code, text = net30("models", "--models", str(tmp_path / "none"))
    assert (code, "net30 train" in text) == (exits.DONE, True)


def test_a_check_judges_what_came_since(net30: Typed) -> None:
    assert net30("models", "check")[0] == exits.DONE
    code, text = net30("models", "check", "v1")
    assert code in {exits.DONE, exits.FAULTS}
    assert "How well it did" in text
    assert "What has changed most" in text
    found = json.loads(net30("models", "check", "v1", "--json")[1])
    assert found["judged"] > 100
    assert (code == exits.FAULTS) == bool(found["findings"])


def test_a_challenger_is_judged_beside_the_one_served(net30: Typed, home: Path) -> None:
    code, text = net30("models", "compare", "v1")
    assert (code, "only 0 invoices" in text) == (exits.INPUT, True)
    code, text = net30("models", "compare", "v1", "v1")
    assert (code, "within chance" in text) == (exits.DONE, True)
    found = json.loads(net30("models", "compare", "v1", "v1", "--json")[1])
    assert found["difference"]["brier"] == [0.0, 0.0, 0.0]
