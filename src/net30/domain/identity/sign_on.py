"""Sign-on: an organisation's own OpenID Connect provider, and who of ours its people are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from net30.domain.identity.secret import fingerprint

NAME_CHARACTERS_MAX = 60
PROVIDERS_MAX = 5
"""Of one organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnProvider:
    """A provider: its address (`issuer`) and what we are there; `client_secret` is kept sealed.

    It vouches for its organisation's members only: a session by it opens no other organisation.
    """

    id: str
    organisation: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOn:
    """Who somebody of a provider is here; `id` follows from the provider and its name for them."""

    id: str
    user_id: str
    provider_id: str
    made_at: datetime


def sign_on_id(provider_id: str, subject: str) -> str:
    """Return the id of a provider's person."""
    return fingerprint(f"{provider_id}\n{subject}")
