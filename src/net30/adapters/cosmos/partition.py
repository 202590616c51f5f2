"""Partition: the documents of one partition key, which is all that a request may touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from azure.core import MatchConditions
from azure.cosmos import ContainerProxy, CosmosClient
from azure.cosmos.http_constants import HttpHeaders

from net30.adapters.cosmos.faults import OtherwiseNow, explained

Document = dict[str, Any]
"""A document as Cosmos keeps it, `organisation` (the partition key), `id` and `_etag` with it."""

Operation = tuple[Any, ...]
"""One operation of a batch, as the client takes it: ("create", (document,)) for instance."""

ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Books:
    """The container that everything is in, and the client that reaches it."""

    client: CosmosClient
    container: ContainerProxy
    place: str

    def partition(self, name: str) -> Partition:
        """Return one of its partitions."""
        return Partition(self, name)


class Partition:
    """One partition: point reads, questions and batches, each within it."""

    def __init__(self, books: Books, name: str) -> None:
        self.name = name
        self._books = books
        self._container = books.container

    def read(self, document_id: str) -> Document | None:
        """Return a document, or None."""
        with suppress(OtherwiseNow), self._explained():
            return self._container.read_item(document_id, partition_key=self.name)
        return None

    def ask(
        self, question: str, values: Mapping[str, object], limit: int = ROWS_AT_ONCE
    ) -> Iterator[Document]:
        """Yield what a query finds here, at most `limit` documents."""
        parameters: list[dict[str, object]] = [
            {"name": f"@{name}", "value": value} for name, value in values.items()
        ]
        with self._explained():
            found = self._container.query_items(
                question,
                parameters=parameters,
                partition_key=self.name,
                max_item_count=min(limit, ROWS_AT_ONCE),
            )
            yield from islice(found, limit)

    def create(self, document: Document) -> Document:
        """Write a new document; raise OtherwiseNow when its id is taken."""
        with self._explained():
            return self._container.create_item(self._ours(document))

    def replace(self, document: Document, etag: str) -> Document:
        """Write over a document that has not changed; raise OtherwiseNow when it has."""
        with self._explained():
            return self._container.replace_item(
                document["id"],
                self._ours(document),
                etag=etag,
                match_condition=MatchConditions.IfNotModified,
            )

    def put(self, document: Document) -> None:
        """Write a document, whatever was there."""
        with self._explained():
            self._container.upsert_item(self._ours(document))

    def batch(self, operations: Sequence[Operation]) -> list[str]:
        """Do all of them or none; return the etags. Raises OtherwiseNow when one cannot be."""
        with self._explained():
            done = self._container.execute_item_batch(operations, partition_key=self.name)
            self._remember(done.get_response_headers())
        return [str(one.get("eTag", "")) for one in done]

    def ours(self, documents: Sequence[Document]) -> list[Document]:
        """Return documents with this partition's key in them."""
        return [self._ours(document) for document in documents]

    def _ours(self, document: Document) -> Document:
        return {**document, "organisation": self.name}

    def _explained(self) -> Any:  # Any: a context manager of contextlib's own type
        return explained(self._books.place)

    def _remember(self, headers: Mapping[str, str]) -> None:
        """Keep the session's token of a batch: the client (4.17) forgets those of batches.

        Without it what we have just written might not be seen by our own next question.
        """
        connection: Any = self._books.client.client_connection  # Any: this part is not typed
        if connection.session:
            path = {HttpHeaders.AlternateContentPath: self._container.container_link}
            connection.session.update_session(connection, {}, {**headers, **path})
