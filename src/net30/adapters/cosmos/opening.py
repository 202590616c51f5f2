"""Opening: from an address to a container that net30 can keep books in, made when it is absent."""

from __future__ import annotations

from typing import Any

from azure.core.credentials import TokenCredential
from azure.cosmos import ContainerProxy, CosmosClient, DatabaseAccount, PartitionKey
from azure.cosmos.exceptions import CosmosHttpResponseError, CosmosResourceNotFoundError

from net30.adapters.cosmos.address import Address
from net30.adapters.cosmos.faults import explained
from net30.adapters.cosmos.partition import Books
from net30.kernel.errors import ConfigurationError, Unavailable
from net30.kernel.plugins import load

LAYOUT = 1
"""The version of how documents are written; a newer one is not opened."""
PARTITION_KEY = "/organisation"
CONNECT_SECONDS = 5
READ_SECONDS = 15
RETRIES = 2
THROTTLED_TRIES = 9
THROTTLED_SECONDS_MAX = 5

_INDEXED = (
    "type kind aggregate born number external customer name parent sequence names "
    "key remembered_at record owner within ends_at chain"
).split()

INDEXING: dict[str, Any] = {  # Any: the policy as Cosmos writes it
    "indexingMode": "consistent",
    "automatic": True,
    # The bodies are read, never asked about.
    "includedPaths": [
        {"path": f"/{name}/[]/?" if name == "names" else f"/{name}/?"} for name in _INDEXED
    ],
    "excludedPaths": [{"path": "/*"}],
}


def open_books(address: Address) -> Books:
    """Open the container of an address; raise ConfigurationError for one that cannot hold books.

    Raises Unavailable when the account does not answer.
    """
    client = _client(address, "Session")
    try:
        with explained(address.place):
            account = client.get_database_account()
            _check_account(account, address)
            if (account.ConsistencyPolicy or {}).get("defaultConsistencyLevel") == "Strong":
                client.close()
                client = _client(address, None)
            container = _container(client, address)
        books = Books(client, container, address.place)
        _check_layout(books)
    except BaseException:
        client.close()
        raise
    return books


def _client(address: Address, consistency: str | None) -> CosmosClient:
    with explained(address.place):
        try:
            return CosmosClient(
                address.endpoint,
                credential=address.key or _identity(),
                consistency_level=consistency,
                connection_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retry_total=RETRIES,
                retry_throttle_total=THROTTLED_TRIES,
                retry_throttle_backoff_max=THROTTLED_SECONDS_MAX,
                # Writes are never sent twice by the client: a commit finds out for itself.
                retry_write=0,
            )
        except CosmosHttpResponseError as error:
            raise _refused(address, error) from error
        except ValueError as error:  # a key that is no Base64
            raise _no_key(address) from error


def _identity() -> TokenCredential:
    credential: TokenCredential = load(
        "net30.adapters.cosmos", "identity", extra="azure"
    ).credential()
    return credential


def _refused(address: Address, error: CosmosHttpResponseError) -> Exception:
    if error.status_code in {401, 403}:
        return _no_key(address)
    return Unavailable(
        f"Azure Cosmos DB fails ({error.status_code}): {address.place}",
        hint="try again; the account's page in the Azure portal may say why",
        code="unavailable",
    )


def _no_key(address: Address) -> ConfigurationError:
    return ConfigurationError(
        f"Azure Cosmos DB refuses net30: {address.place}",
        hint="check COSMOS_KEY, or the role of net30's identity in the account",
        code="cosmos_key",
    )


def _check_account(account: DatabaseAccount, address: Address) -> None:
    level = (account.ConsistencyPolicy or {}).get("defaultConsistencyLevel", "")
    if level not in {"Session", "BoundedStaleness", "Strong"}:
        raise ConfigurationError(
            f"the account's consistency is {level!r}: {address.place}",
            hint="set its default consistency to Session or stronger",
            code="cosmos_account",
        )
    # Two regions that both write decide by the clock which of two numbers is kept.
    if len(account.WritableLocations or []) > 1:
        raise ConfigurationError(
            f"the account writes in several regions: {address.place}",
            hint="turn off multi-region writes; reading in several regions is fine",
            code="cosmos_account",
        )


def _container(client: CosmosClient, address: Address) -> ContainerProxy:
    """Return the container; only one that is not there needs the right to make one."""
    container = client.get_database_client(address.database).get_container_client(address.container)
    with explained(address.place):
        try:
            found = container.read()
        except CosmosResourceNotFoundError:
            container = client.create_database_if_not_exists(
                address.database
            ).create_container_if_not_exists(
                address.container,
                partition_key=PartitionKey(path=PARTITION_KEY),
                indexing_policy=INDEXING,
            )
            found = container.read()
    paths = found.get("partitionKey", {}).get("paths")
    if paths != [PARTITION_KEY]:
        raise ConfigurationError(
            f"the container has the partition key {paths}: {address.place}",
            hint=f"name one that is not there: net30 makes it, by {PARTITION_KEY}",
            code="cosmos_container",
        )
    return container


def _check_layout(books: Books) -> None:
    beside = books.partition("*")
    found = beside.read("layout")
    if found is None:
        beside.put({"id": "layout", "type": "layout", "version": LAYOUT})
    elif found["version"] > LAYOUT:
        raise ConfigurationError(
            f"the container has layout {found['version']}; this net30 knows {LAYOUT}",
            hint="install the newer net30 that wrote it; nothing was changed",
            code="newer_database",
        )
