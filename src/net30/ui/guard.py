"""Guard: stands before the screens; nobody comes in who is not signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from net30.domain.identity.principal import Principal
from net30.ui.dressed import Dressed, is_page, language_asked, plain
from net30.ui.office import Visitor

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
AtOnce = Callable[[Principal, str], Iterator[str]]
"""From who looks, and the language, to what the first screen shows before its program runs."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets requests and websockets of people who are signed in through to the screens."""

    screens: ASGIApp
    visitor: Visitor
    at_once: AtOnce

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, send it to the sign-in page, or close its websocket."""
        if scope["type"] == "lifespan":
            await self.screens(scope, receive, send)
            return
        who = None if is_open(scope["path"]) else await self._visitor(scope)
        known = is_open(scope["path"]) or who is not None
        if scope["type"] == "websocket":
            if known:
                await self.screens(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": CLOSE_CODE, "reason": "sign in"})
        elif known:
            await self.screens(plain(scope), receive, Dressed(scope, send, self._first(scope, who)))
        elif is_page(scope):
            await RedirectResponse(sign_in(scope), 303)(scope, receive, send)
        else:
            await PlainTextResponse("sign in first", 401)(scope, receive, send)

    async def _visitor(self, scope: Scope) -> Principal | None:
        cookie = "; ".join(Headers(scope=scope).getlist("cookie"))
        return await asyncio.to_thread(self.visitor, cookie, "")

    def _first(self, scope: Scope, who: Principal | None) -> Iterator[str]:
        """Return what is shown at once: only of the first screen, only to who is signed in."""
        if who is None or scope["path"] != "/":
            return iter(())
        return self.at_once(who, language_asked(Headers(scope=scope)))


def is_open(path: str) -> bool:
    """Tell whether an address is for everybody."""
    return path.startswith(OPEN_ADDRESSES) and ".." not in path


def sign_in(scope: Scope) -> str:
    """Return the address of the sign-in page that leads back here."""
    query = scope["query_string"].decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return f"/login?after={quote(wanted)}" if wanted != "/" else "/login"
