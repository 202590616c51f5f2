"""What the double of Azure Cosmos DB keeps: documents by partition and id, and how they came."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

BATCH_OPERATIONS_MAX = 100
REQUEST_BYTES_MAX = DOCUMENT_BYTES_MAX = 2 * 2**20
ID_BYTES_MAX = 1023
_FORBIDDEN = re.compile(r"[/\\?#]")

Document = dict[str, Any]
Visible = Callable[[int, float], bool]


class Refused(Exception):
    """What the account would not do, with its status; `at` is the operation of a batch."""

    def __init__(self, status: int, why: str, at: int = 0) -> None:
        super().__init__(why)
        self.status = status
        self.at = at


class Shelf:
    """A container's documents, and every state that each has had."""

    def __init__(self, made: Document) -> None:
        (path,) = made["partitionKey"]["paths"]
        self._rid, self._link = made["_rid"], made["_self"]
        self._key = path.removeprefix("/")
        paths = made.get("indexingPolicy", {}).get("includedPaths", [])
        self.indexed = {one["path"].split("/")[1] for one in paths} | {"id"}
        self.sequence = 0
        self._states: dict[tuple[str, str], list[tuple[int, float, Document | None]]] = {}
        self._ids: dict[str, list[str]] = {}

    def see(self, partition: str, name: str, visible: Visible) -> Document:
        """Return a document as a read sees it."""
        found = self._seen(partition, name, visible)
        if found is None:
            raise Refused(404, f"there is no document {name}")
        return found

    def all(self, partition: str, visible: Visible) -> Iterator[Document]:
        """Yield what a query of a partition sees."""
        for name in self._ids.get(partition, ()):
            found = self._seen(partition, name, visible)
            if found is not None:
                yield found

    def change(
        self, partition: str, changes: Sequence[Document]
    ) -> list[tuple[int, Document | None]]:
        """Do all changes or none; return the status and the document of each."""
        self.sequence += 1
        undo: list[tuple[str, str]] = []
        done: list[tuple[int, Document | None]] = []
        try:
            for at, change in enumerate(changes):
                name, status, written = self._changed(partition, change, at)
                self._keep(partition, name, written)
                undo.append((partition, name))
                done.append((status, written))
        except Refused:
            for place in reversed(undo):
                self._states[place].pop()
            raise
        return done

    def _changed(
        self, partition: str, change: Document, at: int
    ) -> tuple[str, int, Document | None]:
        verb = change["operationType"]
        document = change.get("resourceBody")
        name = change.get("id") or (document or {}).get("id", "")
        here = self._here(partition, name)
        if verb in {"replace", "delete"} and here is None:
            raise Refused(404, f"there is no document {name}", at)
        if verb == "create" and here is not None:
            raise Refused(409, f"the document {name} exists", at)
        wanted = change.get("ifMatch")
        if wanted and (here is None or here["_etag"] != wanted):
            raise Refused(412, f"the document {name} has changed", at)
        if verb == "delete":
            return name, 204, None
        if verb not in {"create", "replace", "upsert"} or document is None:
            raise Refused(400, f"double: {verb} is not supported", at)
        self._check(partition, name, document, at)
        link = f"{self._link}docs/{self._rid}AAAA=/"
        stamp = {"_etag": f'"{uuid4()}"', "_rid": self._rid, "_self": link, "_ts": 0}
        return name, 200 if here else 201, {**document, **stamp}

    def _check(self, partition: str, name: str, document: Document, at: int) -> None:
        if document.get(self._key) != partition:
            raise Refused(400, "the document's partition key is not that of the header", at)
        plain = bool(name) and not _FORBIDDEN.search(name)
        if not plain or name != document.get("id") or len(name.encode()) > ID_BYTES_MAX:
            raise Refused(400, f"{name!r} cannot be an id", at)
        if len(json.dumps(document).encode()) > DOCUMENT_BYTES_MAX:
            raise Refused(413, "the document is larger than 2 MB", at)
        if any(type(value) is int and abs(value) > 2**53 for value in document.values()):
            raise Refused(400, "double: a number that a float cannot hold", at)

    def _here(self, partition: str, name: str) -> Document | None:
        states = self._states.get((partition, name))
        return states[-1][2] if states else None

    def _seen(self, partition: str, name: str, visible: Visible) -> Document | None:
        for sequence, written_at, document in reversed(self._states.get((partition, name), [])):
            if visible(sequence, written_at):
                return document
        return None

    def _keep(self, partition: str, name: str, document: Document | None) -> None:
        place = (partition, name)
        if place not in self._states:
            self._states[place] = []
            self._ids.setdefault(partition, []).append(name)
        self._states[place].append((self.sequence, time.monotonic(), document))
