"""Marks: how far projections have come, where their copy is kept on this machine.

A search index in this machine's home has taken in what it has, whatever other machines did; its
mark is kept beside it, not in Cosmos.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


class Checkpoints(Protocol):
    """What keeps marks; a store does."""

    def checkpoint(self, organisation: str, projection: str) -> int:
        """Return the last event sequence that a projection has taken in; 0 at first."""
        ...

    def advance(self, organisation: str, projection: str, sequence: int) -> None:
        """Move a projection's checkpoint forward; never back."""
        ...

    def close(self) -> None:
        """Give back connections and files."""
        ...


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of some projections."""

    kept_by: Checkpoints
    projections: Collection[str]

    def keeps(self, projection: str) -> bool:
        """Tell whether a projection's mark is here."""
        return projection in self.projections

    def checkpoint(self, organisation: str, projection: str) -> int:
        """Return the last event sequence that a projection has taken in; 0 at first."""
        return self.kept_by.checkpoint(organisation, projection)

    def advance(self, organisation: str, projection: str, sequence: int) -> None:
        """Move a projection's checkpoint forward; never back."""
        self.kept_by.advance(organisation, projection, sequence)

    def close(self) -> None:
        """Close what keeps the marks."""
        self.kept_by.close()
