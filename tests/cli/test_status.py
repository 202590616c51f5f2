"""net30 status: what each part is, whether it answers, and never a key."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from net30.adapters.blobs import _azure_account, azure_blob
from net30.cli import exits
from net30.cli.commands import run
from net30.kernel.errors import Unavailable
from net30.service_manager import ServiceManager
from tests.azurite import KEY, azurite
from tests.desk import open_desk
from tests.doubles.ailing_line import ailing_line


@pytest.fixture(autouse=True)
def _impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    monkeypatch.setattr(_azure_account, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(azure_blob, "REST_SECONDS", 0)


def test_every_part_is_named_with_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status"]) == exits.DONE
    text = capsys.readouterr().out
    for word in ("SQLite", "a folder", "memory", "not asked"):
        assert word in text
    assert run(["status", "--json"]) == exits.DONE
    parts = {one["part"]: one for one in json.loads(capsys.readouterr().out)}
    assert all(parts[part]["answers"] for part in ("store", "search", "blobs", "cache"))
    assert parts["mail"]["answers"] is None


def test_a_part_that_does_not_answer_is_named_with_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ailing_line(azurite().port) as line:
        monkeypatch.setenv("STORAGE_CONNECTION_STRING", azurite().connection(line.port))
        assert run(["status"]) == exits.DONE
        assert "Azure Blob Storage" in capsys.readouterr().out
        line.cut = True
        assert run(["status", "--json"]) == exits.UNAVAILABLE
        text = capsys.readouterr().out
        parts = {one["part"]: one for one in json.loads(text)}
        assert [name for name, one in parts.items() if one["answers"] is False] == ["blobs"]
        assert "does not answer" in parts["blobs"]["error"]
        assert run(["status"]) == exits.UNAVAILABLE
        assert "check the network" in " ".join(capsys.readouterr().out.split())
    assert KEY not in text


def test_the_service_manager_and_ready_know_the_same(tmp_path: Path) -> None:
    with ailing_line(azurite().port) as line:
        desk = open_desk(tmp_path, blob_url=azurite().blob_url(port=line.port))
        with closing(desk.app):
            services, blobs = ServiceManager(desk.app), desk.app.world.blobs
            assert services.is_service_available("blob")
            line.cut = True
            line.break_once()
            assert not services.is_service_available("blob")
            assert not services.is_service_available("storage")
            assert services.is_service_available("cosmos")
            assert "does not answer" in blobs.fault()
            with pytest.raises(Unavailable):
                blobs.get("main", "a")
            line.heal()
            assert services.is_service_available("blob")
            assert blobs.fault() == ""
