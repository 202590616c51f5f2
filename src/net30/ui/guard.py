"""Guard: stands before the screens; nobody comes in who is not signed in.

It also tells browsers what a page may load (nothing of other hosts), in which language it is,
and how to install it as an application.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from net30.language.locales import direction
from net30.ui.office import Visitor
from net30.ui.words import LANGUAGE_COOKIE, language_of

OPEN_ADDRESSES = (
    "/static/",
    "/app/static/",
    "/manifest.webmanifest",
    "/sw.js",
    "/app.js",
    "/look.css",
    "/right-to-left.css",
    "/offline",
)
"""What holds nothing of anybody: the program itself, its font and signs."""

CLOSE_CODE = 4401
FINGERPRINTED = "/static/"
"""Streamlit names these files by what is in them, so that a browser may keep them for good."""

POLICY = (
    "default-src 'self'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "  # Streamlit and Vega make code
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "font-src 'self' data:; "
    "worker-src 'self' blob:; "
    "connect-src 'self' data: blob:; "
    "frame-src 'self' data: blob:; "
    "frame-ancestors 'self'; base-uri 'self'; form-action 'self'; object-src 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
HEAD = (
    '<link rel="manifest" href="/manifest.webmanifest">'
    '<link rel="apple-touch-icon" href="/app/static/icon-192.png">'
    '<meta name="theme-color" content="#0f766e">'
    '<link rel="stylesheet" href="/look.css">'
    '<link rel="stylesheet" href="/right-to-left.css">'
    '<script src="/app.js"></script>'
)


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets requests and websockets of people who are signed in through to the screens."""

    screens: ASGIApp
    visitor: Visitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, send it to the sign-in page, or close its websocket."""
        if scope["type"] == "lifespan":
            await self.screens(scope, receive, send)
            return
        known = is_open(scope["path"]) or await self._is_known(scope)
        if scope["type"] == "websocket":
            if known:
                await self.screens(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": CLOSE_CODE, "reason": "sign in"})
        elif known:
            await self.screens(_plain(scope), receive, _Dressed(scope, send))
        elif _is_page(scope):
            await RedirectResponse(sign_in(scope), 303)(scope, receive, send)
        else:
            await PlainTextResponse("sign in first", 401)(scope, receive, send)

    async def _is_known(self, scope: Scope) -> bool:
        cookie = "; ".join(Headers(scope=scope).getlist("cookie"))
        return await asyncio.to_thread(self.visitor, cookie, "") is not None


def is_open(path: str) -> bool:
    """Tell whether an address is for everybody."""
    return path.startswith(OPEN_ADDRESSES) and ".." not in path


def sign_in(scope: Scope) -> str:
    """Return the address of the sign-in page that leads back here."""
    query = scope["query_string"].decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return f"/login?after={quote(wanted)}" if wanted != "/" else "/login"


def language_asked(headers: Headers) -> str:
    """Return the language that a browser keeps from an earlier choice, else the one it asks for."""
    kept = cookie_parser(headers.get("cookie", "")).get(LANGUAGE_COOKIE, "")
    return language_of(kept or headers.get("accept-language", ""))


def _is_page(scope: Scope) -> bool:
    wanted = Headers(scope=scope).get("accept", "")
    return scope["method"] == "GET" and "text/html" in wanted


def _plain(scope: Scope) -> Scope:
    """Return the request of a page without compression, so that its head can be added to."""
    if not _is_page(scope):
        return scope
    kept = [one for one in scope["headers"] if one[0] not in {b"accept-encoding", b"if-none-match"}]
    return {**scope, "headers": kept}


class _Dressed:
    """Sends an answer on with our headers, and a page with our lines in its head."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._scope["path"].startswith(FINGERPRINTED) and message["status"] == 200:  # noqa: PLR2004
                headers["cache-control"] = "public, max-age=31536000, immutable"
            if _is_page(self._scope) and "text/html" in headers.get("content-type", ""):
                self._start = message
                return
        elif self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page()
            return
        await self._send(message)

    async def _send_page(self) -> None:
        assert self._start is not None
        language = language_asked(Headers(scope=self._scope))
        spoken = f'lang="{language}" dir="{direction(language)}"'
        page = self._body.replace(b"</head>", f"{HEAD}</head>".encode(), 1)
        page = page.replace(b'lang="en"', spoken.encode(), 1)
        headers = MutableHeaders(raw=self._start["headers"])
        headers["content-length"] = str(len(page))
        headers["cache-control"] = "no-store"
        for name in ("etag", "last-modified"):
            if name in headers:
                del headers[name]
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": page})
