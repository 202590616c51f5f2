"""Headers: what every page tells the browser it may do, which is next to nothing."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from net30.portal.visitor import is_this_machine

PASSKEY_ADDRESSES = ("/passkeys",)
"""Browsers hand out passkeys to JavaScript only: these pages may run ours."""

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_WITH_SCRIPT = f"{_POLICY}; script-src 'self'; connect-src 'self'"

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: with it browsers send `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class SecureHeaders:
    """Adds them to every answer; a page is kept by nobody on the way, nor by the browser."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers[name] = value
                headers.setdefault("content-security-policy", policy_of(scope["path"]))
                headers.setdefault("cache-control", "no-store")
                if not is_this_machine(scope["headers"]):
                    headers["strict-transport-security"] = "max-age=31536000"
            await send(message)

        await self._app(scope, receive, told)


def policy_of(path: str) -> str:
    """Return the Content-Security-Policy of an address."""
    return _WITH_SCRIPT if path.startswith(PASSKEY_ADDRESSES) else _POLICY
