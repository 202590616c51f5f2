"""Serving: net30 on a port of this machine; nobody comes in who is not let in."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from net30.api.application import create_api
from net30.api.auth import Recognise
from net30.api.leaving import leave, stay
from net30.app import App
from net30.domain.identity.principal import Principal
from net30.kernel.arenas import few_arenas
from net30.kernel.errors import ConfigurationError
from net30.kernel.this_machine import is_this_machine
from net30.services.identity.authenticate import authenticate
from net30.services.identity.create_owner import create_owner, has_users

BACKLOG = 512
REQUESTS_AT_ONCE_MAX = 1000
IDLE_SECONDS = 30
CLOSING_SECONDS = 20

Tell = Callable[[str], None]
Compose = Callable[[App, Recognise], ASGIApp]
"""What is served: the API alone, or asgi.compose with the pages beside it."""


def serve(app: App, host: str, port: int, tell: Tell, compose: Compose = create_api) -> None:
    """Serve until the process is told to stop; port 0 takes any that is free.

    Raises ConfigurationError for an address beyond this machine while nobody can sign in, and for
    one that cannot be used.
    """
    few_arenas()
    first = not has_users(app.world.accounts)
    if first and not is_this_machine(host):
        raise ConfigurationError(
            f"{host} can be reached by others, and there is no owner yet",
            hint="make one first: net30 user add YOU@COMPANY --role owner; or start net30 serve on "
            "this machine, and accept the link that it prints",
            code="no_owner",
        )
    with bound(host, port) as listening:
        address = listening.getsockname()
        app = replace(app, settings=replace(app.settings, port=address[1]))
        tell(f"net30 serves http://{_written(host)}:{address[1]}/api/docs")
        if first:
            secret = create_owner(app.world.accounts, app.organisation, app.clock())
            for line in first_steps(secret, f"http://{_written(host)}:{address[1]}"):
                tell(line)
        server = _Server(configuration(app, compose))
        stay()
        signal.signal(signal.SIGTERM, partial(_on_stop, server))
        server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Ends streams when it is told to stop, so that it need not wait for them."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Hear a signal."""
        leave()
        super().handle_exit(sig, frame)


def configuration(app: App, compose: Compose = create_api) -> uvicorn.Config:
    """Return how net30 is served: only the settings' proxies are believed, no version is told."""
    proxies = [part.strip() for part in app.settings.proxies.split(",") if part.strip()]
    return uvicorn.Config(
        compose(app, partial(recognised, app)),
        log_config=None,  # App.keep_log has said how
        log_level=app.settings.log_level.lower(),
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        server_header=False,
        backlog=BACKLOG,
        limit_concurrency=REQUESTS_AT_ONCE_MAX,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )


def recognised(app: App, secret: str, organisation: str) -> Principal:
    """Return who bears a secret; raise Forbidden (unauthenticated)."""
    return authenticate(app.world.accounts, secret, app.clock(), organisation=organisation)


def bound(host: str, port: int) -> socket.socket:
    """Return a listening socket; raise ConfigurationError when the address cannot be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio sends small answers at once (TCP_NODELAY); without it each
    # waits some 40 ms for the other side's acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)  # who comes while we start waits instead of being refused
    except OSError as error:
        listening.close()
        raise ConfigurationError(
            f"{host}:{port} cannot be served: {error.strerror or error}",
            hint="name another port: --port 8600, or NET30_PORT; 0 takes any that is free",
            code="port",
        ) from error
    return listening


def first_steps(secret: str, at: str) -> tuple[str, ...]:
    """Return what whoever starts net30 for the first time is told, once."""
    body = f'{{"secret": "{secret}", "email": "YOU@COMPANY", "password": "PASSWORD"}}'
    return (
        "There is no owner yet. This one-time link makes its bearer the owner; it ends in a day:",
        f"  {at}/link/{secret}",
        "or, without the pages:",
        f"  curl {at}/api/v1/links/accept -H 'Content-Type: application/json' -d '{body}'",
        "It is shown only now. Then make a key: net30 key new YOU@COMPANY --name NAME",
    )


def _on_stop(server: uvicorn.Server, _signal: int, _frame: FrameType | None) -> None:
    """Stop before uvicorn takes over; what it raises again after it has stopped means nothing."""
    if not server.should_exit:
        raise SystemExit


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
