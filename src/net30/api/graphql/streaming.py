"""Streaming: the answers of a subscription as server-sent events, as the protocol graphql-sse says.

A stream holds no thread, and asks again and again whether its bearer may still come in.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Any

import anyio
import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from net30.api.graphql.answering import STREAM, Answer, Answering, Ready
from net30.api.graphql.errors import tell
from net30.api.graphql.operation import Operation
from net30.api.leaving import is_leaving
from net30.kernel.errors import Net30Error

_BEAT = b":\n\n"
_END = b"event: complete\ndata: \n\n"


def stream(answering: Answering, ready: Ready) -> Response:
    """Return the stream of a subscription."""
    return Streaming(answering=answering).response(ready, answering.operation(ready, streams=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming:
    """Answers one document as events."""

    answering: Answering

    def response(self, ready: Ready, operation: Operation) -> Response:
        """Return the stream of a subscription."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(ready, operation), headers=headers, media_type=STREAM)

    async def _events(self, ready: Ready, operation: Operation) -> AsyncIterator[bytes]:
        results = await self.answering.schema.subscribe(
            ready.asked.query,
            variable_values=ready.asked.variables,
            context_value=operation,
            operation_name=ready.asked.operation_name,
        )
        try:
            async for result in self._beating(results):
                yield _BEAT if result is None else _event(self.answering.shown(result, ready))
        except Net30Error as error:
            yield _event({"errors": [tell(error, self.answering.request.scope)]})
        yield _END

    async def _beating(
        self,
        results: AsyncGenerator[Any, None],  # Any: Strawberry has three of them
    ) -> AsyncIterator[Any]:
        """Yield results, and None where nothing came for a while; raise Forbidden in time."""
        pace = self.answering.watching.pace
        began = admitted = time.monotonic()
        coming = asyncio.ensure_future(anext(results, _END))
        try:
            while (now := time.monotonic()) - began < pace.longest and not is_leaving():
                if now - admitted >= pace.admitted:
                    await run_in_threadpool(self._admit)
                    admitted = now
                await asyncio.wait({coming}, timeout=pace.beat)
                if not coming.done():
                    yield None
                    continue
                if (result := coming.result()) is _END:
                    return
                yield result
                coming = asyncio.ensure_future(anext(results, _END))
        finally:
            with anyio.CancelScope(shield=True):
                coming.cancel()
                await asyncio.wait({coming})
                await results.aclose()

    def _admit(self) -> None:
        self.answering.house.doorman.admit(self.answering.request, ())


def _event(answer: Answer) -> bytes:
    return b"event: next\ndata: " + msgspec.json.encode(answer) + b"\n\n"
