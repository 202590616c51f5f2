"""net30 demo --serve: the demo company in the browser, for this machine only."""

from __future__ import annotations

import os
import secrets
from functools import partial

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from net30.app import App, open_app
from net30.cli.demo import fill
from net30.cli.output import say
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Permission
from net30.domain.identity.session import SESSION_HOURS
from net30.domain.identity.user import User
from net30.kernel.plugins import load
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.create_owner import create_owner, has_users
from net30.services.identity.log_in import SignIn, begin_session
from net30.services.identity.noted import LOCAL_USER
from net30.services.identity.reset_password import reset_password
from net30.settings import load_with_file

HOST = "127.0.0.1"
OWNER = "owner@lagune-conseil.example"
NAME = "Awa Koné"
DOOR = "/demo/"


def serve_demo(port: int | None) -> None:
    """Serve the demo company until told to stop; print the one link that opens it.

    Raises ConfigurationError without the extra ui, or for a port that cannot be used.
    """
    asgi = load("net30", "asgi", extra="ui")
    serving = load("net30.api", "serving", extra="ui")
    load("net30.ui", "application", extra="ui")
    settings = load_with_file(os.environ)
    say("Making the demo company ...")
    fill(settings)
    app = open_app(settings)
    key = secrets.token_urlsafe(32)
    try:
        _owner_password(app, key)
        relay = load("net30.worker", "child").WorkerProcess(app.world)
        wanted = settings.port if port is None else port
        compose = partial(_with_door, asgi.with_screens, relay, key)
        serving.serve(app, HOST, wanted, partial(_tell, key), compose)
    finally:
        app.close()


def _with_door(
    with_screens: object, relay: object, key: str, app: App, recognise: object
) -> ASGIApp:
    return Door(with_screens(app, recognise, relay), app, key)  # type: ignore[operator] # asgi's


def _tell(key: str, line: str) -> None:
    """Print the link that opens the demo in the place of the API's address."""
    at = line.rpartition(" ")[2].removesuffix("/api/docs")
    say(f"The demo company is open: {at}{DOOR}{key}")
    say("The link works on this machine only, until you stop net30 with Ctrl-C.")


def _owner_password(app: App, password: str) -> None:
    """Give the demo's owner a password that nobody knows, and make the owner first."""
    accounts, now = app.world.accounts, app.clock()
    if has_users(accounts):
        with accounts.reading() as tx:
            user = tx.find(User, AccountKey.NAME, OWNER)[0]
        link = reset_password(accounts, user.id, _here(app), now)
    else:
        link = create_owner(accounts, app.organisation, now)
    accepted = Accepted(secret=link, password=password, email=OWNER, name=NAME)
    accept_link(accounts, app.passwords, accepted, now)


def _here(app: App) -> Principal:
    return Principal(
        user=LOCAL_USER,
        name="",
        organisation=app.organisation,
        permissions=frozenset(Permission),
    )


class Door:
    """Lets whoever has the printed link in as the demo's owner; all else passes on."""

    def __init__(self, served: ASGIApp, app: App, key: str) -> None:
        """Stand before what is served."""
        self._served = served
        self._app = app
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open a session for the link, or pass a request on."""
        if scope["type"] == "http" and scope["path"].startswith(DOOR):
            await self._answer(scope["path"].removeprefix(DOOR))(scope, receive, send)
        else:
            await self._served(scope, receive, send)

    def _answer(self, key: str) -> Response:
        if not secrets.compare_digest(key.encode(), self._key.encode()):
            return PlainTextResponse("this link opens nothing", 404)
        attempt = SignIn(email=OWNER, password="", source=HOST, agent="demo")
        app = self._app
        with app.world.accounts.writing() as tx:
            signed = begin_session(
                tx, tx.find(User, AccountKey.NAME, OWNER)[0], attempt, app.clock()
            )
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            load("net30.portal", "visitor").COOKIE,
            signed.secret,
            max_age=SESSION_HOURS * 3600,
            httponly=True,
            samesite="lax",
        )
        return answer
