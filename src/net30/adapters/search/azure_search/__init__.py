"""The search index in Azure AI Search: azure-search:https://NAME.search.windows.net#INDEX."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING

from net30.adapters.search.azure_search.address import Address, read_address
from net30.ports.search import CustomerName, Entry, Page, Query, SearchIndex

if TYPE_CHECKING:
    from net30.adapters.search.azure_search.index import AzureSearch

PACKAGE = "azure.search.documents"

if find_spec(PACKAGE) is None:  # what is asked for at the start is told to be missing at the start
    raise ModuleNotFoundError(f"No module named {PACKAGE!r}", name=PACKAGE)


def build(url: str, *, key: str = "") -> SearchIndex:
    """Return the index that a URL names; nothing is sent before the first question.

    Without a key whoever azure-identity finds signs in: a managed identity, a service principal,
    an `az login`. Raises ConfigurationError for a URL that names no index.
    """
    return LateAzureSearch(read_address(url, key=key))


class LateAzureSearch:
    """The index, opened when it is first asked: Azure's packages take half a second to import."""

    shows_at_once = False
    """A question soon after a write, or to another replica, may not show it yet."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def put(self, organisation: str, entries: Sequence[Entry]) -> None:
        """Write or replace entries by id; one older than what is there changes nothing."""
        self._index.put(organisation, entries)

    def put_customers(self, organisation: str, customers: Sequence[CustomerName]) -> None:
        """Learn customers' present names; their entries are found and shown under them."""
        self._index.put_customers(organisation, customers)

    def remove(self, organisation: str, ids: Sequence[str]) -> None:
        """Remove entries."""
        self._index.remove(organisation, ids)

    def shred(self, organisation: str) -> None:
        """Do nothing: the service itself clears away what was removed, in its time."""

    def clear(self, organisation: str) -> None:
        """Remove all that is known of an organisation, before it is put in anew."""
        self._index.clear(organisation)

    def find(self, organisation: str, query: Query) -> Page:
        """Return the page that a query asks for.

        Raises InputError for a foreign cursor or amounts without a currency, LimitExceeded for
        more than PAGE_ROWS_MAX rows or a text that no person types, Unavailable when the service
        does not answer.
        """
        return self._index.find(organisation, query)

    def names_like(
        self, organisation: str, text: str, *, limit: int = 5
    ) -> tuple[tuple[str, str], ...]:
        """Return (customer id, name) pairs near a misspelt name, nearest first."""
        return self._index.names_like(organisation, text, limit=limit)

    def close(self) -> None:
        """Give back the connections, if there are any."""
        if "_index" in self.__dict__:
            self._index.close()

    @cached_property
    def _index(self) -> AzureSearch:
        from net30.adapters.search.azure_search.index import AzureSearch  # noqa: PLC0415
        from net30.adapters.search.azure_search.service import Service  # noqa: PLC0415

        return AzureSearch(Service(self._address))
