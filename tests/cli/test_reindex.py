"""net30 reindex: an index that is named for the first time finds the books that were there."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from net30.cli import exits
from net30.cli.commands import run
from tests.desk import open_desk
from tests.doubles.search_server import search_server


def test_an_index_elsewhere_finds_what_was_there_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = open_desk(tmp_path)
    with closing(desk.app):
        desk.issue()
        desk.app.settle()
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    with search_server() as server:
        endpoint, _, index = server.url().removeprefix("azure-search:").partition("#")
        monkeypatch.setenv("SEARCH_ENDPOINT", endpoint)
        monkeypatch.setenv("SEARCH_KEY", server.admin_key)
        monkeypatch.setenv("SEARCH_INDEX_NAME", index)
        assert run(["search", "acme", "--json"]) == exits.DONE
        assert "INV-2026-000001" not in capsys.readouterr().out
        assert run(["reindex"]) == exits.DONE
        assert "1 document can be found again." in capsys.readouterr().out
        assert run(["reindex", "--json"]) == exits.DONE
        assert json.loads(capsys.readouterr().out) == {"organisation": "main", "entries": 1}
        assert run(["search", "acme", "--json"]) == exits.DONE
        assert "INV-2026-000001" in capsys.readouterr().out
        assert run(["status"]) == exits.DONE
        assert "Azure AI Search" in capsys.readouterr().out
        server.fails_with = 403
        assert run(["reindex"]) == exits.UNAVAILABLE
        assert "NET30_SEARCH_KEY" in " ".join(capsys.readouterr().err.split())


def test_the_index_beside_the_books_is_made_anew_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = open_desk(tmp_path)
    with closing(desk.app):
        desk.issue()
        desk.app.settle()
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    assert run(["reindex"]) == exits.DONE
    assert "1 document " in capsys.readouterr().out
