"""Membership: what one user is in one organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from net30.domain.identity.roles import Permission, Role, permissions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A user's role in an organisation, and since when."""

    user_id: str
    organisation: str
    role: Role
    since: datetime

    @property
    def id(self) -> str:
        """Return the membership's id: a user is in an organisation once."""
        return membership_id(self.user_id, self.organisation)

    @property
    def permissions(self) -> frozenset[Permission]:
        """Return what the role may do."""
        return permissions_of(self.role)


def membership_id(user_id: str, organisation: str) -> str:
    """Return the id of a user's membership."""
    return f"{organisation}:{user_id}"
