"""Watching: what changes among the running jobs or the open alerts of an organisation.

One look a second for all who watch the same thing, by a thread that is given back at once: who
waits holds none.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from starlette.concurrency import run_in_threadpool

from net30.app import App
from net30.domain.aggregates import Aggregate, Key
from net30.kernel.errors import LimitExceeded, Net30Error, Unavailable
from net30.services.context import ReadContext

CHANGES_WAITING_MAX = 1_000
WATCHERS_MAX = 500
"""Of the whole process; each costs a little memory and no thread."""
WATCHERS_OF_ORGANISATION_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often streams look, show that they live, ask whether they still may, and how long.

    A key that was taken back hears no more after `admitted`; a stream ends after `longest`, and
    the client subscribes anew.
    """

    look: float = 1.0
    beat: float = 10.0
    admitted: float = 30.0
    longest: float = 3600.0


PACE = Pace()

Value: TypeAlias = Any  # JSON
Rows = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be watched: records of a kind while a key has a value, and how each is shown."""

    name: str
    kind: type[Aggregate]
    value: str
    show: Callable[[ReadContext, Any], Value]  # Any: a record of the kind

    def look(self, app: App, known: Rows) -> tuple[Rows, Rows]:
        """Return what is there, and what was there at the last look and is no more, as it is."""
        with app.look() as ctx:
            there = {
                one.value.id: self.show(ctx, one.value)
                for one in ctx.tx.find(self.kind, Key.PARENT, self.value)
            }
            gone = ctx.tx.load_many(self.kind, known.keys() - there.keys())
            return there, {name: self.show(ctx, one.value) for name, one in gone.items()}


@dataclass(slots=True)
class _Watch:
    """One topic of one organisation: what was seen last, and who waits for changes."""

    app: App
    topic: Topic
    known: Rows = field(default_factory=dict)
    pace: Pace = PACE
    waiting: set[asyncio.Queue[Value | Net30Error]] = field(default_factory=set)
    looking: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Look again and again while somebody waits."""
        while self.waiting:
            try:
                await self._look()
            except Net30Error as error:  # the database is away: those who wait are told, and end
                self._tell(error)
                return
            await asyncio.sleep(self.pace.look)

    async def _look(self) -> None:
        there, gone = await run_in_threadpool(self.topic.look, self.app, self.known)
        before, self.known = self.known, there
        for name, row in (gone | there).items():
            if before.get(name) != row:
                self._tell(row)

    def _tell(self, news: Value | Net30Error) -> None:
        for queue in self.waiting:
            if queue.full():  # who reads so slowly is told that changes were missed
                queue.get_nowait()
                news = _too_slow()
            queue.put_nowait(news)


@dataclass(slots=True)
class Watching:
    """All that is watched in this process."""

    pace: Pace = PACE
    watches: dict[tuple[str, str], _Watch] = field(default_factory=dict)

    async def changes(self, app: App, topic: Topic) -> AsyncIterator[Value]:
        """Yield what is there now, then every change, until the reader goes.

        Raises LimitExceeded when too many watch, Unavailable when the database does not answer or
        the reader is too slow.
        """
        queue: asyncio.Queue[Value | Net30Error] = asyncio.Queue(CHANGES_WAITING_MAX)
        watch = self._joined(app, topic, queue)
        try:
            while True:
                news = await queue.get()
                if isinstance(news, Net30Error):
                    raise news
                yield news
        finally:
            self._leave(watch, queue)

    def _joined(self, app: App, topic: Topic, queue: asyncio.Queue[Value | Net30Error]) -> _Watch:
        self._check_room(app.organisation)
        key = (app.organisation, topic.name)
        watch = self.watches.setdefault(key, _Watch(app, topic, pace=self.pace))
        for row in watch.known.values():
            queue.put_nowait(row)
        watch.waiting.add(queue)
        if watch.looking is None or watch.looking.done():
            watch.looking = asyncio.create_task(watch.run())
        return watch

    def _leave(self, watch: _Watch, queue: asyncio.Queue[Value | Net30Error]) -> None:
        watch.waiting.discard(queue)
        if not watch.waiting:
            if watch.looking is not None:
                watch.looking.cancel()
            self.watches.pop((watch.app.organisation, watch.topic.name), None)

    def _check_room(self, organisation: str) -> None:
        ours = sum(len(one.waiting) for (of, _), one in self.watches.items() if of == organisation)
        everybody = sum(len(one.waiting) for one in self.watches.values())
        if ours >= WATCHERS_OF_ORGANISATION_MAX or everybody >= WATCHERS_MAX:
            raise LimitExceeded(
                "too many are watching already",
                hint=f"{WATCHERS_OF_ORGANISATION_MAX} streams of an organisation are allowed",
                code="graphql_watchers",
            )


def _too_slow() -> Unavailable:
    return Unavailable(
        f"more than {CHANGES_WAITING_MAX:,} changes were not read",
        hint="subscribe again; you get what is there now",
        code="too_slow",
    )
