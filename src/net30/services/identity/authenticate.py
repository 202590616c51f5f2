"""Authenticate: from the secret of a key or session to who asks and what that one may do."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest

from net30.domain.identity.api_key import ApiKey, prefix_in
from net30.domain.identity.membership import Membership, membership_id
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.secret import SecretKind, fingerprint, kind_of_secret
from net30.domain.identity.session import Session
from net30.domain.identity.user import User
from net30.kernel.errors import Forbidden
from net30.ports.accounts import Accounts, AccountsReading

_NO_DIGEST = "0" * 64


def authenticate(
    accounts: Accounts, secret: str, now: datetime, *, organisation: str = ""
) -> Principal:
    """Return who a bearer's secret stands for: an API key's or a session's.

    `organisation` chooses among the organisations of a session's user; a key has its own. Raises
    Forbidden with the code unauthenticated, the same for every reason: unknown, expired, revoked,
    user removed, not a member.
    """
    with accounts.reading() as tx:
        match kind_of_secret(secret):
            case SecretKind.KEY:
                return _of_key(tx, secret, now, organisation)
            case SecretKind.SESSION:
                return _of_session(tx, secret, now, organisation)
    raise unauthenticated()


def unauthenticated() -> Forbidden:
    """Return the refusal of a secret that opens nothing; it does not say why."""
    return Forbidden(
        "the key or session is not valid",
        hint="sign in again, or ask for a new key",
        code="unauthenticated",
    )


def _of_key(tx: AccountsReading, secret: str, now: datetime, organisation: str) -> Principal:
    found = tx.find(ApiKey, AccountKey.NAME, prefix_in(secret))
    # An unknown prefix costs the same comparison as a known one.
    kept = found[0].sha256 if found else _NO_DIGEST
    if not compare_digest(kept, fingerprint(secret)) or not found:
        raise unauthenticated()
    key = found[0]
    if not key.is_valid(now) or organisation not in {"", key.organisation}:
        raise unauthenticated()
    user, membership = _member(tx, key.user_id, key.organisation)
    return Principal(
        user=user.id,
        name=user.name,
        organisation=key.organisation,
        permissions=key.scopes & membership.permissions,
    )


def _of_session(tx: AccountsReading, secret: str, now: datetime, organisation: str) -> Principal:
    session = tx.get(Session, fingerprint(secret))
    if session is None or not session.is_valid(now):
        raise unauthenticated()
    wanted = organisation or session.organisation
    if session.confined and wanted != session.organisation:
        raise unauthenticated()
    user, membership = _member(tx, session.user_id, wanted)
    return Principal(
        user=user.id, name=user.name, organisation=wanted, permissions=membership.permissions
    )


def _member(tx: AccountsReading, user_id: str, organisation: str) -> tuple[User, Membership]:
    user = tx.get(User, user_id)
    membership = tx.get(Membership, membership_id(user_id, organisation))
    if user is None or not user.is_active or membership is None:
        raise unauthenticated()
    return user, membership
