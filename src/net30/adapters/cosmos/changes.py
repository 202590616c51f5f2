"""Changes: what a transaction would write, kept until its commit and seen by itself before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from net30.adapters.cosmos.partition import Document, Operation
from net30.adapters.cosmos.questions import Question

GONE: Document = {}


@dataclass(frozen=True, slots=True)
class Change:
    """A document to be (GONE: to be removed), and the etag of the one there; "" where none is."""

    document: Document
    etag: str


class Changes:
    """Documents to write, by id."""

    def __init__(self) -> None:
        self._changes: dict[str, Change] = {}

    def __len__(self) -> int:
        return len(self._changes)

    def __contains__(self, document_id: str) -> bool:
        return document_id in self._changes

    def get(self, document_id: str) -> Document | None:
        """Return the document of an id as it is to be; None when it is to be gone."""
        return self._changes[document_id].document or None

    def put(self, document: Document, found: Document | None) -> None:
        """Write a document in the place of the one found, if any."""
        name = document["id"]
        self._changes[name] = Change(document, self._etag(name, found))

    def remove(self, found: Document) -> None:
        """Remove a document that was found."""
        name = found["id"]
        etag = self._etag(name, found)
        if etag:
            self._changes[name] = Change(GONE, etag)
        else:
            self._changes.pop(name, None)  # it never was in the partition

    def documents(self) -> Iterator[Document]:
        """Yield the documents that are to be."""
        return (one.document for one in self._changes.values() if one.document)

    def operations(self) -> Iterator[tuple[Operation, Document]]:
        """Yield each operation of a batch, and its document (GONE for a removal)."""
        for name, change in self._changes.items():
            condition = {"if_match_etag": change.etag}
            if not change.document:
                yield ("delete", (name,), condition), GONE
            elif change.etag:
                yield ("replace", (name, change.document), condition), change.document
            else:
                yield ("create", (change.document,)), change.document

    def pieces(self) -> Iterator[Document]:
        """Yield each change as it is kept before it is carried out: put it, or remove its id."""
        for name, change in self._changes.items():
            yield {"put": change.document} if change.document else {"remove": name}

    def _etag(self, name: str, found: Document | None) -> str:
        if name in self._changes:
            return self._changes[name].etag
        return str(found.get("_etag", "")) if found else ""


def answers(
    changes: Changes,
    question: Question,
    ask: Callable[[Question, int], Iterable[Document]],
    limit: int,
) -> Iterable[Document]:
    """Return what is there and what a transaction has changed itself, in one order."""
    if not len(changes):
        return ask(question, limit)

    def place(one: Document) -> str | int:
        found: str | int = one[question.order]
        return found

    ours = [one for one in changes.documents() if question.holds(one)]
    ours.sort(key=place, reverse=question.descending)
    there = ask(question, limit + len(changes))
    theirs = [one for one in there if one["id"] not in changes]
    return islice(merge(theirs, ours, key=place, reverse=question.descending), limit)
