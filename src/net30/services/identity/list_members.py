"""List an organisation's members, or find one by mail address."""

from __future__ import annotations

from dataclasses import dataclass

from net30.domain.identity.membership import Membership, membership_id
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Permission
from net30.domain.identity.user import User, checked_email
from net30.kernel.errors import NotFound
from net30.ports.accounts import Accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user and what the user is in one organisation."""

    user: User
    membership: Membership


def list_members(accounts: Accounts, by: Principal) -> tuple[Member, ...]:
    """Return the members of the organisation of `by`, by mail address; raise Forbidden."""
    by.need(Permission.MEMBERS_READ)
    with accounts.reading() as tx:
        found = tx.find(Membership, AccountKey.ORGANISATION, by.organisation)
        members = [Member(user=tx.load(User, one.user_id), membership=one) for one in found]
    return tuple(sorted(members, key=lambda member: member.user.email))


def member_by_email(accounts: Accounts, email: str, by: Principal) -> Member:
    """Return the member of a mail address; NotFound also for a user of other organisations only."""
    by.need(Permission.MEMBERS_READ)
    with accounts.reading() as tx:
        for user in tx.find(User, AccountKey.NAME, checked_email(email)):
            membership = tx.get(Membership, membership_id(user.id, by.organisation))
            if membership:
                return Member(user=user, membership=membership)
    raise NotFound(
        f"there is no member {email!r} in {by.organisation}",
        hint="net30 user list says who is there",
        code="member",
    )
