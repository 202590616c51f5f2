"""Add an organisation: books of its own beside those there are."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from net30.domain.identity.membership import Membership
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission, Role
from net30.domain.identity.user import User
from net30.domain.organisation import Organisation
from net30.domain.text import NAME_CHARACTERS_MAX, clean
from net30.kernel.errors import InputError
from net30.ports.store import NEW
from net30.services.create_organisation import first_organisation
from net30.services.identity.noted import noted
from net30.services.world import World

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganisation:
    """The id (lower-case letters, digits, dashes: it is in paths and keys) and the name."""

    id: str
    name: str = ""


def add_organisation(
    world: World, new: NewOrganisation, by: Principal, now: datetime
) -> Organisation:
    """Make an organisation; a user who makes one is its owner.

    Raises Forbidden without the permission, InputError for an id that cannot be, Conflict for one
    that is taken.
    """
    by.need(Permission.ORGANISATIONS_WRITE)
    if not _ID.fullmatch(new.id):
        raise InputError(
            f"{new.id[:100]!r} cannot be an organisation's id",
            hint="1 to 40 lower-case letters, digits and dashes, such as lagune-conseil",
            code="organisation_id",
        )
    made = first_organisation(new.id)
    name = clean(new.name, "the company's name", NAME_CHARACTERS_MAX)
    if name:
        made = replace(made, party=replace(made.party, name=name))
    with world.store.transaction(new.id) as books:
        books.save(made, expected=NEW)
    with world.accounts.writing() as tx:
        if tx.get(User, by.user):
            tx.add(Membership(user_id=by.user, organisation=new.id, role=Role.OWNER, since=now))
        tx.note(new.id, [noted("organisation_added", new.id, by.user, now, name)])
    return made
