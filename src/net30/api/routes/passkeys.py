"""Passkeys: which of your devices sign you in; a browser adds one on the portal's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.own_session import check_recent, session_of
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.services.identity.passkeys import passkeys_of, remove_passkey

routes = Resource("passkeys", "Which devices sign you in; a browser adds them at /passkeys.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyShown:
    """A passkey by the name that you gave it; `used_at` is null before it first signed you in."""

    id: str
    name: str
    made_at: datetime
    used_at: datetime | None


@routes.get("/me/passkeys", (), gives=tuple[PasskeyShown, ...])
def list_own_passkeys(visit: Looking) -> Response:
    """List your passkeys, the oldest first; only a session may ask, no key."""
    session_of(visit)
    found = passkeys_of(visit.app.world.accounts, visit.principal.user)
    shown = [
        PasskeyShown(id=one.id, name=one.name, made_at=one.made_at, used_at=one.used_at)
        for one in found
    ]
    return visit.reply(shown)


@routes.delete("/me/passkeys/{passkey}", ())
def remove_own_passkey(
    visit: Changing,
    passkey: Annotated[str, Path(description="The passkey's id.", max_length=2000)],
) -> Response:
    """Remove a passkey: that device signs you in no more; only just after you signed in."""
    check_recent(visit)
    app = visit.app
    remove_passkey(app.world.accounts, visit.principal.user, passkey, app.clock())
    return Response(status_code=204)
