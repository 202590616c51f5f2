"""Keyboard: where messages come from: a person at a terminal, or a line each from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper
from types import ModuleType

PROMPT = "> "
LINE_CHARACTERS_MAX = 200_000
"""Of a longer line the rest is passed over; the assistant takes far less anyway."""


class Keyboard:
    """Reads messages. At a terminal the arrow keys bring earlier ones back.

    They are never written to a file: what was said is in the conversation only.
    """

    def __init__(self) -> None:
        self.is_terminal = sys.stdin.isatty()
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # a stray byte is no reason to stop
        self._readline = _readline() if self.is_terminal else None

    def read(self) -> str | None:
        """Return the next message without blanks around it; None when the user leaves."""
        if not self.is_terminal:
            return self._piped()
        try:
            return input(PROMPT).strip()
        except (EOFError, KeyboardInterrupt):  # Ctrl-D, Ctrl-C at the prompt
            sys.stdout.write("\n")
            return None

    def remember(self, messages: Iterable[str]) -> None:
        """Have the arrow keys bring these messages back, and no others."""
        if self._readline is not None:
            self._readline.clear_history()
            for message in messages:
                self._readline.add_history(message)

    @staticmethod
    def _piped() -> str | None:
        line = sys.stdin.readline(LINE_CHARACTERS_MAX)
        rest = line
        while rest and not rest.endswith("\n"):
            rest = sys.stdin.readline(LINE_CHARACTERS_MAX)
        return line.strip() if line else None


def _readline() -> ModuleType | None:
    """Return the module that edits lines; some systems have none."""
    return import_module("readline") if find_spec("readline") else None
