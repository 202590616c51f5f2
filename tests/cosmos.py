"""Containers of Azure Cosmos DB for tests: of a double, or of the account that is named.

NET30_TEST_COSMOS_URL (cosmos:https://ACCOUNT.documents.azure.com/DATABASE) and
NET30_TEST_COSMOS_KEY name a real account, where each test makes a container and removes it.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from uuid import uuid4

from net30.adapters.cosmos.accounts import CosmosAccounts
from net30.adapters.cosmos.address import Address, read_address
from net30.adapters.cosmos.opening import open_books
from net30.adapters.cosmos.store import CosmosStore
from net30.adapters.cosmos.turn import WAITS, Waits
from tests.doubles.cosmos_server import KEY, Account, cosmos_account

LAG_SECONDS = 0.03
"""How far the double's replica lags behind for who does not bring a session's token."""

_forever = ExitStack()
atexit.register(_forever.close)


@cache
def double() -> Account:
    """Return the double that all tests of this process share."""
    return _forever.enter_context(cosmos_account(Account(lag_seconds=LAG_SECONDS)))


def fresh_address() -> Address:
    """Return the address of a container that is not there yet."""
    url, key = os.environ.get("NET30_TEST_COSMOS_URL", ""), ""
    if url:
        key = os.environ.get("NET30_TEST_COSMOS_KEY", "")
    else:
        account = double()
        url, key = f"cosmos:{account.url}", account.key
    return read_address(url, database="net30-tests", container=f"t{uuid4().hex}", key=key)


def store_at(address: Address, waits: Waits = WAITS) -> CosmosStore:
    """Return the store in a container; whoever opens it closes it."""
    return CosmosStore(open_books(address), waits=waits)


def url_of(address: Address) -> str:
    """Return the URL of a container, for another process."""
    return f"cosmos:{address.place}"


def store_of(url: str, waits: Waits = WAITS) -> CosmosStore:
    """Return the store of a URL that `url_of` gave."""
    key = os.environ.get("NET30_TEST_COSMOS_KEY", KEY)
    return store_at(read_address(url, database="", container="", key=key), waits)


@contextmanager
def fresh_store() -> Iterator[CosmosStore]:
    """Lend an empty store in a new container."""
    address = fresh_address()
    store = store_at(address)
    try:
        yield store
    finally:
        if os.environ.get("NET30_TEST_COSMOS_URL"):
            store.books.client.get_database_client(address.database).delete_container(
                address.container
            )
        store.close()


def accounts_of(store: CosmosStore) -> CosmosAccounts:
    """Return the accounts beside a store's books."""
    return CosmosAccounts(store.books, store.lines)
