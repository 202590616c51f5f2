"""Secrets: settings that are kept in a vault, apart from the machine that uses them."""

from __future__ import annotations

from typing import Protocol


class Secrets(Protocol):
    """A vault of secrets by name."""

    def read(self, name: str) -> str:
        """Return a secret; raise ConfigurationError for one that cannot be had.

        Raises Unavailable when the vault does not answer.
        """
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
