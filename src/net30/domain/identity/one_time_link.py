"""One-time link: lets its bearer set a password, once and for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LinkPurpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105 - the name of a purpose
    FIRST_OWNER = "first_owner"


LINK_HOURS = {
    LinkPurpose.INVITATION: 7 * 24,
    LinkPurpose.PASSWORD: 1,
    LinkPurpose.FIRST_OWNER: 24,
}
"""How long each kind can be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeLink:
    """A link; `id` is the fingerprint of its secret. A used one is gone.

    The first owner's has an `organisation` instead of a user: there is no user yet.
    """

    id: str
    purpose: LinkPurpose
    made_at: datetime
    expires_at: datetime
    user_id: str = ""
    organisation: str = ""
