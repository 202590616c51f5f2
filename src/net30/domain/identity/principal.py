"""Principal: who asks, for which organisation, and what that one may do there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from net30.domain.identity.roles import Permission
from net30.kernel.errors import Forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A user (its id and name) at work in one organisation."""

    user: str
    name: str
    organisation: str
    permissions: frozenset[Permission]

    def need(self, permission: Permission) -> None:
        """Raise Forbidden (code permission) unless this one may do that."""
        if permission not in self.permissions:
            raise Forbidden(
                f"{self.name or self.user} may not do this: {permission.value!r} is missing",
                hint="ask an owner or admin of the organisation for a role that has it",
                code="permission",
            )

    def need_all(self, permissions: Iterable[Permission]) -> None:
        """Raise Forbidden unless this one has all: nobody gives away more than they have."""
        for permission in sorted(frozenset(permissions) - self.permissions):
            self.need(permission)
