"""Head: the one document of a partition that says what comes next, and who may write it.

Every commit writes it over the etag that was read, so of two commits one wins, whatever happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from net30.adapters.cosmos.partition import Document, Partition

ID = "head"
RECENT = 64
"""So many commits are known by their ids: enough to find out whether a lost answer was a yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a partition.

    `sequence` and `event` are its latest event; `numbers` the last number of each SERIES/YEAR.
    `holder` has the turn. A `pending` commit is decided, and `applied` of its `pieces` are done.
    """

    commits: int = 0
    recent: tuple[str, ...] = ()
    sequence: int = 0
    event: str = ""
    numbers: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    holder: str = ""
    pending: str = ""
    pieces: int = 0
    applied: int = 0
    etag: str = ""

    def after(self, commit: str) -> Head:
        """Return the head that a commit leaves: nobody's turn, and one commit more."""
        recent = (*self.recent, commit)[-RECENT:]
        return replace(self, commits=self.commits + 1, recent=recent, holder="")

    @property
    def document(self) -> Document:
        """Return it as it is kept."""
        return {
            "id": ID,
            "type": "head",
            "commits": self.commits,
            "recent": list(self.recent),
            "sequence": self.sequence,
            "event": self.event,
            "numbers": dict(self.numbers),
            "holder": self.holder,
            "pending": self.pending,
            "pieces": self.pieces,
            "applied": self.applied,
        }


def look(partition: Partition) -> Head:
    """Return the head as it is now; an empty one (without etag) before the first commit."""
    found = partition.read(ID)
    return head_of(found) if found else Head()


def head_of(document: Document) -> Head:
    """Return the head that a document holds."""
    return Head(
        commits=document["commits"],
        recent=tuple(document["recent"]),
        sequence=document["sequence"],
        event=document["event"],
        numbers=document["numbers"],
        holder=document["holder"],
        pending=document["pending"],
        pieces=document["pieces"],
        applied=document["applied"],
        etag=document["_etag"],
    )
