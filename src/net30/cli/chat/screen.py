"""Screen: answers as they come, and dim lines that say what is around them."""

from __future__ import annotations

import os
import sys
import unicodedata

_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"


class Screen:
    """Writes to standard output; colours only where a person looks and has not refused them."""

    def __init__(self) -> None:
        self._dims = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._ended = True

    def write(self, piece: str) -> None:
        """Show a piece of an answer at once; nothing in it can steer the terminal."""
        sys.stdout.write("".join(letter for letter in piece if _is_shown(letter)))
        sys.stdout.flush()
        self._ended = piece.endswith("\n") if piece else self._ended

    def end(self) -> None:
        """End the line, where an answer left it open."""
        if not self._ended:
            sys.stdout.write("\n")
            self._ended = True

    def say(self, text: str) -> None:
        """Show a line."""
        self.write(f"{text}\n")

    def note(self, text: str) -> None:
        """Show a line that is about the conversation, not part of it."""
        self.end()
        if self._dims:
            sys.stdout.write(_DIM)
        self.write(text)
        if self._dims:
            sys.stdout.write(_PLAIN)
        self.say("")


def _is_shown(letter: str) -> bool:
    """Tell whether a letter is text: no control character, no half of one."""
    return letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"}
