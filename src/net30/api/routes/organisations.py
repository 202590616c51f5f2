"""Organisations: those a user belongs to, and new ones."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.membership import Membership
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Permission, Role
from net30.domain.organisation import Organisation
from net30.services.identity.add_organisation import NewOrganisation, add_organisation

routes = Resource("organisations", "The organisations that you belong to, and new ones.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """An organisation and what you are there; a session goes there by X-Net30-Organisation."""

    organisation: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """A new organisation: its id (lower-case letters, digits, dashes) and its name."""

    id: str
    name: str = ""


@routes.get("/organisations", Permission.SETTINGS_READ, gives=tuple[Belonging, ...])
def list_own_organisations(visit: Looking) -> Response:
    """List the organisations that you belong to; a key knows its own only."""
    who = visit.principal
    with visit.app.world.accounts.reading() as tx:
        found = tx.find(Membership, AccountKey.OWNER, who.user)
    return visit.reply(
        [
            Belonging(organisation=one.organisation, role=one.role)
            for one in found
            if visit.is_session or one.organisation == who.organisation
        ]
    )


@routes.post(
    "/organisations",
    Permission.ORGANISATIONS_WRITE,
    takes=Founded,
    gives=Organisation,
    status=201,
    example={"id": "lagune-conseil", "name": "Lagune Conseil SARL"},
)
def found_organisation(visit: Changing) -> Response:
    """Make an organisation with books of its own; you are its owner."""
    asked = visit.body(Founded)
    new = NewOrganisation(id=asked.id, name=asked.name)
    world, clock = visit.app.world, visit.app.clock
    return visit.once_apart(lambda: add_organisation(world, new, visit.principal, clock()))
