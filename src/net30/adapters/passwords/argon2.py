"""Passwords by argon2id, with the parameters that pwdlib recommends (64 MiB, 3 passes).

Each hash takes that memory for a fraction of a second, so only AT_ONCE_MAX are made at a time.
"""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore
from unicodedata import normalize

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

from net30.kernel.errors import Unavailable

AT_ONCE_MAX = 2
WAIT_SECONDS = 10


class Argon2:
    """Hashes passwords, a few at a time; with pwdlib's parameters unless others are given."""

    def __init__(self, hashes: PasswordHash | None = None) -> None:
        self._hashes = hashes or PasswordHash.recommended()
        self._turns = BoundedSemaphore(AT_ONCE_MAX)
        self._nobody = self._hashes.hash("nobody has this password")

    def hashed(self, password: str) -> str:
        """Return the hash to keep; raise Unavailable when too many wait."""
        with _Turn(self._turns):
            return self._hashes.hash(_bytes(password))

    def matches(self, password: str, kept: str) -> bool:
        """Tell whether a password is the kept one; for none kept the same work is done."""
        with _Turn(self._turns):
            try:
                return self._hashes.verify(_bytes(password), kept or self._nobody) and bool(kept)
            except UnknownHashError:
                return False  # not written by us: it opens nothing


def _bytes(password: str) -> bytes:
    """Return what is hashed: the same for every way a keyboard writes an accent."""
    return normalize("NFC", password).encode("utf-8", "surrogatepass")


class _Turn:
    """A place among those who may hash now."""

    def __init__(self, turns: BoundedSemaphore) -> None:
        self._turns = turns

    def __enter__(self) -> None:
        if not self._turns.acquire(timeout=WAIT_SECONDS):
            raise Unavailable(
                "too many sign in at this moment", hint="try again in a moment", code="busy"
            )

    def __exit__(self, *_: object) -> None:
        self._turns.release()


@cache
def build() -> Argon2:
    """Return the one that all sign-ins of this process share."""
    return Argon2()
