"""Add a user to an organisation, and give the link that lets a new one set a password."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from net30.domain.identity.membership import Membership, membership_id
from net30.domain.identity.one_time_link import LINK_HOURS, LinkPurpose, OneTimeLink
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Permission, Role, permissions_of
from net30.domain.identity.secret import SecretKind, fingerprint, new_secret
from net30.domain.identity.user import User, UserStatus, checked_email, checked_name
from net30.kernel.errors import Conflict
from net30.kernel.ids import new_id
from net30.ports.accounts import Accounts, AccountsReading, AccountsWriting
from net30.services.identity.noted import noted


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Whom to add, and as what."""

    email: str
    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The user, the membership, and the link's secret.

    It is empty for a user who has a password, or an invitation from another organisation, and
    for a program: it comes in with keys.
    """

    user: User
    membership: Membership
    link: str = field(default="", repr=False)


def add_user(accounts: Accounts, new: NewUser, by: Principal, now: datetime) -> Added:
    """Make somebody a member of the organisation of `by`.

    Raises Forbidden when `by` may not add members or has less than the role gives, InputError for
    a bad mail address, Conflict for somebody who is a member already.
    """
    by.need(Permission.MEMBERS_WRITE)
    by.need_all(permissions_of(new.role))
    email = checked_email(new.email)
    with accounts.writing() as tx:
        user = _user(tx, email, checked_name(new.name, email), now)
        if new.role is Role.API and user.status is UserStatus.INVITED:
            # A program has keys and no password, so there is nothing to accept.
            user = replace(user, status=UserStatus.ACTIVE)
            tx.save(user)
        if tx.get(Membership, membership_id(user.id, by.organisation)):
            raise Conflict(
                f"{email} is a member of {by.organisation} already",
                hint="change the role instead",
                code="member",
            )
        membership = Membership(
            user_id=user.id, organisation=by.organisation, role=new.role, since=now
        )
        tx.add(membership)
        # Whoever has the link becomes that user: it is not for a second organisation's admin.
        first = not user.is_active and not elsewhere(tx, user.id, by.organisation)
        link = link_for(tx, user, LinkPurpose.INVITATION, now) if first else ""
        note = noted("member_added", user.id, by.user, now, new.role.value)
        tx.note(by.organisation, [note])
    return Added(user=user, membership=membership, link=link)


def elsewhere(tx: AccountsReading, user_id: str, organisation: str) -> bool:
    """Tell whether a user belongs to another organisation as well."""
    memberships = tx.find(Membership, AccountKey.OWNER, user_id)
    return any(membership.organisation != organisation for membership in memberships)


def link_for(tx: AccountsWriting, user: User, purpose: LinkPurpose, now: datetime) -> str:
    """Return the secret of a new link for a user; the user's earlier ones stop working."""
    for earlier in tx.find(OneTimeLink, AccountKey.OWNER, user.id):
        tx.remove(OneTimeLink, earlier.id)
    secret = new_secret(SecretKind.LINK)
    link = OneTimeLink(
        id=fingerprint(secret),
        purpose=purpose,
        made_at=now,
        expires_at=now + timedelta(hours=LINK_HOURS[purpose]),
        user_id=user.id,
    )
    tx.add(link)
    return secret


def _user(tx: AccountsWriting, email: str, name: str, now: datetime) -> User:
    """Return the user of a mail address, a new one for none; one removed is new again."""
    found = tx.find(User, AccountKey.NAME, email)
    if not found:
        user = User(id=new_id(now), email=email, name=name, made_at=now)
        tx.add(user)
        return user
    (user,) = found
    if user.status is UserStatus.REMOVED:
        user = replace(user, status=UserStatus.INVITED, password="", name=name)
        tx.save(user)
    return user
