"""Ways in: how each member signs in: second factor, passkeys, single sign-on, open sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from net30.domain.identity.membership import Membership
from net30.domain.identity.passkey import Passkey
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Permission
from net30.domain.identity.second_factor import SecondFactor
from net30.domain.identity.session import Session
from net30.domain.identity.sign_on import SignOn
from net30.ports.accounts import Accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysIn:
    """How one member comes in; `sessions` are the valid ones that open this organisation."""

    second_factor: bool
    passkeys: int
    sign_on: bool
    sessions: int


def ways_in(accounts: Accounts, by: Principal, now: datetime) -> Mapping[str, WaysIn]:
    """Return how each member of the organisation of `by` comes in, by user id; raise Forbidden."""
    by.need(Permission.MEMBERS_READ)
    found: dict[str, WaysIn] = {}
    with accounts.reading() as tx:
        for one in tx.find(Membership, AccountKey.ORGANISATION, by.organisation):
            factor = tx.get(SecondFactor, one.user_id)
            sessions = tx.find(Session, AccountKey.OWNER, one.user_id)
            found[one.user_id] = WaysIn(
                second_factor=factor is not None and factor.is_asked_for,
                passkeys=len(tx.find(Passkey, AccountKey.OWNER, one.user_id)),
                sign_on=bool(tx.find(SignOn, AccountKey.OWNER, one.user_id)),
                sessions=sum(
                    session.is_valid(now) and session.organisation in {"", by.organisation}
                    for session in sessions
                ),
            )
    return found
