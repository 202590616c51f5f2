"""Member data: what an installation knows of somebody who works with it, as a file; or no more.

For whoever runs net30: a user may belong to several organisations, and one of them must not take
out or erase what the others know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from net30.domain.aggregates import Key
from net30.domain.audit import INSTALLATION
from net30.domain.conversation import Conversation
from net30.domain.identity.api_key import ApiKey
from net30.domain.identity.membership import Membership
from net30.domain.identity.records import AccountKey
from net30.domain.identity.session import Session
from net30.domain.identity.user import User, checked_email
from net30.domain.workplace import Workplace
from net30.kernel.errors import Conflict, NotFound
from net30.kernel.jsonable import Json, jsonable
from net30.ports.accounts import Accounts, AccountsReading
from net30.ports.store import Stored
from net30.services.identity.noted import LOCAL_USER, noted
from net30.services.privacy.marks import MEMBERS, put_mark
from net30.services.world import World

ERASED_EMAIL = "{}@erased.invalid"
"""Nobody's address: mail to .invalid goes nowhere (RFC 2606)."""
FORM = "net30-member/1"


def export_member(world: World, email: str) -> dict[str, Json]:
    """Return all that is known of a user, in every organisation; no hash and no secret of it.

    Raises NotFound. The audit notes that it was taken out.
    """
    with world.accounts.reading() as tx:
        user = _user(tx, email)
        memberships = tx.find(Membership, AccountKey.OWNER, user.id)
        told: dict[str, Json] = {
            "form": FORM,
            "user": jsonable(replace(user, password="")),
            "memberships": [jsonable(one) for one in memberships],
            "sessions": [
                {"since": one.made_at.isoformat(), "until": one.expires_at.isoformat(),
                 "agent": one.agent} for one in tx.find(Session, AccountKey.OWNER, user.id)
            ],
            "keys": [
                {"name": one.name, "organisation": one.organisation,
                 "made_at": one.made_at.isoformat()}
                for one in tx.find(ApiKey, AccountKey.OWNER, user.id)
            ],
            "audit": list(_entries(tx, user.id)),
        }  # fmt: skip
    talks: list[Json] = [
        jsonable(talk)
        for organisation in world.store.organisations()
        for talk in _talks(world, organisation, user.id)
    ]
    told["conversations"] = talks
    told["workplaces"] = [
        jsonable(stored.value)
        for organisation in world.store.organisations()
        for stored in _workplace(world, organisation, user.id)
    ]
    _note(world.accounts, world, "exported", f"personal data of user {user.id}")
    return told


def erase_member(world: World, email: str) -> User:
    """Erase a user who belongs to no organisation any more; return what is left: an id.

    The id stays in the audit and on what the user has done, since that is evidence; name, address
    and conversations go. Raises NotFound, and Conflict for who is still a member.
    """
    with world.accounts.reading() as tx:
        user = _user(tx, email)
        _no_member(tx, user)
    for organisation in world.store.organisations():
        talks = [talk.id for talk in _talks(world, organisation, user.id)]
        with world.store.transaction(organisation) as books:
            for talk_id in talks:
                stored = books.load(Conversation, talk_id)
                books.delete(Conversation, talk_id, expected=stored.version)
            for arranged in books.load_many(Workplace, [user.id]).values():
                books.delete(Workplace, user.id, expected=arranged.version)
    with world.accounts.writing() as change:
        user = _user(change, email)
        _no_member(change, user)
        left = replace(user, email=ERASED_EMAIL.format(user.id), name=f"Erased {user.id}")
        change.save(left)
        change.note(INSTALLATION, [noted("user_erased", user.id, LOCAL_USER, world.clock())])
    for organisation in world.store.organisations():
        put_mark(world.blobs, organisation, f"{MEMBERS}{user.id}", world.clock())
    return left


def _user(tx: AccountsReading, email: str) -> User:
    found = tx.find(User, AccountKey.NAME, checked_email(email))
    if not found:
        raise NotFound(
            f"there is no user {email!r}", hint="net30 user list says who is there", code="user"
        )
    return found[0]


def _no_member(tx: AccountsReading, user: User) -> None:
    memberships = tx.find(Membership, AccountKey.OWNER, user.id)
    if memberships:
        raise Conflict(
            f"{user.email} is a member of {', '.join(one.organisation for one in memberships)}",
            hint="net30 user remove EMAIL, in each of them, comes first",
            code="member",
        )


def _entries(tx: AccountsReading, user: str) -> Iterator[Json]:
    """Yield what the audit says that a user did, or that was done to one."""
    for head in tx.chains():
        after = 0
        while page := tx.entries(head.chain, after=after):
            for entry in page:
                if user in {entry.actor, entry.target}:
                    yield {"at": entry.at, "organisation": entry.chain, "action": entry.action,
                           "target": entry.target, "detail": entry.detail}  # fmt: skip
            after = page[-1].sequence


def _talks(world: World, organisation: str, user: str) -> list[Conversation]:
    found: list[Conversation] = []
    after = ""
    with world.store.reading(organisation) as books:
        while page := books.find_many(Conversation, Key.PARENT, [user], after=after).get(user, ()):
            found += [stored.value for stored in page]
            after = page[-1].value.id
    return found


def _workplace(world: World, organisation: str, user: str) -> list[Stored[Workplace]]:
    with world.store.reading(organisation) as books:
        return list(books.load_many(Workplace, [user]).values())


def _note(accounts: Accounts, world: World, action: str, target: str) -> None:
    with accounts.writing() as tx:
        tx.note(INSTALLATION, [noted(action, target, LOCAL_USER, world.clock())])
