"""Notes for the audit: what somebody did to users, keys and sessions."""

from __future__ import annotations

from datetime import datetime

from net30.domain.audit import AuditNote
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission
from net30.kernel.ids import new_id

LOCAL_USER = "cli"


def at_this_machine(organisation: str) -> Principal:
    """Return who works on the installation itself: whoever can write its database may do all."""
    return Principal(
        user=LOCAL_USER, name="", organisation=organisation, permissions=frozenset(Permission)
    )


def noted(action: str, target: str, actor: str, now: datetime, detail: str = "") -> AuditNote:
    """Return the note of one action; each is an entry of its own."""
    return AuditNote(
        at=now,
        actor=actor,
        action=action,
        target=target,
        detail=detail,
        source=f"{action}:{new_id(now)}",
    )
