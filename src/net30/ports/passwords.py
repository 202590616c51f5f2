"""Passwords: slow hashes that a stolen database does not give away."""

from __future__ import annotations

from typing import Protocol


class Passwords(Protocol):
    """A way to keep passwords without knowing them."""

    def hashed(self, password: str) -> str:
        """Return the text to keep, with its own salt and parameters."""
        ...

    def matches(self, password: str, kept: str) -> bool:
        """Tell whether a password is the one that was kept; as slow for an empty `kept`."""
        ...
