"""What commands are typed in: a fresh home, in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.typed import Say, Typed, saying, typing


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that is not there yet; its folder is the one that commands are typed in."""
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def net30(home: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Type a command; returns the exit code and all that was said."""
    del home
    return typing(capsys)


@pytest.fixture
def say(net30: Typed) -> Say:
    """Type a command; its exit code must be the one that is expected."""
    return saying(net30)
