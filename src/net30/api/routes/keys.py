"""Keys: how programs come in; each may what it was made for and no more than its user."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.api_key import ApiKey
from net30.domain.identity.roles import Permission
from net30.services.identity.make_key import NewKey, make_key
from net30.services.identity.revoke_key import list_keys, revoke_key

routes = Resource("keys", "How programs come in.")

KEYS = Permission.KEYS_WRITE


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAsked:
    """What a key is for, what it may (none: all its user may), how many days it lives.

    `user` is the id of the member whose key it is; empty for your own.
    """

    name: str
    may: tuple[Permission, ...] = ()
    days: int = 365
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyShown:
    """A key without its secret; `prefix` is how it is found again."""

    id: str
    prefix: str
    name: str
    user: str
    may: tuple[Permission, ...]
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMade:
    """A new key; its secret is told this once: whoever sends the request again gets none."""

    key: KeyShown
    secret: str = field(repr=False)


@routes.get("/keys", KEYS, gives=tuple[KeyShown, ...])
def list_api_keys(visit: Looking) -> Response:
    """List the organisation's keys, revoked ones too."""
    found = list_keys(visit.app.world.accounts, visit.principal)
    return visit.reply([_shown(key) for key in found])


@routes.post(
    "/keys",
    KEYS,
    takes=KeyAsked,
    gives=KeyMade,
    status=201,
    example={"name": "web shop", "may": ["invoices.read"]},
)
def make_api_key(visit: Changing) -> Response:
    """Make a key; nobody gives away more than they have."""
    asked = visit.body(KeyAsked)
    new = NewKey(name=asked.name, scopes=frozenset(asked.may), days=asked.days, user_id=asked.user)

    def made() -> KeyMade:
        one = make_key(visit.app.world.accounts, new, visit.principal, visit.app.clock())
        return KeyMade(key=_shown(one.key), secret=one.secret)

    return visit.once_apart(made, hidden=_without_secret)


@routes.delete("/keys/{key}", KEYS)
def revoke_api_key(
    visit: Changing,
    key: Annotated[str, Path(description="Its id or prefix.", max_length=ID_CHARACTERS_MAX)],
) -> Response:
    """Revoke a key: it opens nothing from now on."""
    revoke_key(visit.app.world.accounts, key, visit.principal, visit.app.clock())
    return Response(status_code=204)


def _without_secret(made: object) -> object:
    assert isinstance(made, KeyMade)
    return replace(made, secret="")


def _shown(key: ApiKey) -> KeyShown:
    return KeyShown(
        id=key.id,
        prefix=key.prefix,
        name=key.name,
        user=key.user_id,
        may=tuple(sorted(key.scopes)),
        made_at=key.made_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )
