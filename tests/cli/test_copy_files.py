"""net30 copy-files: from a folder to Azure Blob Storage and back, compared file by file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from net30.adapters.blobs import azure_blob, folder
from net30.cli import exits
from net30.cli.commands import run
from tests.azurite import KEY, azurite
from tests.desk import open_desk


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a company and no files yet."""
    open_desk(tmp_path).app.close()
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    return tmp_path


def copied(capsys: pytest.CaptureFixture[str], *words: str, code: int = exits.DONE) -> list[object]:
    capsys.readouterr()
    assert run(["copy-files", *words, "--json"]) == code
    out = capsys.readouterr().out
    return [
        (one["organisation"], one["files"], one["copied"], one["differing"], one["more"])
        for one in json.loads(out)
    ]


def test_all_files_of_all_organisations_go_there_and_back(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = folder.build(f"folder:{home}/blobs")
    for at in range(40):
        kept.put("main", f"invoices/2026/INV-{at}.pdf", b"%PDF" * at)
    url = azurite().blob_url()
    assert copied(capsys, url) == [("main", 40, 40, [], 0)]
    assert copied(capsys, url) == [("main", 40, 0, [], 0)]
    assert azure_blob.build(url).get("main", "invoices/2026/INV-3.pdf") == b"%PDF" * 3
    monkeypatch.setenv("NET30_BLOB_URL", url)
    back = f"folder:{home}/back"
    assert copied(capsys, back) == [("main", 40, 40, [], 0)]
    assert run(["copy-files", back, "--check"]) == exits.DONE
    text = capsys.readouterr().out
    assert "The copy is the same" in text
    assert KEY not in text


def test_what_differs_is_named_and_mended_by_the_next_copy(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, there = (folder.build(f"folder:{home}/{name}") for name in ("blobs", "there"))
    for name in ("a", "b"):
        here.put("main", name, name.encode())
    url = f"folder:{home}/there"
    assert copied(capsys, url, "--check", code=exits.CONFLICT) == [("main", 2, 0, ["a", "b"], 0)]
    assert list(there.names("main")) == []
    there.put("main", "a", b"a")
    there.put("main", "b", b"damaged")
    assert copied(capsys, url, "--check", code=exits.CONFLICT) == [("main", 2, 0, ["b"], 0)]
    assert run(["copy-files", url, "--check"]) == exits.CONFLICT
    assert "the files of main differ: b" in capsys.readouterr().err
    assert copied(capsys, url) == [("main", 2, 1, [], 0)]
    there.put("main", "c", b"of somebody else")
    assert copied(capsys, url, code=exits.CONFLICT) == [("main", 2, 0, [], 1)]
    assert list(there.names("main")) == ["a", "b", "c"]


def test_the_place_itself_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["copy-files", "folder:blobs"]) == exits.INPUT
    assert "already" in capsys.readouterr().err
