"""Choose the organisation that a session works for, among those of its user."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from net30.domain.identity.membership import Membership, membership_id
from net30.domain.identity.records import AccountKey
from net30.domain.identity.session import Session
from net30.kernel.errors import NotFound
from net30.ports.accounts import Accounts
from net30.services.identity.authenticate import unauthenticated


def organisations_of(accounts: Accounts, user_id: str) -> tuple[str, ...]:
    """Return the ids of the organisations that a user belongs to."""
    with accounts.reading() as tx:
        found = tx.find(Membership, AccountKey.OWNER, user_id)
    return tuple(sorted(one.organisation for one in found))


def choose_organisation(
    accounts: Accounts, session_id: str, organisation: str, now: datetime
) -> Session:
    """Return the session, at work for another organisation of its user from now on.

    Raises NotFound for one that the user does not belong to, the same whether it exists, and for a
    session that is confined to its own.
    """
    with accounts.writing() as tx:
        session = tx.get(Session, session_id)
        if session is None or not session.is_valid(now):
            raise unauthenticated()
        member = tx.get(Membership, membership_id(session.user_id, organisation))
        if member is None or (session.confined and organisation != session.organisation):
            raise NotFound(
                "you do not belong to this organisation",
                hint="choose one of yours",
                code="organisation",
            )
        chosen = replace(session, organisation=organisation)
        tx.save(chosen)
    return chosen
