"""A request's surroundings for tests that bring their own store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from net30.adapters.blobs import folder as blobs
from net30.adapters.cache.memory import build
from net30.adapters.cosmos.accounts import CosmosAccounts
from net30.adapters.cosmos.store import CosmosStore
from net30.adapters.mail import folder as mail
from net30.adapters.sql import SqlStore, open_database
from net30.adapters.sql.accounts import SqlAccounts
from net30.adapters.sql.search import SqlSearch
from net30.ports.accounts import Accounts
from net30.ports.cache import Cache, CacheLimits
from net30.ports.store import NEW
from net30.services.cached import CACHES
from net30.services.context import Context
from net30.services.world import World
from tests.samples import ACME, COMPANY, NOW


def world_of(store: SqlStore | CosmosStore, home: Path) -> World:
    """Return a world around a store; files and mail go to folders of the home."""
    accounts: Accounts
    if isinstance(store, CosmosStore):
        accounts = CosmosAccounts(store.books, store.lines)
        index = open_database(f"sqlite:///{home}/search.db")
    else:
        accounts, index = SqlAccounts(store.database), store.database
    return World(
        store=store,
        accounts=accounts,
        blobs=blobs.build(f"folder:{home}/blobs"),
        search=SqlSearch(index),
        mail=mail.build(f"folder:{home}/mail"),
        cache=caches(),
        clock=lambda: NOW,
    )


def caches() -> Cache:
    """Return empty caches in memory."""
    return build({name: CacheLimits(seconds=60, entries_max=10) for name in CACHES}, 60)


@contextmanager
def change(world: World, organisation: str = COMPANY.id) -> Iterator[Context]:
    """Open a request that may change an organisation's books."""
    with world.store.transaction(organisation) as tx:
        yield Context(
            user="awa",
            now=world.clock(),
            tx=tx,
            blobs=world.blobs,
            search=world.search,
            mail=world.mail,
            cache=world.cache,
        )


def found_company(world: World, organisation: str = COMPANY.id) -> None:
    """Write a company and its customer Acme."""
    with world.store.transaction(organisation) as tx:
        tx.save(replace(COMPANY, id=organisation), expected=NEW)
        tx.save(ACME, expected=NEW)
