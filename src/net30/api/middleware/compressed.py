"""Compressed: answers are smaller on the way for whoever can unpack them."""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

GZIP_BYTES_MIN = 1000


class Compressed:
    """Compresses answers for clients that ask for it; those of others are not looked at."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app
        self._packed = GZipMiddleware(app, minimum_size=GZIP_BYTES_MIN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        packed = scope["type"] == "http" and any(
            name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"]
        )
        await (self._packed if packed else self._app)(scope, receive, send)
