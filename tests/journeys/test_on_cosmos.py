"""The same day's work on Azure Cosmos DB (the double, or the account that tests may use)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from net30.adapters.cosmos.address import Address
from net30.app import open_app
from net30.cli import exits
from net30.cli.commands import run
from net30.service_manager import ServiceManager
from net30.settings import Settings
from tests.api.front import open_front
from tests.cosmos import fresh_address
from tests.doubles.cosmos_server import KEY, cosmos_account

SENTENCE = "Facture societe generale de btp 40 heures de conseil à 90 000 FCFA l'heure"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Address:
    """Name a fresh container by the seed documents' own settings."""
    address = fresh_address()
    monkeypatch.setenv("COSMOS_ENDPOINT", address.endpoint)
    monkeypatch.setenv("COSMOS_KEY", address.key)
    monkeypatch.setenv("COSMOS_DATABASE_NAME", address.database)
    monkeypatch.setenv("COSMOS_CONTAINER_NAME", address.container)
    return address


def test_a_sentence_a_payment_and_a_clean_book_on_cosmos(
    account: Address,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = tmp_path / "one"
    monkeypatch.setenv("NET30_HOME", str(home))
    run(["init", "--name", "Lagune", "--country", "CI", "--tax-id", "CI-0123456A"])
    run(["customer", "add", "Société Générale de BTP", "--country", "CI"])
    assert run(["ask", "--issue", SENTENCE]) == exits.DONE
    capsys.readouterr()
    run(["search", "societe generale", "--json"])
    (hit,) = json.loads(capsys.readouterr().out)["items"]
    assert hit["amount"] == {"amount": "4248000", "currency": "XOF"}
    assert run(["pay", hit["number"]]) == exits.DONE
    assert run(["check"]) == exits.DONE
    assert not (home / "net30.db").exists()

    # Another machine has the same books; its search index is its own, made from the events.
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "two"))
    capsys.readouterr()
    run(["search", "societe generale", "--json"])
    (again,) = json.loads(capsys.readouterr().out)["items"]
    assert (again["number"], again["status"]) == (hit["number"], "paid")


def test_books_in_two_places_are_refused_and_so_is_what_cosmos_cannot_do(
    account: Address,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    (tmp_path / "net30.db").touch()
    assert run(["check"]) == exits.CONFIGURATION
    assert "net30.db too" in capsys.readouterr().err
    monkeypatch.setenv("NET30_DATABASE_URL", f"cosmos:{account.endpoint}")
    run(["init", "--name", "Lagune", "--country", "CI", "--tax-id", "CI-0123456A"])
    capsys.readouterr()
    for words in (["copy", "sqlite:///other.db"], ["backup", str(tmp_path / "backups")]):
        assert run(words) == exits.INPUT
        assert "Azure Cosmos DB" in capsys.readouterr().err


def test_books_are_not_copied_into_cosmos(
    account: Address,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    monkeypatch.delenv("COSMOS_ENDPOINT")
    assert run(["copy", f"cosmos:{account.endpoint}"]) == exits.INPUT
    assert "Azure Cosmos DB" in capsys.readouterr().err


def test_ready_and_the_service_manager_say_when_cosmos_is_down(tmp_path: Path) -> None:
    with (
        cosmos_account() as account,
        open_front(tmp_path, database_url=f"cosmos:{account.url}", cosmos_key=KEY) as front,
    ):
        issued = front.desk.issue()
        assert front.settled().desk.item(issued.number).balance == issued.totals.due
        manager = ServiceManager(front.desk.app)
        assert front.client.get("/ready").json()["status"] == "ok"
        assert [one["invoice_number"] for one in manager.search_invoices("acme")] == [issued.number]
        account.fails = lambda _: "refuse"
        told = front.client.get("/ready")
        assert (told.status_code, told.json()["down"]) == (503, ["store"])
        assert not manager.is_service_available("cosmos")
        account.fails = lambda _: ""
        assert front.client.get("/ready").status_code == 200


def test_the_service_manager_asks_cosmos_whether_it_answers(tmp_path: Path) -> None:
    address = fresh_address()
    app = open_app(
        Settings(
            home=tmp_path,
            database_url=f"cosmos:{address.endpoint}/{address.database}/{address.container}",
            cosmos_key=address.key,
        )
    )
    try:
        assert ServiceManager(app).is_service_available("cosmos")
        assert app.schema_version == "cosmos 1"
    finally:
        app.close()
