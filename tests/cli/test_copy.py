"""net30 copy: the books go into another database, and net30 works there from then on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import pytest

from net30.app import open_app
from net30.cli import exits
from net30.cli.commands import run
from net30.kernel.errors import Unavailable
from net30.settings import Settings, load_with_file
from net30.wiring.books import copying
from tests.databases import DIALECTS, fresh


@contextmanager
def at_work(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Have a process of its own open the books until it is killed."""
    opens = "import os; from net30.app import open_app; from net30.settings import load_with_file\n"
    opens += "app = open_app(load_with_file(os.environ)); print('open', flush=True); input()"
    env = {**os.environ, "NET30_HOME": str(home)}
    with subprocess.Popen(
        [sys.executable, "-c", opens], env=env, stdin=PIPE, stdout=PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "open\n"
        try:
            yield process
        finally:
            process.kill()


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


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nobody_switches_while_somebody_works_and_nobody_comes_while_somebody_switches(
    dialect: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home, copy = tmp_path / "home", f"sqlite:///{tmp_path / 'copy.db'}"
    monkeypatch.setenv("NET30_HOME", str(home))
    with fresh(dialect, tmp_path) as books:
        home.mkdir()
        (home / ".env").write_text(f"NET30_DATABASE_URL={books}\n")
        settings = load_with_file({"NET30_HOME": str(home)})
        with at_work(home) as server:
            assert run(["copy", copy]) == exits.DONE, "copies may be made at any time"
            capsys.readouterr()
            assert run(["copy", copy, "--check", "--switch"]) == exits.CONFLICT
            assert "stop net30 serve" in capsys.readouterr().err
            server.kill()
        with copying(settings, copy, alone=True), pytest.raises(Unavailable, match="moving"):
            open_app(settings)
        assert run(["copy", copy, "--check", "--switch"]) == exits.DONE
    assert load_with_file({"NET30_HOME": str(home)}).database_url == copy
