"""Create the first owner: a link that whoever starts net30 first gets, and nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

from net30.domain.audit import INSTALLATION
from net30.domain.identity.one_time_link import LINK_HOURS, LinkPurpose, OneTimeLink
from net30.domain.identity.secret import SecretKind, fingerprint, new_secret
from net30.domain.identity.user import User
from net30.kernel.errors import Conflict
from net30.ports.accounts import Accounts
from net30.services.identity.noted import LOCAL_USER, noted


def has_users(accounts: Accounts) -> bool:
    """Tell whether anybody can sign in, or was asked to."""
    with accounts.reading() as tx:
        return bool(tx.page(User, limit=1))


def create_owner(accounts: Accounts, organisation: str, now: datetime) -> str:
    """Return the secret of a one-time link that makes its bearer the owner of an organisation.

    It ends after a day, or with the first user. Earlier ones stop working. Raises Conflict when
    there is a user already.
    """
    secret = new_secret(SecretKind.LINK)
    with accounts.writing() as tx:
        if tx.page(User, limit=1):
            raise Conflict(
                "there is a user already",
                hint="an owner or admin adds more: net30 user add",
                code="has_users",
            )
        tx.forget(now)
        for earlier in tx.page(OneTimeLink, limit=1000):
            tx.remove(OneTimeLink, earlier.id)
        purpose = LinkPurpose.FIRST_OWNER
        link = OneTimeLink(
            id=fingerprint(secret),
            purpose=purpose,
            made_at=now,
            expires_at=now + timedelta(hours=LINK_HOURS[purpose]),
            organisation=organisation,
        )
        tx.add(link)
        note = noted("first_owner_link_made", organisation, LOCAL_USER, now)
        tx.note(INSTALLATION, [note])
    return secret
