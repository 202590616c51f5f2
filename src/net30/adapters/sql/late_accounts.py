"""Accounts that are there when they are first asked for: most commands start without them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING

from net30.adapters.sql.database import Database
from net30.kernel.plugins import load

if TYPE_CHECKING:  # their records take a tenth of a command's start to import
    from net30.ports.accounts import Accounts, AccountsReading, AccountsWriting


class LateAccounts:
    """The accounts of a database, as `SqlAccounts` keeps them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @property
    def changes(self) -> int:
        """Return how many changes of records this process has made."""
        return self._accounts.changes

    def reading(self) -> AbstractContextManager[AccountsReading]:
        """Open a consistent view."""
        return self._accounts.reading()

    def writing(self) -> AbstractContextManager[AccountsWriting]:
        """Open a change."""
        return self._accounts.writing()

    @cached_property
    def _accounts(self) -> Accounts:
        accounts: Accounts = load("net30.adapters.sql", "accounts").SqlAccounts(self.database)
        return accounts
