"""Dressed: an answer on its way to a browser, with our headers; a page with our lines in it too.

The lines in its head say how to install it as an application and how it looks; at the beginning of
its body stands what there is to see before the program itself runs.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator
from time import monotonic

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import Message, Scope, Send

from net30.language.locales import direction
from net30.ui.words import LANGUAGE_COOKIE, language_of

log = logging.getLogger("net30.ui")
FINGERPRINTED = "/static/"
"""Streamlit names these files by what is in them, so that a browser may keep them for good."""

AT_ONCE_SECONDS_MAX = 1.0
"""So long a page waits for what is shown at once; what takes longer is shown by the program."""

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
    '<meta charset="utf-8"><link rel="manifest" href="/manifest.webmanifest">'
    '<link rel="apple-touch-icon" href="/app/static/icon-192.png">'
    '<meta name="theme-color" content="#0f766e">'
    '<link rel="stylesheet" href="/look.css">'
    '<link rel="stylesheet" href="/right-to-left.css">'
    '<script src="/app.js"></script>'
)
OPENING = '<div id="at-once" aria-busy="true">'
FONT = "/app/static/inter-latin.woff2"
_PROGRAM = re.compile(rb'<script type="module"[^>]*></script>|<link rel="modulepreload"[^>]*>')
"""Seventy files, whose reading would keep a browser from painting what is to be seen first."""
_FONT_OF_STREAMLIT = re.compile(rb"\./static/media/SourceSans[^\"]+\.woff2")
"""What its page loads first, and we never show."""


def is_page(scope: Scope) -> bool:
    """Tell whether a request is for a page."""
    wanted = Headers(scope=scope).get("accept", "")
    return scope["method"] == "GET" and "text/html" in wanted


def language_asked(headers: Headers) -> str:
    """Return the language that a browser keeps from an earlier choice, else the one it asks for."""
    kept = cookie_parser(headers.get("cookie", "")).get(LANGUAGE_COOKIE, "")
    return language_of(kept or headers.get("accept-language", "").partition(",")[0])


def plain(scope: Scope) -> Scope:
    """Return the request of a page without compression, so that lines can be added to it."""
    if not is_page(scope):
        return scope
    kept = [one for one in scope["headers"] if one[0] not in {b"accept-encoding", b"if-none-match"}]
    return {**scope, "headers": kept}


class Dressed:
    """Sends an answer on with our headers, and a page with our lines.

    `at_once` are pieces of HTML to show until the program runs; asked for one by one, beside.
    """

    def __init__(self, scope: Scope, send: Send, at_once: Iterator[str]) -> None:
        self._scope = scope
        self._send = send
        self._at_once = at_once
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer, or keep it until the page is whole."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._scope["path"].startswith(FINGERPRINTED) and message["status"] == 200:  # noqa: PLR2004
                headers["cache-control"] = "public, max-age=31536000, immutable"
            if is_page(self._scope) and "text/html" in headers.get("content-type", ""):
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
        headers = MutableHeaders(raw=self._start["headers"])
        headers["cache-control"] = "no-store"
        for name in ("content-length", "etag", "last-modified"):
            if name in headers:
                del headers[name]
        await self._send(self._start)
        first, begins, rest = self._page().partition(b"<body>")
        await self._send_part(first + begins)
        opened = False
        async for piece in in_time(self._at_once):
            await self._send_part(f"{'' if opened else OPENING}{piece}".encode())
            opened = True
        program = b"".join(_PROGRAM.findall(self._body))
        if opened:  # app.js begins it once all that is painted
            rest = b"</div>" + rest
            program = b'<template id="program">' + program + b"</template>"
        await self._send_part(rest.replace(b"</body>", program + b"</body>", 1), more=False)

    async def _send_part(self, body: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    def _page(self) -> bytes:
        language = language_asked(Headers(scope=self._scope))
        spoken = f'lang="{language}" dir="{direction(language)}"'
        page = _PROGRAM.sub(b"", self._body)
        page = page.replace(b"<head>", f"<head>{HEAD}".encode(), 1)
        page = page.replace(b"<title>Streamlit</title>", b"<title>net30</title>", 1)
        page = _FONT_OF_STREAMLIT.sub(FONT.encode(), page, 1)
        return page.replace(b'lang="en"', spoken.encode(), 1)


async def in_time(pieces: Iterator[str]) -> AsyncIterator[str]:
    """Yield pieces that a thread of their own makes, as long as there is time for them.

    One that comes too late is made all the same: what it was made of is kept for the next who asks.
    """
    until = monotonic() + AT_ONCE_SECONDS_MAX
    while True:
        made = asyncio.ensure_future(asyncio.to_thread(_next, pieces))
        done, _ = await asyncio.wait({made}, timeout=max(0.0, until - monotonic()))
        piece = made.result() if done else None
        if piece is None:
            return
        yield piece


def _next(pieces: Iterator[str]) -> str | None:
    """Return one piece more, None after the last; the program itself tells what goes wrong."""
    try:
        return next(pieces, None)
    except Exception:  # it is no reason to show no page at all
        log.exception("what is shown at once failed")
        return None
