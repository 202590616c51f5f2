"""Books: the store, the accounts and the index of a database, and its copy into another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from net30.kernel.errors import InputError
from net30.kernel.plugins import load
from net30.ports.copying import BooksCopy
from net30.ports.search import SearchIndex
from net30.ports.store import Store
from net30.settings import Settings
from net30.wiring.places import COSMOS, home_made, only_sql, search_url, sql_url, under
from net30.wiring.secrets import with_secrets

if TYPE_CHECKING:  # most commands do no long work
    from net30.ports.accounts import Accounts

SQL = "net30.adapters.sql"
_COSMOS = "net30.adapters.cosmos"
INDEX_FILE = "search.db"
"""The search index in the home, where the books are in no database that can hold one."""


@dataclass(frozen=True, slots=True)
class Books:
    """Where books and accounts are, and the index that is embedded beside them."""

    store: Store
    accounts: Accounts
    search: SearchIndex
    schema_version: str
    index_is_own: bool = False
    """This machine alone has the index: what other machines wrote is taken in when it opens."""


def books_of(settings: Settings, home: Path) -> Books:
    """Open the books that the settings name."""
    if settings.database_url.startswith(COSMOS):
        return _cosmos_books(settings, home)
    database = import_module(SQL).open_database(under(home, settings.database_url))
    return Books(
        store=load(SQL, "store").SqlStore(database),
        accounts=load(SQL, "late_accounts").LateAccounts(database),
        search=load(SQL, "search").SqlSearch(database),
        schema_version=load(SQL, "schema").version_of(database),
    )


def _cosmos_books(settings: Settings, home: Path) -> Books:
    """Open books in Azure Cosmos DB; the index is a file here that is made anew from the events."""
    books = _cosmos(settings)
    index = import_module(SQL).open_database(f"sqlite:///{home / INDEX_FILE}")
    here = set() if search_url(settings) else {"search"}
    kept_here = load(_COSMOS, "marks").Marks(load(SQL, "store").SqlStore(index), here)
    store = load(_COSMOS, "store").CosmosStore(books, kept_here)
    return Books(
        store=store,
        accounts=load(_COSMOS, "accounts").CosmosAccounts(books, store.lines),
        search=load(SQL, "search").SqlSearch(index),
        schema_version=f"cosmos {load(_COSMOS, 'opening').LAYOUT}",
        index_is_own=bool(here),
    )


def _cosmos(settings: Settings) -> Any:  # Any: the adapter's own Books
    address = load(_COSMOS, "address", extra="azure").read_address(
        settings.database_url,
        database=settings.cosmos_database,
        container=settings.cosmos_container,
        key=settings.cosmos_key,
    )
    return load(_COSMOS, "opening", extra="azure").open_books(address)


@contextmanager
def copying(settings: Settings, url: str = "", *, alone: bool = False) -> Iterator[BooksCopy]:
    """Lend the database of the settings and another one, to copy the books and to compare them.

    Without a URL that is the one that the settings name for this. With `alone` no other program of
    net30 can open either meanwhile. Raises InputError for none or for the same database,
    ConfigurationError or Unavailable for one that does not open, Conflict for one that others have
    open.
    """
    known = with_secrets(settings)
    if not url or url == settings.copy_url:
        url = known.copy_url
    if not url:
        raise InputError(
            "no database is named to copy the books to",
            hint="set NET30_COPY_URL, or give it: net30 copy postgresql://USER@HOST/NAME",
            code="copy_url",
        )
    home = home_made(settings.home)
    module = load(SQL, "copying", extra="postgres")
    urls = sql_url(known, home), under(home, only_sql(url))
    with module.copying(*urls, alone=alone) as books:
        yield books
