"""What deployment files say of net30: settings that there are, commands that there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from net30.cli import exits
from net30.cli.commands import run
from net30.settings import SETTINGS

NAMES = {name for row in SETTINGS for name in (row.env, row.file_env) if name}
SECRET_NAMES = {row.env for row in SETTINGS if row.secret}


def unknown_settings(names: Iterable[str]) -> list[str]:
    """Return the names that look like settings and are none."""
    return [name for name in names if name.startswith("NET30_") and name not in NAMES]


def is_command(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> bool:
    """Tell whether net30 understands a command line, without carrying it out."""
    understood = run([*words, "--help"]) == exits.DONE
    capsys.readouterr()
    return understood
