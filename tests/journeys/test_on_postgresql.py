"""The same day's work on PostgreSQL: only the URL differs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from net30.cli import exits
from net30.cli.commands import run
from tests.databases import postgres_url


def test_a_sentence_a_payment_and_a_clean_book_on_postgresql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    with postgres_url(empty=True) as url:
        monkeypatch.setenv("NET30_DATABASE_URL", url)
        run(["init", "--name", "Lagune", "--country", "CI", "--tax-id", "CI-0123456A"])
        run(["customer", "add", "Société Générale de BTP", "--country", "CI"])
        sentence = "Facture societe generale de btp 40 heures de conseil à 90 000 FCFA l'heure"
        assert run(["ask", "--issue", sentence]) == exits.DONE
        capsys.readouterr()
        run(["search", "societe generale", "--json"])
        (hit,) = json.loads(capsys.readouterr().out)["items"]
        assert hit["amount"] == {"amount": "4248000", "currency": "XOF"}
        assert run(["pay", hit["number"]]) == exits.DONE
        assert run(["check"]) == exits.DONE
    assert not list(tmp_path.glob("*.db"))
