"""Parts that break once, at a chosen call: before it reaches the real part, or after it did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, cast

from net30.kernel.errors import Unavailable
from net30.ports.blobs import Blobs
from net30.ports.mail import Mail
from net30.ports.search import SearchIndex
from net30.ports.store import Store
from net30.services.world import World


@dataclass(slots=True)
class Fuse:
    """Counts the moments at which a part can fail, and fails at one of them."""

    blows_at: int = 0
    moments: int = 0
    one_at_a_time: Lock = field(default_factory=Lock)

    def moment(self) -> None:
        """Pass a moment; raise Unavailable at the chosen one."""
        with self.one_at_a_time:
            self.moments += 1
            blows = self.moments == self.blows_at
        if blows:
            raise Unavailable("this part broke", hint="try again", code="planned")


class Breakable:
    """A part all of whose calls can fail, before and after they did their work."""

    def __init__(self, part: object, fuse: Fuse) -> None:
        self._part = part
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:  # Any: whatever the real part has
        found = getattr(self._part, name)
        if not callable(found):
            return found

        def call(*words: object, **named: object) -> object:
            self._fuse.moment()
            result = found(*words, **named)
            self._fuse.moment()
            return result

        return call


class BreakableStore(Breakable):
    """A store that can also fail when a transaction begins, before its commit and after it."""

    @contextmanager
    def reading(self, organisation: str) -> Iterator[Any]:
        """Open a view that can fail."""
        with self._part.reading(organisation) as books:  # type: ignore[attr-defined] # a store
            self._fuse.moment()
            yield Breakable(books, self._fuse)

    @contextmanager
    def transaction(self, organisation: str) -> Iterator[Any]:
        """Open a transaction that can fail; after its commit the client does not hear of it."""
        with self._part.transaction(organisation) as tx:  # type: ignore[attr-defined] # a store
            self._fuse.moment()
            yield Breakable(tx, self._fuse)
            self._fuse.moment()
        self._fuse.moment()


def breakable(world: World, fuse: Fuse) -> World:
    """Return the world with every part on one fuse."""
    return replace(
        world,
        store=cast("Store", BreakableStore(world.store, fuse)),
        blobs=cast("Blobs", Breakable(world.blobs, fuse)),
        search=cast("SearchIndex", Breakable(world.search, fuse)),
        mail=cast("Mail", Breakable(world.mail, fuse)),
    )
