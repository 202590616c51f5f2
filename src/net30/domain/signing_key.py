"""Signing key: the secrets that an organisation's confirmations and links are signed with."""

from __future__ import annotations

from dataclasses import dataclass, field

CONFIRMATIONS = "confirmations"
"""The id of the key of what waits for a yes."""

LINKS = "links"
"""The id of the key of customers' links; without it all that were given end."""

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A random secret, made once; whoever takes it away ends every confirmation that waits.

    It lies in the store, not in a file: every process and machine that works in the same books
    has it, a backup brings it back, and no organisation can sign for another.
    """

    id: str
    secret: bytes = field(repr=False)
