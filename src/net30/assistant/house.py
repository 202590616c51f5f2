"""House: what the assistant needs of the application: a look at the books, or a change to them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from net30.domain.identity.roles import Permission
from net30.services.context import Context, ReadContext


class House(Protocol):
    """Opens requests for one organisation; the application does.

    A request is open only while books are read or written, never while a model thinks: a slow
    model holds up nobody. `permissions` are those of whoever asks: no tool runs beyond them.
    """

    @property
    def permissions(self) -> frozenset[Permission]:
        """Return what may be done in this house on behalf of whoever asks."""
        ...

    def look(self, user: str) -> AbstractContextManager[ReadContext]:
        """Open a question: one consistent view, nothing can change."""
        ...

    def change(self, user: str) -> AbstractContextManager[Context]:
        """Open a change: durable when the block ends well, else nothing of it is kept."""
        ...
