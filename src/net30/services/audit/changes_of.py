"""Changes of one document: who did what to it and when, as the books have it for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from net30.domain.events import Event
from net30.domain.identity.user import User
from net30.ports.accounts import Accounts
from net30.services.context import ReadContext

CHANGES_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One event: when and by whom (a name, or an id such as cli), its place and its digest.

    The digest is what the audit's chain holds of it.
    """

    at: datetime
    who: str
    event: Event
    sequence: int
    digest: str


def changes_of(ctx: ReadContext, accounts: Accounts, record_id: str) -> tuple[Change, ...]:
    """Return the latest changes that name a document, a customer or a payment, the last first."""
    found = ctx.tx.events_naming(record_id, limit=CHANGES_MAX)
    names = _names(accounts, {one.user for one in found})
    return tuple(
        Change(
            at=one.at,
            who=names.get(one.user, one.user),
            event=one.event,
            sequence=one.sequence,
            digest=one.digest,
        )
        for one in found
    )


def _names(accounts: Accounts, ids: set[str]) -> dict[str, str]:
    with accounts.reading() as tx:
        users = [tx.get(User, one) for one in sorted(ids)]
    return {user.id: user.name or user.email for user in users if user}
