"""Serving: the MCP server on standard input and output, or as a web application to mount."""

from __future__ import annotations

import asyncio
from functools import partial

from mcp import types
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from starlette.applications import Starlette

from net30.app import App
from net30.domain.identity.principal import Principal
from net30.mcp.counter import Counter
from net30.mcp.server import Request, server, server_of

BODY_BYTES_MAX = 1_000_000


def serve_stdio(app: App, user: str) -> None:
    """Serve the program at the other end of standard input and output until it hangs up.

    Standard output carries the protocol only: the SDK keeps it for itself while it serves, so
    what anything else prints goes to standard error.
    """
    asyncio.run(_serve(app, user))


def http_app(app: App) -> Starlette:
    """Return the streamable HTTP application, for mounting: it answers at its root.

    Whoever mounts it runs its lifespan, lets nobody in without a key, and puts the Principal into
    scope["state"]["principal"]; without one nothing is answered. Each request stands for itself:
    there is no session that somebody else could go on with, and a key that was revoked opens
    nothing any more. The key is in a header that no web page of others can send, so the address
    that a browser thinks it talks to does not matter.
    """
    return server_of(partial(_visitor, app)).streamable_http_app(
        streamable_http_path="/",
        stateless_http=True,
        json_response=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        max_request_body_size=BODY_BYTES_MAX,
    )


def _visitor(app: App, asking: Request) -> Counter:
    """Return the counter of whoever makes a request."""
    state = asking.request.scope.get("state", {}) if asking.request else {}
    principal = state.get("principal")
    if not isinstance(principal, Principal):
        raise MCPError(types.INVALID_REQUEST, "this needs a key")
    return Counter(app.on_behalf_of(principal), principal.user)


async def _serve(app: App, user: str) -> None:
    books = server(app, user)
    async with stdio_server() as (received, sent):
        await books.run(received, sent, books.create_initialization_options())
