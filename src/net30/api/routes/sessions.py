"""Sessions: how people come in: a one-time link, a password, and who one is then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.auth import bearer_of, sender_of
from net30.api.own_session import session_of
from net30.api.resource import Resource
from net30.api.visit import Changing, Greeting, Looking, Visit
from net30.domain.identity.roles import Permission
from net30.domain.identity.session import Session
from net30.kernel.errors import NotFound
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.authenticate import unauthenticated
from net30.services.identity.log_in import SignIn, log_in
from net30.services.identity.log_out import end_session, log_out, open_sessions

routes = Resource("sessions", "How people come in; programs have keys (net30 key new).")

AGENT_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A one-time link, the password to set, and the mail address of the first owner."""

    secret: str = field(repr=False)
    password: str = field(repr=False)
    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user who can sign in now."""

    id: str
    email: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A mail address, its password, and the authenticator's code where there is a second factor."""

    email: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session: its secret is sent as a key is, and shown only now."""

    secret: str = field(repr=False)
    user: str
    organisation: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShown:
    """Where somebody is signed in: since when, until when, in which organisation, by what."""

    id: str
    made_at: datetime
    expires_at: datetime
    organisation: str
    agent: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who a key or session stands for, in which organisation, and what that one may do there."""

    user: str
    name: str
    organisation: str
    permissions: tuple[Permission, ...]


@routes.open(
    "/links/accept",
    takes=Link,
    gives=User,
    status=201,
    example={"secret": "LINK", "password": "PASSWORD", "email": "you@company.example"},
)
def accept_one_time_link(stranger: Greeting) -> Response:
    """Set a password by a one-time link: the first owner's, an invitation's, a lost password's."""
    link = stranger.body(Link)
    accepted = Accepted(
        secret=link.secret, password=link.password, email=link.email, name=link.name
    )
    app = stranger.app
    user = accept_link(app.world.accounts, app.passwords, accepted, app.clock())
    return stranger.answer(User(id=user.id, email=user.email, name=user.name), 201)


@routes.open(
    "/sessions",
    takes=Login,
    gives=Opened,
    status=201,
    example={"email": "you@company.example", "password": "PASSWORD"},
)
def sign_in(stranger: Greeting) -> Response:
    """Sign in: the answer's secret is sent as `Authorization: Bearer SECRET` from then on."""
    login = stranger.body(Login)
    attempt = SignIn(
        email=login.email,
        password=login.password,
        code=login.code,
        source=sender_of(stranger.request),
        agent=stranger.request.headers.get("user-agent", "")[:AGENT_CHARACTERS_MAX],
    )
    app = stranger.app
    signed = log_in(
        app.world.accounts, app.passwords, attempt, app.clock(), factors=app.second_factors
    )
    opened = Opened(
        secret=signed.secret,
        user=signed.user.id,
        organisation=signed.session.organisation,
        expires_at=signed.session.expires_at,
    )
    return stranger.answer(opened, 201)


@routes.delete("/sessions/current", ())
def sign_out(visit: Changing) -> Response:
    """End the session whose secret was sent; a key stays (net30 key revoke)."""
    log_out(visit.app.world.accounts, bearer_of(visit.request), visit.app.clock())
    return Response(status_code=204)


@routes.get("/me/sessions", (), gives=tuple[SessionShown, ...])
def list_own_sessions(visit: Looking) -> Response:
    """List where you are signed in, the latest first; only a session may ask, no key."""
    own, found = _own_sessions(visit)
    return visit.reply(
        [
            SessionShown(
                id=one.id,
                made_at=one.made_at,
                expires_at=one.expires_at,
                organisation=one.organisation,
                agent=one.agent,
                current=one.id == own,
            )
            for one in found
        ]
    )


@routes.delete("/me/sessions/{session}", ())
def end_own_session(
    visit: Changing,
    session: Annotated[str, Path(description="The session's id.", max_length=ID_CHARACTERS_MAX)],
) -> Response:
    """End one of your sessions, wherever it is."""
    _, found = _own_sessions(visit)
    accounts, now = visit.app.world.accounts, visit.app.clock()
    known = session in {one.id for one in found}
    if not known or not end_session(accounts, visit.principal.user, session, now):
        raise NotFound(
            f"you have no session {session[:80]!r}",
            hint="GET /api/v1/me/sessions lists them",
            code="session_not_found",
        )
    return Response(status_code=204)


def _own_sessions(visit: Visit) -> tuple[str, tuple[Session, ...]]:
    """Return the id of the session that asks, and those that it may see.

    One that an organisation's own sign-on vouched for knows nothing of the user elsewhere.
    """
    asking = session_of(visit)
    found = open_sessions(visit.app.world.accounts, visit.principal.user, visit.app.clock())
    own = next((one for one in found if one.id == asking), None)
    if own is None:  # it ended while this was asked
        raise unauthenticated()
    if own.confined:
        found = tuple(one for one in found if one.confined and one.organisation == own.organisation)
    return own.id, found


@routes.get("/me", (), gives=Me)
def get_me(visit: Looking) -> Response:
    """Tell who the key or session stands for, and what that one may do."""
    who = visit.principal
    shown = Me(
        user=who.user,
        name=who.name,
        organisation=who.organisation,
        permissions=tuple(sorted(who.permissions)),
    )
    return visit.reply(shown)
