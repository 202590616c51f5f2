"""Reset a password: a link for a user who forgot it."""

from __future__ import annotations

from datetime import datetime

from net30.domain.identity.membership import Membership, membership_id
from net30.domain.identity.one_time_link import LinkPurpose
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission
from net30.domain.identity.user import User
from net30.kernel.errors import Forbidden
from net30.ports.accounts import Accounts
from net30.services.identity.add_user import elsewhere, link_for
from net30.services.identity.noted import LOCAL_USER, noted


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
