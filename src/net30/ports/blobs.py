"""Blobs: bytes under a name; documents, logos, ledger segments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Blobs(Protocol):
    """A place for bytes, by organisation and name (letters, digits, - _ . and /)."""

    def put(self, organisation: str, name: str, content: bytes) -> None:
        """Write bytes whole or not at all; the same name is replaced in one step."""
        ...

    def get(self, organisation: str, name: str) -> bytes:
        """Return the bytes; raise NotFound."""
        ...

    def names(self, organisation: str, prefix: str = "") -> Iterator[str]:
        """Yield the names that begin so, sorted."""
        ...

    def delete(self, organisation: str, name: str) -> None:
        """Remove a name; nothing happens when it is not there."""
        ...

    def where(self, organisation: str, name: str) -> str:
        """Return where a person finds it: a path or a URL."""
        ...

    def fault(self) -> str:
        """Return why the place did not answer when it was asked last; empty when it did."""
        ...
