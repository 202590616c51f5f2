"""The search index in Azure AI Search: azure-search:https://NAME.search.windows.net#INDEX."""

from __future__ import annotations

from net30.adapters.search.azure_search.address import read_address
from net30.adapters.search.azure_search.index import AzureSearch
from net30.adapters.search.azure_search.service import Service
from net30.ports.search import SearchIndex


def build(url: str, *, key: str = "") -> SearchIndex:
    """Return the index that a URL names; nothing is sent before the first question.

    Without a key whoever azure-identity finds signs in: a managed identity, a service principal,
    an `az login`. Raises ConfigurationError for a URL that names no index.
    """
    return AzureSearch(Service(read_address(url, key=key)))
