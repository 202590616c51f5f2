"""Make an API key: for one organisation, with no more than its maker and its user may."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from net30.domain.identity.api_key import (
    DAYS_MAX,
    NAME_CHARACTERS_MAX,
    ApiKey,
    new_prefix,
)
from net30.domain.identity.membership import Membership, membership_id
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Permission
from net30.domain.identity.secret import SecretKind, fingerprint, new_secret
from net30.domain.identity.user import User
from net30.domain.text import clean
from net30.kernel.errors import Conflict, InputError, LimitExceeded, NotFound
from net30.kernel.ids import new_id
from net30.ports.accounts import Accounts, AccountsReading
from net30.services.identity.noted import noted

KEYS_MAX = 200
"""Keys of one organisation that are not revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What a key is for: a name, what it may (empty: all its user may), how many days it lives.

    `user_id` is whose key it is, empty for the maker's own.
    """

    name: str
    scopes: frozenset[Permission] = frozenset()
    days: int = 365
    user_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeKey:
    """The key and its secret, shown once."""

    key: ApiKey
    secret: str = field(repr=False)


def make_key(accounts: Accounts, new: NewKey, by: Principal, now: datetime) -> MadeKey:
    """Return a new key of the organisation of `by`.

    Raises Forbidden when `by` has less than the key would, or may not make keys for others;
    NotFound for a user who is no member, Conflict for one who has not accepted the invitation;
    InputError for a bad name or life.
    """
    by.need(Permission.KEYS_WRITE)
    owner = new.user_id or by.user
    if owner != by.user:
        by.need(Permission.MEMBERS_WRITE)
    name = " ".join(clean(new.name, "the key's name", NAME_CHARACTERS_MAX).split())
    if not name:
        raise InputError("the key has no name", hint="say what it is for", code="key_name")
    if not 1 <= new.days <= DAYS_MAX:
        raise InputError(
            f"a key cannot live {new.days} days", hint=f"1 to {DAYS_MAX}", code="key_days"
        )
    prefix = new_prefix()
    secret = new_secret(SecretKind.KEY, prefix)
    with accounts.writing() as tx:
        scopes = _scopes(tx, new, owner, by)
        key = ApiKey(
            id=new_id(now),
            prefix=prefix,
            sha256=fingerprint(secret),
            organisation=by.organisation,
            user_id=owner,
            name=name,
            scopes=scopes,
            made_at=now,
            expires_at=now + timedelta(days=new.days),
        )
        tx.add(key)
        told = f"{name} ({prefix}) for {owner}: {', '.join(sorted(scopes))}"
        tx.note(by.organisation, [noted("key_made", key.id, by.user, now, told)])
    return MadeKey(key=key, secret=secret)


def _scopes(tx: AccountsReading, new: NewKey, owner: str, by: Principal) -> frozenset[Permission]:
    user, membership = (
        tx.get(User, owner),
        tx.get(Membership, membership_id(owner, by.organisation)),
    )
    if user is None or membership is None:
        raise NotFound(
            f"there is no member {owner!r} in {by.organisation}",
            hint="net30 user list says who is there",
            code="member",
        )
    if not user.is_active:
        raise Conflict(
            f"{user.email} has not accepted the invitation: a key of theirs would open nothing",
            hint="they open the link of the invitation; or, here: net30 user password EMAIL --here",
            code="user_not_active",
        )
    keys = tx.find(ApiKey, AccountKey.ORGANISATION, by.organisation)
    if sum(key.revoked_at is None for key in keys) >= KEYS_MAX:
        raise LimitExceeded(
            f"{by.organisation} has {KEYS_MAX} keys", hint="revoke some first", code="keys"
        )
    by.need_all(new.scopes)
    return new.scopes or membership.permissions & by.permissions
