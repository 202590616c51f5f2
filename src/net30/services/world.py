"""World: everything outside one request, for work that goes on between requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from net30.ports.blobs import Blobs
from net30.ports.cache import Cache
from net30.ports.mail import Mail
from net30.ports.search import SearchIndex
from net30.ports.store import Store
from net30.services.claims import Claims

if TYPE_CHECKING:  # a request that asks for no account does without
    from net30.ports.accounts import Accounts
    from net30.services.streaming.outlet import Outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The store of all organisations, their users, the parts beside, the clock they share.

    `outlet` is the stream that other programs read and write; most installations have none.
    `claims` are what this process does now and no other may.
    """

    store: Store
    accounts: Accounts
    blobs: Blobs
    search: SearchIndex
    mail: Mail
    cache: Cache
    clock: Callable[[], datetime]
    outlet: Outlet | None = None
    claims: Claims = field(default_factory=Claims)
