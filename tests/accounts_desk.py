"""A desk with accounts: a real home, quick password hashes, a clock that is set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from net30.adapters.passwords.argon2 import Argon2
from net30.adapters.second_factors.totp import Totp
from net30.adapters.secrets.aes_gcm import AesGcm
from net30.adapters.sql import open_database
from net30.adapters.sql.accounts import SqlAccounts
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Role
from net30.domain.identity.user import User
from net30.ports.accounts import Accounts as AccountRecords
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.authenticate import authenticate
from net30.services.identity.log_in import SignedIn, SignIn, log_in
from net30.services.identity.noted import at_this_machine
from tests.databases import fresh
from tests.samples import NOW

PASSWORD = "horse battery staple"
US, THEM = "lagune", "rival"


def codes() -> Totp:
    """Return the real codes, sealed with a key of the tests."""
    return Totp(AesGcm([b"k" * 32]))


def quick_passwords() -> Argon2:
    """Return the real hashing with parameters that cost nothing, for tests only."""
    hasher = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    return Argon2(PasswordHash((hasher,)))


@dataclass(slots=True)
class Accounts:
    """Accounts, and the time it is."""

    accounts: AccountRecords
    passwords: Argon2
    now: datetime = NOW

    def wait(self, **time: float) -> None:
        """Let time go by."""
        self.now += timedelta(**time)

    def member(
        self, email: str = "awa@lagune.example", role: Role = Role.OWNER, of: str = US
    ) -> User:
        """Somebody who is a member and has set the password."""
        added = add_user(
            self.accounts, NewUser(email=email, role=role), at_this_machine(of), self.now
        )
        if not added.link:
            return added.user
        accepted = Accepted(secret=added.link, password=PASSWORD)
        return accept_link(self.accounts, self.passwords, accepted, self.now)

    def user_id(self, email: str = "awa@lagune.example") -> str:
        """The id of a user."""
        with self.accounts.reading() as tx:
            return tx.find(User, AccountKey.NAME, email)[0].id

    def sign_in(
        self, email: str = "awa@lagune.example", password: str = PASSWORD, source: str = "10.0.0.1"
    ) -> SignedIn:
        """Sign in from somewhere."""
        attempt = SignIn(email=email, password=password, source=source)
        return log_in(self.accounts, self.passwords, attempt, self.now)

    def principal(self, email: str = "awa@lagune.example", of: str = US) -> Principal:
        """Who somebody is after signing in."""
        secret = self.sign_in(email, source=f"10.0.1.{len(email)}").secret
        return authenticate(self.accounts, secret, self.now, organisation=of)

    def actions(self, chain: str) -> list[str]:
        """What the audit says was done."""
        with self.accounts.reading() as tx:
            return [entry.action for entry in tx.entries(chain)]


@contextmanager
def open_accounts(folder: Path, dialect: str = "sqlite") -> Iterator[Accounts]:
    """Lend empty accounts."""
    with fresh(dialect, folder) as url:
        database = open_database(url)
        yield Accounts(SqlAccounts(database), quick_passwords())
        database.close()
