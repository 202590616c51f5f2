"""Accept a one-time link: set a password, and come in for the first time or again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from net30.domain.audit import INSTALLATION
from net30.domain.identity.membership import Membership
from net30.domain.identity.one_time_link import LinkPurpose, OneTimeLink
from net30.domain.identity.password_rules import check_password
from net30.domain.identity.roles import Role
from net30.domain.identity.secret import fingerprint
from net30.domain.identity.user import User, UserStatus, checked_email, checked_name
from net30.kernel.errors import Forbidden
from net30.kernel.ids import new_id
from net30.ports.accounts import Accounts, AccountsReading, AccountsWriting
from net30.ports.passwords import Passwords
from net30.services.identity.change_role import end_access
from net30.services.identity.noted import noted


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A link's secret and the password to set; the first owner also says a mail address."""

    secret: str = field(repr=False)
    password: str = field(repr=False)
    email: str = ""
    name: str = ""


def accept_link(
    accounts: Accounts, passwords: Passwords, accepted: Accepted, now: datetime
) -> User:
    """Return the user whose password the link has set; the link works no more.

    Every session of the user ends: with a new password nobody else stays in; keys too. Raises
    Forbidden (code link) for a link that is unknown, used or expired, InputError for a password
    or mail address that cannot be.
    """
    with accounts.reading() as tx:
        _link(tx, accepted.secret, now)  # before the slow hash: a guess costs us nothing
    email = checked_email(accepted.email) if accepted.email else ""
    check_password(accepted.password, email)
    hashed = passwords.hashed(accepted.password)
    with accounts.writing() as tx:
        link = _link(tx, accepted.secret, now)
        tx.remove(OneTimeLink, link.id)
        if link.purpose is LinkPurpose.FIRST_OWNER:
            user = _first_owner(tx, link, accepted, now)
        else:
            user = tx.load(User, link.user_id)
            check_password(accepted.password, user.email)
            end_access(tx, user.id, "", now)
        name = checked_name(accepted.name, user.name)
        user = replace(user, password=hashed, status=UserStatus.ACTIVE, name=name)
        tx.save(user)
        note = noted("password_set", user.id, user.id, now, link.purpose.value)
        tx.note(INSTALLATION, [note])
    return user


def look_at_link(accounts: Accounts, secret: str, now: datetime) -> OneTimeLink:
    """Return what a link is for, and leave it; raise Forbidden (code link)."""
    with accounts.reading() as tx:
        return _link(tx, secret, now)


def _first_owner(tx: AccountsWriting, link: OneTimeLink, accepted: Accepted, now: datetime) -> User:
    if tx.page(User, limit=1):
        raise _no_link()
    email = checked_email(accepted.email)
    user = User(id=new_id(now), email=email, name=email, made_at=now)
    tx.add(user)
    member = Membership(user_id=user.id, organisation=link.organisation, role=Role.OWNER, since=now)
    tx.add(member)
    note = noted("member_added", user.id, user.id, now, "owner")
    tx.note(link.organisation, [note])
    return user


def _link(tx: AccountsReading, secret: str, now: datetime) -> OneTimeLink:
    link = tx.get(OneTimeLink, fingerprint(secret))
    if link is None or now >= link.expires_at:
        raise _no_link()
    return link


def _no_link() -> Forbidden:
    return Forbidden(
        "this link is not valid: it was used, or its time is over",
        hint="ask for a new one",
        code="link",
    )
