"""Secrets: what keys, sessions and links are shown as once, and how they are known afterwards.

A secret has 256 random bits, so its SHA-256 needs no salt and no slow hash; only that is kept.
The letters in front say what it is, so a scanner of logs and repositories can find one.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from hashlib import sha256

RANDOM_BYTES = 32
CHARACTERS_MAX = 100
"""A longer text is none of ours, and not worth a hash."""


class SecretKind(StrEnum):
    """What a secret opens; its first letters."""

    KEY = "n30k"
    SESSION = "n30s"
    LINK = "n30l"


def new_secret(kind: SecretKind, label: str = "") -> str:
    """Return a new secret, such as n30s_... or, with a label, n30k_LABEL_..."""
    middle = f"_{label}" if label else ""
    return f"{kind}{middle}_{secrets.token_urlsafe(RANDOM_BYTES)}"


def fingerprint(secret: str) -> str:
    """Return the SHA-256 that a secret is kept as, in hexadecimal digits."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def kind_of_secret(secret: str) -> SecretKind | None:
    """Return what a text claims to open; None for one that is no secret of ours."""
    head = secret[: len(SecretKind.KEY)]
    if len(secret) > CHARACTERS_MAX or head not in set(SecretKind):
        return None
    return SecretKind(head)
