"""Request id: a name for every request, in its answer, its errors and the log."""

from __future__ import annotations

import re
import secrets
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from net30.api.answers.languages import language_wanted

HEADER = "x-request-id"
HEADER_CHARACTERS_READ = 500
_OWN = re.compile(rb"[A-Za-z0-9._-]{1,64}")

ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
"""Headers that every answer has."""


class RequestIds:
    """Names each request, by the client's own X-Request-Id where it is a plain one."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on under its name; add the headers that it gathers on its way."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = _name(scope)
        gathered = scope.setdefault("state", {}).setdefault("headers", {})
        scope["state"]["request_id"] = name
        scope["state"]["language"] = language_wanted(_header(scope, b"accept-language"))

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                also = [(key.encode(), value.encode()) for key, value in gathered.items()]
                message["headers"] = [
                    *message.get("headers", ()),
                    *also,
                    *ALWAYS,
                    (HEADER.encode(), name.encode()),
                ]
            await send(message)

        await self._app(scope, receive, named)


def request_id_of(scope: MutableMapping[str, Any]) -> str:
    """Return the name of a request."""
    return str(scope["state"]["request_id"])


def language_of(scope: MutableMapping[str, Any]) -> str:
    """Return the language in which errors of a request are told."""
    return str(scope["state"]["language"])


def add_header(scope: MutableMapping[str, Any], name: str, value: str) -> None:
    """Have the answer carry a header, whoever makes it."""
    scope["state"]["headers"][name] = value


def _name(scope: Scope) -> str:
    for key, value in scope["headers"]:
        if key == HEADER.encode() and _OWN.fullmatch(value):
            return str(value.decode())
    return secrets.token_hex(12)


def _header(scope: Scope, name: bytes) -> str:
    found = (value for key, value in scope["headers"] if key == name)
    return next(found, b"").decode("latin-1")[:HEADER_CHARACTERS_READ]
