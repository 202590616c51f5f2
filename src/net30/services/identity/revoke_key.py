"""Revoke an API key: it opens nothing from now on; and list the keys there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from net30.domain.identity.api_key import ApiKey
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Permission
from net30.kernel.errors import NotFound
from net30.ports.accounts import Accounts
from net30.services.identity.noted import noted


def list_keys(accounts: Accounts, by: Principal) -> tuple[ApiKey, ...]:
    """Return the organisation's keys, revoked ones too; only their own for who sees no members."""
    with accounts.reading() as tx:
        keys = tx.find(ApiKey, AccountKey.ORGANISATION, by.organisation)
    if Permission.MEMBERS_READ in by.permissions:
        return keys
    return tuple(key for key in keys if key.user_id == by.user)


def revoke_key(accounts: Accounts, key: str, by: Principal, now: datetime) -> ApiKey:
    """Return the key of an id or prefix, revoked; once more changes nothing.

    Raises NotFound for one that is not the organisation's, Forbidden for somebody else's without
    the permission to change members.
    """
    with accounts.writing() as tx:
        found = tx.get(ApiKey, key)
        by_prefix = tx.find(ApiKey, AccountKey.NAME, key)
        found = found or (by_prefix[0] if by_prefix else None)
        if found is None or found.organisation != by.organisation:
            raise NotFound(f"there is no key {key!r}", hint="net30 key list", code="key")
        if found.user_id != by.user:
            by.need(Permission.MEMBERS_WRITE)
        if found.revoked_at is not None:
            return found
        found = replace(found, revoked_at=now)
        tx.save(found)
        tx.note(by.organisation, [noted("key_revoked", found.id, by.user, now, found.prefix)])
    return found
