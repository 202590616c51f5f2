"""Passkeys: what a browser asks a device, and what the device's answer proves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from net30.domain.identity.passkey import Passkey
from net30.domain.identity.user import User


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeKey:
    """The public half of a key pair that a device has made."""

    id: str
    public_key: str
    sign_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A device's answer as the browser's JSON, and the challenge that it must be to."""

    text: str = field(repr=False)
    challenge: str = field(repr=False)


class Passkeys(Protocol):
    """WebAuthn for one address: a passkey of it works nowhere else.

    The device must have checked its user, by finger, face or PIN: a passkey is two factors.
    """

    def options_to_make(self, user: User, known: Sequence[Passkey], challenge: str) -> str:
        """Return what the browser asks a device to make, as JSON."""
        ...

    def made(self, answer: Answer) -> MadeKey:
        """Return the new key pair's public half; raise Forbidden (code passkey)."""
        ...

    def options_to_sign(self, challenge: str) -> str:
        """Return what the browser asks any device to sign, as JSON."""
        ...

    def id_in(self, answer: Answer) -> str:
        """Return which passkey an answer claims to be of; empty for none. It proves nothing."""
        ...

    def signed(self, answer: Answer, passkey: Passkey) -> int:
        """Return the device's count, for an answer that the passkey has signed.

        Raises Forbidden (code passkey) for any other, or a count that went back: a copy.
        """
        ...
