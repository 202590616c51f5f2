"""Books whose process dies at its n-th write: before the request arrives, or after it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from net30.adapters.cosmos.partition import Books, Document, Operation, Partition


class Died(BaseException):
    """The process is gone; nothing of it runs any more."""


@dataclass(slots=True)
class Life:
    """How many writes are left."""

    left: int
    after: bool = False
    """Whether the last write still arrives."""

    def look(self) -> None:
        """Let a read through while there is life."""
        if self.left < 0:
            raise Died

    def ask(self, request: Any) -> Any:
        """Let a write through while there is life."""
        self.look()
        self.left -= 1
        if self.left < 0 and not self.after:
            raise Died
        answer = request()
        if self.left < 0:
            raise Died
        return answer


class DyingPartition(Partition):
    """A partition that a dying process asks."""

    def __init__(self, books: Books, name: str, life: Life) -> None:
        super().__init__(books, name)
        self._life = life

    def read(self, document_id: str) -> Document | None:
        self._life.look()
        return super().read(document_id)

    def ask(
        self, question: str, values: Mapping[str, object], limit: int = 1000
    ) -> Iterator[Document]:
        self._life.look()
        yield from super().ask(question, values, limit)

    def create(self, document: Document) -> Document:
        create = super().create
        made: Document = self._life.ask(lambda: create(document))
        return made

    def replace(self, document: Document, etag: str) -> Document:
        replace = super().replace
        made: Document = self._life.ask(lambda: replace(document, etag))
        return made

    def put(self, document: Document) -> None:
        put = super().put
        self._life.ask(lambda: put(document))

    def batch(self, operations: Sequence[Operation]) -> list[str]:
        batch = super().batch
        done: list[str] = self._life.ask(lambda: batch(operations))
        return done


@dataclass(frozen=True)
class DyingBooks(Books):
    """A container that a dying process asks."""

    life: Life

    def partition(self, name: str) -> Partition:
        """Return one of its partitions."""
        return DyingPartition(self, name, self.life)


def dying(books: Books, life: Life) -> DyingBooks:
    """Return the same container for a process with that much life."""
    return DyingBooks(books.client, books.container, books.place, life)
