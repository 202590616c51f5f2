"""Typed: commands of net30 as a person types them, with their exit code and what was said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from net30.cli import exits
from net30.cli.commands import run

Typed = Callable[..., tuple[int, str]]
"""Types a command; returns its exit code and all that it said."""

Say = Callable[..., str]
"""Types a command whose exit code must be the expected one; returns all that it said."""


def typing(captured: pytest.CaptureFixture[str], *before: str) -> Typed:
    """Return what types commands, each after the same first words."""

    def typed(*words: str) -> tuple[int, str]:
        captured.readouterr()
        code = run([*before, *words])
        told = captured.readouterr()
        return code, told.out + told.err

    return typed


def saying(typed: Typed) -> Say:
    """Return what types commands and looks at their exit codes."""

    def said(*words: str, code: int = exits.DONE) -> str:
        came, told = typed(*words)
        assert came == code, told
        return told

    return said
