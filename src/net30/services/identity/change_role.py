"""Change what a member is in an organisation, or end the membership."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from net30.domain.identity.api_key import ApiKey
from net30.domain.identity.membership import Membership, membership_id
from net30.domain.identity.one_time_link import OneTimeLink
from net30.domain.identity.passkey import Passkey
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Permission, Role, permissions_of
from net30.domain.identity.second_factor import SecondFactor
from net30.domain.identity.session import Session
from net30.domain.identity.sign_in_step import SignInStep
from net30.domain.identity.sign_on import SignOn
from net30.domain.identity.user import User, UserStatus
from net30.kernel.errors import Conflict
from net30.ports.accounts import Accounts, AccountsWriting
from net30.services.identity.noted import noted


def change_role(
    accounts: Accounts, user_id: str, role: Role, by: Principal, now: datetime
) -> Membership:
    """Give a member of the organisation of `by` another role.

    Raises NotFound, Forbidden when `by` has less than the old or the new role, Conflict when the
    organisation would have no owner.
    """
    by.need(Permission.MEMBERS_WRITE)
    by.need_all(permissions_of(role))
    with accounts.writing() as tx:
        before = _changeable(tx, user_id, by, still=role)
        changed = replace(before, role=role, since=now)
        tx.save(changed)
        told = f"{before.role.value} to {role.value}"
        tx.note(by.organisation, [noted("role_changed", user_id, by.user, now, told)])
    return changed


def remove_member(accounts: Accounts, user_id: str, by: Principal, now: datetime) -> None:
    """End a membership; the user's keys and sessions of the organisation end with it.

    Who is left in no organisation can no longer sign in. Raises NotFound, Forbidden, Conflict as
    `change_role`.
    """
    by.need(Permission.MEMBERS_WRITE)
    with accounts.writing() as tx:
        membership = _changeable(tx, user_id, by, still=None)
        tx.remove(Membership, membership.id)
        end_access(tx, user_id, by.organisation, now)
        if not tx.find(Membership, AccountKey.OWNER, user_id):
            user = tx.load(User, user_id)
            tx.save(replace(user, status=UserStatus.REMOVED, password=""))
            for link in tx.find(OneTimeLink, AccountKey.OWNER, user_id):
                tx.remove(OneTimeLink, link.id)
            tx.remove(SecondFactor, user_id)
            for passkey in tx.find(Passkey, AccountKey.OWNER, user_id):
                tx.remove(Passkey, passkey.id)
            for sign_on in tx.find(SignOn, AccountKey.OWNER, user_id):
                tx.remove(SignOn, sign_on.id)
        tx.note(by.organisation, [noted("member_removed", user_id, by.user, now)])


def end_access(tx: AccountsWriting, user_id: str, organisation: str, now: datetime) -> None:
    """Revoke a user's keys and end the user's sessions, of one organisation or (empty) of all.

    With all of them the passkeys end too: who had the password may have added one.
    """
    for key in tx.find(ApiKey, AccountKey.OWNER, user_id):
        if key.revoked_at is None and organisation in {"", key.organisation}:
            tx.save(replace(key, revoked_at=now))
    for session in tx.find(Session, AccountKey.OWNER, user_id):
        if organisation in {"", session.organisation}:
            tx.remove(Session, session.id)
    for step in tx.find(SignInStep, AccountKey.OWNER, user_id):
        tx.remove(SignInStep, step.id)
    if not organisation:
        for passkey in tx.find(Passkey, AccountKey.OWNER, user_id):
            tx.remove(Passkey, passkey.id)


def _changeable(tx: AccountsWriting, user_id: str, by: Principal, still: Role | None) -> Membership:
    membership = tx.load(Membership, membership_id(user_id, by.organisation))
    by.need_all(membership.permissions)
    if membership.role is Role.OWNER and still is not Role.OWNER:
        members = tx.find(Membership, AccountKey.ORGANISATION, by.organisation)
        if not any(m.role is Role.OWNER and m.user_id != user_id for m in members):
            raise Conflict(
                f"this is the last owner of {by.organisation}",
                hint="make another member an owner first",
                code="last_owner",
            )
    return membership
