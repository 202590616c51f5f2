"""Visitor: who a browser belongs to, by the one cookie that holds its session's secret.

    who = principal_of(recognise, cookie_header)          # None: nobody who is signed in

The API takes the same secret as a bearer's; `CookieBearer` hands it on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from net30.domain.identity.principal import Principal
from net30.domain.identity.secret import SecretKind, kind_of_secret
from net30.kernel import this_machine
from net30.kernel.errors import Forbidden

COOKIE = "net30_session"
"""The cookie's name: HttpOnly, SameSite=Lax, for this host only, Secure off this machine."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Recognise = Callable[[str, str], Principal]
"""From a secret and the organisation asked for (or "") to who that is; raises Forbidden."""

Headers = Iterable[tuple[bytes, bytes]]


def secret_in(cookie: str) -> str:
    """Return the session's secret in a Cookie header; empty for none.

    A key in a cookie opens nothing: keys are for programs. Of several the first counts, which is
    the one of the longest path, so a cookie set beside ours does not end a session.
    """
    for part in cookie.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and kind_of_secret(value) is SecretKind.SESSION:
            return value
    return ""


def principal_of(recognise: Recognise, cookie: str, organisation: str = "") -> Principal | None:
    """Return who a Cookie header stands for, None for nobody. It asks the database."""
    secret = secret_in(cookie)
    try:
        return recognise(secret, organisation) if secret else None
    except Forbidden:
        return None


def is_own_page(headers: Headers, public_url: str = "") -> bool:
    """Tell whether a request comes from a page of this very server, as the browser says.

    By Sec-Fetch-Site; by Origin from browsers that do not send it (plain HTTP). A request that
    says neither is not believed.
    """
    found = list(headers)
    site = header_of(found, b"sec-fetch-site")
    if site:
        return site == "same-origin"
    origin = urlsplit(header_of(found, b"origin")).netloc.lower()
    own = {header_of(found, b"host").lower(), urlsplit(public_url).netloc.lower()}
    return bool(origin) and origin in own


def is_this_machine(headers: Headers) -> bool:
    """Tell whether the browser reached us by this machine's own address."""
    host = urlsplit(f"//{header_of(headers, b'host')}").hostname or ""
    return host.endswith(".localhost") or this_machine.is_this_machine(host)


def header_of(headers: Headers, name: bytes) -> str:
    """Return a header's value, several joined as browsers may split a Cookie header."""
    values = [value.decode("latin-1") for key, value in headers if key.lower() == name]
    return "; ".join(values) if name == b"cookie" else (values[0] if values else "")


class CookieBearer:
    """Stands before the API: a browser's session comes in as a bearer's secret would.

    So that no other site can change anything through a visitor's browser, a request that changes
    something, and a websocket, is only believed from our own pages. A request with an
    Authorization header of its own is left as it is.
    """

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        """Stand before an application."""
        self._app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with the cookie's secret where it may be believed."""
        if scope["type"] in {"http", "websocket"}:
            scope = self._told(scope)
        await self._app(scope, receive, send)

    def _told(self, scope: Scope) -> Scope:
        headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        secret = secret_in(header_of(headers, b"cookie"))
        if not secret or header_of(headers, b"authorization"):
            return scope
        safe = scope["type"] == "http" and scope["method"] in SAFE_METHODS
        if not safe and not is_own_page(headers, self._public_url):
            return scope
        return {**scope, "headers": [*headers, (b"authorization", f"Bearer {secret}".encode())]}
