"""net30 copy: the books go into another database, and net30 works there from then on."""

from __future__ import annotations

from pathlib import Path

import pytest

from net30.app import open_app
from net30.cli import exits
from net30.cli.commands import run
from net30.settings import Settings, load_with_file


def test_books_are_copied_compared_and_worked_with_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, url = tmp_path / "home", f"sqlite:///{tmp_path / 'copy.db'}"
    monkeypatch.setenv("NET30_HOME", str(home))
    open_app(Settings(home=home)).close()
    (home / ".env").write_text("DATABASE_URL=sqlite:///net30.db\nNET30_ENGINE=local\n")
    assert run(["copy"]) == exits.INPUT
    assert run(["copy", url]) == exits.DONE
    assert "The copy is the same" in capsys.readouterr().out
    assert run(["copy", url]) == exits.CONFLICT
    monkeypatch.setenv("NET30_DATABASE_URL", "sqlite:///net30.db")
    assert run(["copy", url, "--check", "--switch"]) == exits.CONFLICT
    assert "NET30_DATABASE_URL" in capsys.readouterr().err
    monkeypatch.delenv("NET30_DATABASE_URL")
    assert run(["copy", url, "--check", "--switch", "--json"]) == exits.DONE
    settings = load_with_file({"NET30_HOME": str(home)})
    assert (settings.database_url, settings.engine) == (url, "local")
    open_app(settings).close()
    monkeypatch.setenv("NET30_DATABASE_URL", "sqlite:///net30.db")
    assert run(["customer", "add", "Acme Corp"]) == exits.DONE
    capsys.readouterr()
    assert run(["copy", url, "--check"]) == exits.CONFLICT
    assert "differ" in capsys.readouterr().err
