"""Observed: times every request, and tells the counters, the log and the traces of it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from net30.api.observing.seen import Seen, seen

Told = Callable[[Seen], None]
Around = Callable[[Scope], AbstractContextManager[Told]]
"""Opened around a request, and told of it before it is closed."""


class Observed:
    """Stands around an application."""

    def __init__(self, app: ASGIApp, tell: Sequence[Told], around: Sequence[Around] = ()) -> None:
        """Tell each of these of each request, when its answer is complete."""
        self._app = app
        self._tell = tell
        self._around = around

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        if "request_id" not in state:
            state["request_id"] = secrets.token_hex(12)
        began = time.perf_counter()
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with ExitStack() as stack:
            tell = [*self._tell, *(stack.enter_context(around(scope)) for around in self._around)]
            try:
                await self._app(scope, receive, noted)
            finally:
                found = seen(scope, status, time.perf_counter() - began)
                for told in tell:
                    told(found)
