"""Service: the few calls to Azure AI Search, each bounded in time, its faults told plainly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from azure.core.credentials import AzureKeyCredential, TokenCredential
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.search.documents import SearchClient
from azure.search.documents.indexes import SearchIndexClient

from net30.adapters.search.azure_search.address import Address
from net30.adapters.search.azure_search.definition import KEY, definition, differences
from net30.adapters.search.azure_search.documents import Document
from net30.adapters.search.azure_search.question import EVERYTHING, NEWEST
from net30.kernel.errors import Unavailable

CONNECT_SECONDS = 3
ANSWER_SECONDS = 5
RETRIES = 2
RETRY_SECONDS_MAX = 2
"""A busy service says how long to wait; more than this is the caller's to wait."""
ROWS_MAX = 1000
"""The service gives no more rows at once."""
BATCH_DOCUMENTS_MAX = 500
BATCH_CHARACTERS_MAX = 4_000_000
SEEN_SECONDS = 5.0
"""How long a writer waits until a question finds what it wrote; it goes on after that."""
SEEN_PAUSE_SECONDS = 0.05
SEEN_PAUSE_SECONDS_MAX = 0.5

if TYPE_CHECKING:
    from azure.identity import DefaultAzureCredential

_FORBIDDEN = (401, 403)
_GONE = 404
_WORDS = ["customer_words", "words"]

T = TypeVar("T")
Found = Mapping[str, Any]  # Any: a text, a number or a yes


