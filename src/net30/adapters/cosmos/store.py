"""Store: the books of all organisations in one container of Azure Cosmos DB."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from net30.adapters.cosmos import claims
from net30.adapters.cosmos import questions as ask
from net30.adapters.cosmos.commit import settled
from net30.adapters.cosmos.documents import checkpoint_id, record_id
from net30.adapters.cosmos.line import Lines
from net30.adapters.cosmos.marks import Marks
from net30.adapters.cosmos.partition import Books, Document
from net30.adapters.cosmos.reading import CosmosReading
from net30.adapters.cosmos.transaction import CosmosTransaction
from net30.adapters.cosmos.turn import WAITS, Waits
from net30.domain.organisation import Organisation
from net30.kernel.errors import InputError
from net30.ports.store import NAMES_MAX, Lease, Wall

BESIDE = "*"
"""The partition of what is beside the organisations; none of them has a name that begins so."""


class CosmosStore:
    """The books of all organisations, each in a partition of its own."""

    def __init__(self, books: Books, beside: Marks | None = None, waits: Waits = WAITS) -> None:
        """Keep books in a container; `beside` has the marks of copies on this machine."""
        self.books = books
        self._beside = beside
        self.lines = Lines(books, waits)

    @contextmanager
    def reading(self, organisation: str) -> Iterator[CosmosReading]:
        """Open a view of one organisation: nothing that comes after it is seen."""
        partition = self.books.partition(organisation)
        view = CosmosReading(partition, settled(partition), self._beside)
        try:
            yield view
        finally:
            view.end()

    @contextmanager
    def transaction(self, organisation: str) -> Iterator[CosmosTransaction]:
        """Open a transaction of one organisation; its transactions follow one another.

        So what a transaction has read stays true until it commits, in all processes.
        """
        if organisation.startswith(BESIDE):
            raise InputError(
                f"{organisation!r} cannot be an organisation",
                hint="begin its id with a letter or a digit",
                code="organisation_id",
            )
        line = self.lines.of(organisation)
        with line.turn() as turn:
            tx = CosmosTransaction(turn, self._beside)
            try:
                yield tx
            finally:
                tx.end()
            if not tx.is_empty:
                founded = record_id(Organisation, organisation) in tx.changes
                if founded:
                    self._list(organisation, sure=False)
                line.commit(turn, tx.changes, tx.after)
                if founded:
                    self._list(organisation, sure=True)

    def wall(self) -> Wall:
        """Tell whether the database itself keeps organisations apart: one key reads them all."""
        return "none"

    def organisations(self) -> tuple[str, ...]:
        """Return the ids of all organisations."""
        beside = self.books.partition(BESIDE)
        listed = beside.ask(ask.ORGANISATIONS, {}, NAMES_MAX)
        return tuple(sorted(one["listed"] for one in listed if one["sure"] or self._is_there(one)))

    def checkpoint(self, organisation: str, projection: str) -> int:
        """Return the last event sequence that a projection has taken in; 0 at first."""
        if self._beside and self._beside.keeps(projection):
            return self._beside.checkpoint(organisation, projection)
        found = self.books.partition(organisation).read(checkpoint_id(projection))
        return int(found["sequence"]) if found else 0

    def advance(self, organisation: str, projection: str, sequence: int, holder: str = "") -> None:
        """Move a projection's checkpoint forward; of a holder only while it holds the claim."""
        if self._beside and self._beside.keeps(projection):
            self._beside.advance(organisation, projection, sequence, holder)
            return
        claims.advance(self.books.partition(organisation), projection, sequence, holder)

    def claim(self, organisation: str, names: Collection[str], lease: Lease) -> frozenset[str]:
        """Claim what nobody else holds; what is kept here is claimed among processes here."""
        here, there = self._parted(names)
        held: frozenset[str] = frozenset()
        if self._beside and here:
            held = self._beside.kept_by.claim(organisation, here, lease)
        if there:
            held |= claims.take(self.books.partition(organisation), there, lease)
        return held

    def renew(self, organisation: str, names: Collection[str], lease: Lease) -> frozenset[str]:
        """Hold for longer what the holder still holds; return what that is."""
        here, there = self._parted(names)
        held: frozenset[str] = frozenset()
        if self._beside and here:
            held = self._beside.kept_by.renew(organisation, here, lease)
        if there:
            held |= claims.renew(self.books.partition(organisation), there, lease)
        return held

    def let_go(self, organisation: str, places: Mapping[str, int], holder: str) -> None:
        """End a holder's claims, each with its checkpoint moved forward."""
        here, there = ({name: places[name] for name in part} for part in self._parted(places))
        if self._beside and here:
            self._beside.kept_by.let_go(organisation, here, holder)
        if there:
            claims.let_go(self.books.partition(organisation), there, holder)

    def _parted(self, names: Collection[str]) -> tuple[list[str], list[str]]:
        """Return what is kept beside, on this machine, and what is kept in Cosmos."""
        here = [name for name in names if self._beside and self._beside.keeps(name)]
        return here, [name for name in names if name not in here]

    def close(self) -> None:
        """Give back connections."""
        self.lines.close()
        if self._beside:
            self._beside.close()
        self.books.client.close()

    def _list(self, organisation: str, *, sure: bool) -> None:
        """Put an organisation on the list, before its first commit and again when it is sure.

        The list is another partition, so no batch can hold both: who is listed and not sure is
        looked for before it is named.
        """
        self.books.partition(BESIDE).put(
            {
                "id": record_id(Organisation, organisation),
                "type": "organisation",
                "listed": organisation,
                "sure": sure,
            }
        )

    def _is_there(self, listed: Document) -> bool:
        partition = self.books.partition(listed["listed"])
        return partition.read(record_id(Organisation, listed["listed"])) is not None
