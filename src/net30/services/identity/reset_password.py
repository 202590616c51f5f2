"""Reset a password: a link for a user who forgot it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from net30.domain.audit import INSTALLATION
from net30.domain.identity.guesses import WINDOW, Guesses, guesses_id, no_guesses
from net30.domain.identity.membership import Membership, membership_id
from net30.domain.identity.one_time_link import LinkPurpose
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Permission, Role
from net30.domain.identity.user import EMAIL_CHARACTERS_MAX, User, UserStatus
from net30.kernel.errors import Forbidden, LimitExceeded
from net30.ports.accounts import Accounts, AccountsWriting
from net30.services.identity.add_user import elsewhere, link_for
from net30.services.identity.noted import LOCAL_USER, noted

ASKED_SOURCE_MAX = 10
"""New passwords that may be asked for from one source in an hour."""
ASKED_USER_MAX = 3
"""And for one user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLink:
    """A link to send to a user's own mail address, and the organisation that writes."""

    user: User
    organisation: str
    purpose: LinkPurpose
    secret: str = field(repr=False)


def ask_for_link(accounts: Accounts, email: str, source: str, now: datetime) -> AskedLink | None:
    """Return the link for who has forgotten the password, None for nobody who may come in.

    The caller says the same in both cases, and in the same time. Raises LimitExceeded (code
    too_many_guesses) for a source that asks too often; a user who is asked for too often gets
    no more mail.
    """
    known_as = email.strip().lower()[:EMAIL_CHARACTERS_MAX]
    with accounts.writing() as tx:
        tx.forget(now)
        if not _counted(tx, guesses_id("", f"\nreset {source}"), ASKED_SOURCE_MAX, now):
            raise LimitExceeded(
                "too many new passwords were asked for from here",
                hint="wait an hour",
                code="too_many_guesses",
                values={"seconds": int(WINDOW.total_seconds())},
            )
        may = _counted(tx, guesses_id(known_as, "\nreset"), ASKED_USER_MAX, now)
        found = tx.find(User, AccountKey.NAME, known_as)
        memberships = tx.find(Membership, AccountKey.OWNER, found[0].id) if found else ()
        people = [one for one in memberships if one.role is not Role.API]
        if not may or not people or found[0].status is UserStatus.REMOVED:
            return None
        user = found[0]
        purpose = LinkPurpose.PASSWORD if user.is_active else LinkPurpose.INVITATION
        secret = link_for(tx, user, purpose, now)
        tx.note(INSTALLATION, [noted("password_link_asked", user.id, "", now, source)])
    organisation = people[0].organisation
    return AskedLink(user=user, organisation=organisation, purpose=purpose, secret=secret)


def _counted(tx: AccountsWriting, found: str, most: int, now: datetime) -> bool:
    """Count once more and tell whether that is still allowed; no sign-in has a source like it."""
    guesses = tx.get(Guesses, found) or no_guesses(found, now)
    if guesses.within(now) >= most:
        return False
    tx.save(guesses.one_more(now))
    return True


def reset_password(accounts: Accounts, user_id: str, by: Principal, now: datetime) -> str:
    """Return the secret of a link that lets a member of the organisation set a new password.

    The old one works until then. Raises NotFound for who is no member, Forbidden when `by` may
    not change members, has less than the member, or the member belongs to another organisation
    too: the link would be a way to more. At this machine the last does not matter.
    """
    by.need(Permission.MEMBERS_WRITE)
    with accounts.writing() as tx:
        membership = tx.load(Membership, membership_id(user_id, by.organisation))
        by.need_all(membership.permissions)
        if by.user != LOCAL_USER and elsewhere(tx, user_id, by.organisation):
            raise Forbidden(
                "this user belongs to other organisations as well",
                hint="the user, or who runs this net30, has to make the new password",
                code="member_elsewhere",
            )
        user = tx.load(User, user_id)
        purpose = LinkPurpose.PASSWORD if user.is_active else LinkPurpose.INVITATION
        secret = link_for(tx, user, purpose, now)
        tx.note(by.organisation, [noted("password_link_made", user_id, by.user, now)])
    return secret