class Service:
    """One index; it is looked at, and made where there is none, before its first use."""

    def __init__(self, address: Address) -> None:
        self.place = f"{address.endpoint}#{address.index}"
        self._address = address
        self._lock, self._signing = Lock(), Lock()
        self._client: SearchClient | None = None
        self._credential: DefaultAzureCredential | None = None

    def rows(
        self,
        conditions: Sequence[str],
        order: Sequence[str] = NEWEST.fields,
        *,
        select: Sequence[str],
        limit: int,
        words: str = EVERYTHING,
        descending: bool = False,
    ) -> list[Found]:
        """Return the first rows under all conditions, in an order."""
        direction = "desc" if descending else "asc"

        def ask(client: SearchClient) -> list[Found]:
            return list(
                client.search(
                    words,
                    filter=" and ".join(conditions),
                    order_by=[f"{field} {direction}" for field in order],
                    select=list(select),
                    top=limit,
                    **_way(words),
                )
            )

        return self._call(ask)

    def count(self, conditions: Sequence[str], words: str = EVERYTHING) -> int:
        """Return how many documents there are under all conditions."""

        def ask(client: SearchClient) -> int:
            found = client.search(
                words,
                filter=" and ".join(conditions),
                include_total_count=True,
                select=[KEY],
                top=0,
                **_way(words),
            )
            return int(found.get_count() or 0)

        return self._call(ask)

    def every(
        self, conditions: Sequence[str], key: str, *, select: Sequence[str]
    ) -> Iterator[list[Found]]:
        """Yield all rows under all conditions in pieces, in the order of a key."""
        last = ""
        while True:
            where = [*conditions, f"{key} gt '{last}'"] if last else conditions
            piece = self.rows(where, [key], select=[*select, key], limit=ROWS_MAX)
            if piece:
                yield piece
            if len(piece) < ROWS_MAX:
                return
            last = piece[-1][key].replace("'", "''")

    def upload(self, documents: Sequence[Document]) -> None:
        """Write whole documents in the place of those with their keys."""
        for piece in pieces(documents):
            self._write(partial(SearchClient.upload_documents, documents=piece))

    def merge(self, documents: Sequence[Document]) -> None:
        """Write some fields of documents; one that is gone meanwhile stays gone."""
        for piece in pieces(documents):
            self._write(partial(SearchClient.merge_documents, documents=piece), gone_is_fine=True)

    def delete(self, keys: Sequence[str]) -> None:
        """Delete documents; one that is not there is no fault."""
        for piece in pieces([{KEY: key} for key in keys]):
            self._write(partial(SearchClient.delete_documents, documents=piece))

    def seen(self, is_seen: Callable[[], bool]) -> None:
        """Wait until a question shows what was written, SEEN_SECONDS at most."""
        until, pause = time.monotonic() + SEEN_SECONDS, SEEN_PAUSE_SECONDS
        while not is_seen() and time.monotonic() < until:
            time.sleep(pause)
            pause = min(2 * pause, SEEN_PAUSE_SECONDS_MAX)

    def close(self) -> None:
        """Give back the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None
            if self._credential is not None:
                self._credential.close()
                self._credential = None

    def _write(self, write: Callable[[SearchClient], Any], *, gone_is_fine: bool = False) -> None:
        for result in self._call(write):
            if not result.succeeded and not (gone_is_fine and result.status_code == _GONE):
                raise Unavailable(
                    f"the search service did not take a document: {result.error_message}",
                    hint="it is sent again by itself; look at the service if it does not end",
                    code="search_service",
                )

    def _call(self, ask: Callable[[SearchClient], T]) -> T:
        with self._told():
            return ask(self._opened())

    def _opened(self) -> SearchClient:
        """Return the client, after a first look at the index.

        Who looks holds no lock: while the service is silent nobody waits for another's look too.
        """
        if self._client is None:
            self._look()
        with self._lock:
            if self._client is None:
                self._client = SearchClient(
                    self._address.endpoint, self._address.index, self._signed(), **self._limits()
                )
            return self._client

    def _look(self) -> None:
        """Make the index where there is none; refuse one of another kind."""
        name = self._address.index
        with SearchIndexClient(self._address.endpoint, self._signed(), **self._limits()) as indexes:
            try:
                found = indexes.get_index(name)
            except ResourceNotFoundError:
                with suppress(ResourceExistsError):  # another process was quicker
                    indexes.create_index(definition(name))
                return
        if wrong := differences(found):
            raise Unavailable(
                f"the search index {name!r} is not net30's: {', '.join(wrong[:5])}",
                hint="name another index with NET30_SEARCH_INDEX or after # in NET30_SEARCH_URL",
                code="search_index",
            )

    def _signed(self) -> AzureKeyCredential | TokenCredential:
        if self._address.key:
            return AzureKeyCredential(self._address.key)
        with self._signing:
            if self._credential is None:
                # It takes a second to import, and who has a key does without.
                from azure.identity import DefaultAzureCredential  # noqa: PLC0415

                # Behind a private authority, Microsoft's list of sign-in hosts knows nothing.
                ca_file = self._address.ca_file
                private = {"connection_verify": ca_file, "disable_instance_discovery": True}
                self._credential = DefaultAzureCredential(**(private if ca_file else {}))
            return self._credential

    def _limits(self) -> dict[str, Any]:  # Any: a client's keyword arguments
        limits: dict[str, Any] = {
            "connection_timeout": CONNECT_SECONDS,
            "read_timeout": ANSWER_SECONDS,
            "retry_total": RETRIES,
            "retry_read": 0,  # what was silent for so long is asked no second time
            "retry_connect": 0,
            "retry_backoff_max": RETRY_SECONDS_MAX,
            "logging_enable": False,
        }
        if self._address.ca_file:
            limits["connection_verify"] = self._address.ca_file
        return limits

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except ClientAuthenticationError as error:
            raise self._refused(error) from error
        except HttpResponseError as error:
            if error.status_code in _FORBIDDEN:
                raise self._refused(error) from error
            raise Unavailable(
                f"the search service answers {error.status_code}: {error.reason or error.message}",
                hint="try again in a moment",
                code="search_service",
            ) from error
        except AzureError as error:
            raise Unavailable(
                f"the search service does not answer: {self.place}",
                hint="try again in a moment; the books are not affected",
                code="search_service",
            ) from error

    def _refused(self, error: AzureError) -> Unavailable:
        return Unavailable(
            f"the search service refuses us: {type(error).__name__} at {self.place}",
            hint="check NET30_SEARCH_KEY (an admin key), or give who signs in the roles Search "
            "Service Contributor and Search Index Data Contributor",
            code="search_key",
        )


def pieces(documents: Sequence[Document]) -> Iterator[list[Document]]:
    """Yield documents in batches that the service takes."""
    batch: list[Document] = []
    characters = 0
    for document in documents:
        size = sum(len(value) for value in document.values() if isinstance(value, str))
        full = len(batch) >= BATCH_DOCUMENTS_MAX or characters + size > BATCH_CHARACTERS_MAX
        if batch and full:
            yield batch
            batch, characters = [], 0
        batch.append(document)
        characters += size
    if batch:
        yield batch


def _way(words: str) -> dict[str, Any]:  # Any: a search's keyword arguments
    """Return how words are to be read; a question without words has none."""
    if words == EVERYTHING:
        return {}
    return {"query_type": "simple", "search_mode": "all", "search_fields": _WORDS}
