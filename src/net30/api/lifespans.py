"""Lifespans: the parts of a server start and stop with it, each in a task of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send


async def run_lifespans(
    parts: Sequence[ASGIApp], scope: Scope, receive: Receive, send: Send
) -> None:
    """Start every part in its order and stop them in the opposite one; one that fails stops all."""
    running: list[Life] = []
    await receive()
    failure = ""
    for part in parts:
        life = Life(part, scope)
        failure = await life.start()
        if failure:
            break
        running.append(life)
    if not failure:
        await send({"type": "lifespan.startup.complete"})
        await receive()
    for life in reversed(running):
        failure = await life.stop() or failure
    if not failure:
        await send({"type": "lifespan.shutdown.complete"})
    elif len(running) < len(parts):
        await send({"type": "lifespan.startup.failed", "message": failure})
    else:
        await send({"type": "lifespan.shutdown.failed", "message": failure})


@dataclass(slots=True)
class Life:
    """One part's lifespan, as a task of its own."""

    part: ASGIApp
    scope: Scope
    asked: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    answered: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Start, and return why it did not."""
        self.task = asyncio.create_task(self._run(), context=Context())
        return await self._ask("lifespan.startup")

    async def stop(self) -> str:
        """Stop, and return what went wrong."""
        failure = await self._ask("lifespan.shutdown")
        assert self.task is not None
        await self.task
        return failure

    async def _ask(self, kind: str) -> str:
        await self.asked.put({"type": kind})
        answer = await self.answered.get()
        return str(answer.get("message") or "failed") if answer["type"].endswith("failed") else ""

    async def _run(self) -> None:
        scope = {**self.scope, "state": self.scope.get("state", {})}
        try:
            await self.part(scope, self.asked.get, self.answered.put)
        except Exception as error:  # noqa: BLE001 - the server is told, and stops
            await self.answered.put({"type": "lifespan.failed", "message": repr(error)})


class Late:
    """A part that is made, and started, when it is first asked for: many servers never ask.

    What it imports (a second of work for MCP) is no part of the server's start.
    """

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        """Stand for what `make` returns."""
        self._make = make
        self._making = asyncio.Lock()
        self._life: Life | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; raise RuntimeError when the part does not start."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        async with self._making:
            life = self._life = self._life or await self._begun()
        await life.part(scope, receive, send)

    async def _begun(self) -> Life:
        part = await run_in_threadpool(self._make)
        life = Life(part, {"type": "lifespan", "asgi": {"version": "3.0"}})
        failure = await life.start()
        if failure:
            raise RuntimeError(failure)
        return life

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        failure = await self._life.stop() if self._life else ""
        kind = "failed" if failure else "complete"
        await send({"type": f"lifespan.shutdown.{kind}", "message": failure})
