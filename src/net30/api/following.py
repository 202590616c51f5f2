"""Following: a question asked again and again, each new answer as a server-sent event.

Whoever follows the same thing shares one look at the books, by a thread that is given back at
once: a stream that waits holds none. A client that comes again says which event it had last.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated

import msgspec
from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from net30.api.answers.problem import problem
from net30.api.answers.reply import written
from net30.api.auth import ORGANISATION_HEADER, bearer_of
from net30.api.leaving import is_leaving
from net30.api.middleware.request_id import request_id_of
from net30.api.resource import EVENTS
from net30.api.visit import Visit
from net30.kernel.errors import Forbidden, LimitExceeded, Net30Error
from net30.services.context import ReadContext

BEAT_SECONDS = 15.0
"""So often something is sent, that nobody on the way takes the stream for dead."""
ADMITTED_SECONDS = 30.0
RETRY_MILLISECONDS = 2000
LEAVING_SECONDS = 0.5
STAY_SECONDS_MAX = 3600
STREAMS_OF_USER_MAX = 10
STREAMS_MAX = 300
ID_CHARACTERS_MAX = 200

Stay = Annotated[
    int,
    Query(
        ge=0,
        le=STAY_SECONDS_MAX,
        description="The stream ends after so long, and the client comes again; 0: tell what is "
        "known now, and end.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An answer as an event: its id, its name, what it says; nothing follows on the `last`."""

    id: str
    event: str
    value: object
    last: bool = False

    def frame(self) -> bytes:
        """Return the event as it is sent."""
        head = f"id: {self.id}\nevent: {self.event}\ndata: ".encode()
        return head + written(self.value) + b"\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What is followed: its name in the organisation, how to look, and how often.

    `look` gets the news that is known, and returns just that when nothing is new.
    """

    name: str
    look: Callable[[ReadContext, News | None], News]
    every_seconds: float


@dataclass(slots=True)
class _Shared:
    """The latest look at one thing, and how many wait for the next."""

    readers: int = 0
    at: float = float("-inf")
    looking: asyncio.Task[News] | None = None
    known: News | None = None


@dataclass(slots=True)
class Following:
    """All streams of one running API.

    None lasts longer than `longest_seconds`; who has a key that was taken back hears for
    `admitted_seconds` more.
    """

    admitted_seconds: float = ADMITTED_SECONDS
    longest_seconds: float = STAY_SECONDS_MAX
    shared: dict[tuple[str, str], _Shared] = field(default_factory=dict)
    of_users: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def now(self, visit: Visit, followed: Followed) -> News:
        """Return what is true now, or was when somebody looked a moment ago."""
        shared = self.shared[visit.principal.organisation, followed.name]
        if shared.looking is None or time.monotonic() - shared.at >= followed.every_seconds:
            shared.at = time.monotonic()
            shared.looking = asyncio.create_task(_look(visit, followed, shared.known))
        # Who goes must not take the look away from the others.
        shared.known = await asyncio.shield(shared.looking)
        return shared.known

    @contextmanager
    def reading(self, visit: Visit, followed: Followed) -> Iterator[_Shared]:
        """Count a stream while it lasts; raise LimitExceeded for one too many."""
        who = (visit.principal.organisation, visit.principal.user)
        if self.of_users[who] >= STREAMS_OF_USER_MAX or self.of_users.total() >= STREAMS_MAX:
            raise LimitExceeded(
                "too many streams are open",
                hint=f"close some: {STREAMS_OF_USER_MAX} of a user at once",
                code="rate_limit",
            )
        key = (visit.principal.organisation, followed.name)
        shared = self.shared.setdefault(key, _Shared())
        shared.readers += 1
        self.of_users[who] += 1
        try:
            yield shared
        finally:
            shared.readers -= 1
            self.of_users[who] -= 1
            if not self.of_users[who]:
                del self.of_users[who]
            if not shared.readers:
                self.shared.pop(key, None)


async def follow(visit: Visit, followed: Followed, seconds: int) -> Response:
    """Answer with events until there are no more, `seconds` are over, or the key is taken back.

    Raises what the first look raises. A client that has the last event already gets 204, which
    tells it not to come again.
    """
    following = _following_of(visit)
    had = visit.request.headers.get("last-event-id", "")[:ID_CHARACTERS_MAX]
    with following.reading(visit, followed):
        first = await following.now(visit, followed)
    if first.last and first.id == had:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    events = _events(following, visit, followed, first, seconds)
    return StreamingResponse(events, headers=headers, media_type=EVENTS)


def _following_of(visit: Visit) -> Following:
    state = visit.request.app.state
    if not hasattr(state, "following"):
        state.following = Following()
    found: Following = state.following
    return found


async def _events(
    following: Following, visit: Visit, followed: Followed, first: News, seconds: int
) -> AsyncIterator[bytes]:
    yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
    try:
        with following.reading(visit, followed) as shared:
            shared.known = shared.known or first
            async for frame in _frames(following, visit, followed, seconds):
                yield frame
    except Net30Error as error:  # the answer has begun: what is wrong is told as an event
        told = msgspec.json.decode(problem(error, request_id_of(visit.request.scope)).body)
        yield b"event: problem\ndata: " + msgspec.json.encode(told) + b"\n\n"


async def _frames(
    following: Following, visit: Visit, followed: Followed, seconds: int
) -> AsyncIterator[bytes]:
    had = visit.request.headers.get("last-event-id", "")
    began = beaten = admitted = time.monotonic()
    while True:
        news = await following.now(visit, followed)
        now = time.monotonic()
        if news.id != had:
            had, beaten = news.id, now
            yield news.frame()
        elif now - beaten >= BEAT_SECONDS:
            beaten = now
            yield b": still here\n\n"
        left = began + min(seconds, following.longest_seconds) - now
        if news.last or left <= 0 or is_leaving():
            return
        if now - admitted >= following.admitted_seconds:
            await run_in_threadpool(_admit, visit)
            admitted = now
        await _pause(min(followed.every_seconds, left))


async def _pause(seconds: float) -> None:
    """Wait, but no longer than the process stays."""
    until = time.monotonic() + seconds
    # A signal sets what is looked at here, in no event loop: nothing could be awaited.
    while not is_leaving() and (left := until - time.monotonic()) > 0:  # noqa: ASYNC110 - so
        await asyncio.sleep(min(left, LEAVING_SECONDS))


async def _look(visit: Visit, followed: Followed, known: News | None) -> News:
    def looked() -> News:
        with visit.look() as ctx:
            return followed.look(ctx, known)

    return await run_in_threadpool(looked)


def _admit(visit: Visit) -> None:
    """Raise Forbidden for whoever may not hear this any more; it counts as no request."""
    request = visit.request
    organisation = request.headers.get(ORGANISATION_HEADER, "")
    principal = visit.house.doorman.recognise(bearer_of(request), organisation)
    if principal.organisation != visit.principal.organisation:
        raise Forbidden("this key is of another organisation now", code="unauthenticated")
    principal.need_all(visit.route.needs)
