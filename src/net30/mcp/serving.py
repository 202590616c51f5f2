"""Serving: the MCP server on standard input and output, or as a web application to mount."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings

from net30.app import App
from net30.mcp.server import server

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SESSIONS_MAX = 200
IDLE_SECONDS = 30 * 60
BODY_BYTES_MAX = 1_000_000


def serve_stdio(app: App, user: str) -> None:
    """Serve the program at the other end of standard input and output until it hangs up.

    Standard output carries the protocol only: the SDK keeps it for itself while it serves, so
    what anything else prints goes to standard error.
    """
    asyncio.run(_serve(app, user))


def http_app(
    app: App, user: str, *, hosts: Sequence[str] = (), origins: Sequence[str] = ()
) -> Any:  # Any: a Starlette application; starlette comes with the SDK
    """Return the streamable HTTP application, for mounting: it answers at its root.

    Whoever mounts it says who the user is and runs its lifespan. Only requests to this machine,
    or to one of `hosts` (as in the Host header), from no web page or from one of `origins`, are
    answered; others get 421 and 403, so no web site can reach it through a visitor's browser.
    """
    security = TransportSecuritySettings(
        allowed_hosts=[*(f"{host}:*" for host in LOOPBACK), *LOOPBACK, *hosts],
        allowed_origins=[*(f"http://{host}:*" for host in LOOPBACK), *origins],
    )
    return server(app, user).streamable_http_app(
        streamable_http_path="/",
        transport_security=security,
        max_request_body_size=BODY_BYTES_MAX,
        session_idle_timeout=IDLE_SECONDS,
        max_sessions=SESSIONS_MAX,
    )


async def _serve(app: App, user: str) -> None:
    books = server(app, user)
    async with stdio_server() as (received, sent):
        await books.run(received, sent, books.create_initialization_options())
