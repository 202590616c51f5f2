"""Marks: how far projections have come, where their copy is kept on this machine.

A search index in this machine's home has taken in what it has, whatever other machines did; its
mark is kept beside it, not in Cosmos.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from net30.ports.store import Lease


class Checkpoints(Protocol):
    """What keeps marks; a store does."""

    def checkpoint(self, organisation: str, projection: str) -> int:
        """Return the last event sequence that a projection has taken in; 0 at first."""
        ...

    def advance(self, organisation: str, projection: str, sequence: int, holder: str = "") -> None:
        """Move a projection's checkpoint forward; of a holder only while it holds the claim."""
        ...

    def claim(self, organisation: str, names: Collection[str], lease: Lease) -> frozenset[str]:
        """Claim what nobody else holds; return what that is."""
        ...

    def renew(self, organisation: str, names: Collection[str], lease: Lease) -> frozenset[str]:
        """Hold for longer what the holder still holds; return what that is."""
        ...

    def let_go(self, organisation: str, places: Mapping[str, int], holder: str) -> None:
        """End a holder's claims, each with its checkpoint moved forward."""
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

    def advance(self, organisation: str, projection: str, sequence: int, holder: str) -> None:
        """Move a projection's checkpoint forward; of a holder only while it holds the claim."""
        self.kept_by.advance(organisation, projection, sequence, holder)

    def close(self) -> None:
        """Close what keeps the marks."""
        self.kept_by.close()
