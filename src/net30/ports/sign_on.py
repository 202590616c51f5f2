"""Sign-on: another server that says who somebody is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from net30.domain.identity.sign_on import SignOnProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceremony:
    """One sign-on: where the browser comes back to, and what ties the answer to our question."""

    provider: SignOnProvider
    client_secret: str = field(repr=False)
    back_to: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom a server vouches for: its own name for them, and a mail address it has verified.

    `email` is empty where it has verified none.
    """

    subject: str
    email: str = ""


class SignOnServers(Protocol):
    """Servers that sign people on by OpenID Connect (authorisation code with PKCE)."""

    def check(self, issuer: str) -> None:
        """Raise InputError for an address that can never be asked."""
        ...

    def address(self, ceremony: Ceremony) -> str:
        """Return where the browser is sent; raise Unavailable when the server does not tell."""
        ...

    def vouched(self, ceremony: Ceremony, code: str, now: datetime) -> Vouched:
        """Return whom the server vouches for, for the code that the browser brought back.

        Raises Forbidden (code sign_on) for an answer that is not the server's or not to our
        question, Unavailable when it does not answer as such a server does.
        """
        ...
