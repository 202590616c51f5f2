"""Sign-on servers: an organisation's own OpenID Connect servers, which vouch for its members."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission, Role, permissions_of
from net30.domain.identity.sign_on import SignOnProvider
from net30.services.identity.sign_ons import (
    NewProvider,
    add_provider,
    providers_of,
    remove_provider,
)

routes = Resource("sign-on servers", "The organisation's own sign-on, by OpenID Connect.")

OWNER = tuple(sorted(permissions_of(Role.OWNER)))
"""Whoever runs such a server can come in as any member, so only an owner adds one."""
CALLBACK = "/sso/callback"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnServerAsked:
    """What its button says, its address (`issuer`), and what we are there."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnServerShown:
    """A sign-on server without its secret; there, `redirect_uri` must be allowed to come back."""

    id: str
    name: str
    issuer: str
    client_id: str
    made_at: datetime
    redirect_uri: str


@routes.get("/sign-on-servers", Permission.SETTINGS_READ, gives=tuple[SignOnServerShown, ...])
def list_sign_on_servers(visit: Looking) -> Response:
    """List the servers that vouch for the organisation's members."""
    found = providers_of(visit.app.world.accounts, visit.principal)
    return visit.reply([_shown(one, visit.app.settings.address) for one in found])


@routes.post(
    "/sign-on-servers",
    OWNER,
    takes=SignOnServerAsked,
    gives=SignOnServerShown,
    status=201,
    example={
        "name": "Company login",
        "issuer": "https://login.company.example",
        "client_id": "net30",
        "client_secret": "SECRET",
    },
)
def add_sign_on_server(visit: Changing) -> Response:
    """Let members come in by the organisation's own server; it must answer now."""
    asked = visit.body(SignOnServerAsked)
    new = NewProvider(
        name=asked.name,
        issuer=asked.issuer,
        client_id=asked.client_id,
        client_secret=asked.client_secret,
    )

    def added() -> SignOnServerShown:
        app = visit.app
        app.sign_on_servers.check(new.issuer)
        made = add_provider(app.world.accounts, app.sealing, new, visit.principal, app.clock())
        return _shown(made, app.settings.address)

    return visit.once_apart(added)


@routes.delete("/sign-on-servers/{server}", (Permission.SETTINGS_WRITE, Permission.MEMBERS_WRITE))
def remove_sign_on_server(
    visit: Changing,
    server: Annotated[str, Path(description="The server's id.", max_length=ID_CHARACTERS_MAX)],
) -> Response:
    """Let nobody come in by a server any more; sessions that are open stay until they end."""
    remove_provider(visit.app.world.accounts, server, visit.principal, visit.app.clock())
    return Response(status_code=204)


def _shown(one: SignOnProvider, address: str) -> SignOnServerShown:
    return SignOnServerShown(
        id=one.id,
        name=one.name,
        issuer=one.issuer,
        client_id=one.client_id,
        made_at=one.made_at,
        redirect_uri=f"{address}{CALLBACK}",
    )
