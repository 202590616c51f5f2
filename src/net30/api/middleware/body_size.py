"""Body size: requests that are too large are refused before they are read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from net30.api.answers.problem import told_to
from net30.kernel.errors import LimitExceeded

BODY_BYTES_MAX = 2_000_000
"""An invoice of 1,000 lines with long texts has half of that."""


UPLOAD_BYTES_MAX = 20_000_000
UPLOADS = ("/api/v1/imports", "/api/v1/predictions/files")
"""Addresses that take files; who may send none is refused before a byte of it is read."""


class BodySizes:
    """Refuses a body that says it is too large at once, and one that does not when it proves so."""

    def __init__(
        self, app: ASGIApp, bytes_max: int = BODY_BYTES_MAX, upload_max: int = UPLOAD_BYTES_MAX
    ) -> None:
        """Stand before an application."""
        self._app = app
        self._bytes_max = bytes_max
        self._upload_max = upload_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless, or until, it is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bytes_max = self._upload_max if scope["path"].startswith(UPLOADS) else self._bytes_max
        if _announced(scope) > bytes_max:
            await _refuse(bytes_max, scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > bytes_max:
                raise _too_large(bytes_max)
            return message

        await self._app(scope, counted, send)


async def _refuse(bytes_max: int, scope: Scope, receive: Receive, send: Send) -> None:
    answer = told_to(Request(scope), _too_large(bytes_max), headers={"Connection": "close"})
    await answer(scope, receive, send)


def _announced(scope: Scope) -> int:
    for key, value in scope["headers"]:
        if key == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


def _too_large(bytes_max: int) -> LimitExceeded:
    return LimitExceeded(
        f"the request has more than {bytes_max:,} bytes",
        hint="send less at once",
        code="body_too_large",
    )
