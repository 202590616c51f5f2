"""Sealing: texts that the database keeps and nobody can read who has only the database."""

from __future__ import annotations

from typing import Protocol


class Sealing(Protocol):
    """Seals texts with a key that is kept apart from the database."""

    def seal(self, text: str, about: str) -> str:
        """Return a text as it may be stored; it opens only for the same `about` (whose it is)."""
        ...

    def unseal(self, sealed: str, about: str) -> str:
        """Return a sealed text; raise Unavailable (code sealing_key) when no key here opens it."""
        ...
