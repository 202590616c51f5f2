"""Operation: one GraphQL request of somebody who was let in: their permissions, their books.

A query sees one view of the books from its first field to its last. A mutation opens one
transaction after the other, and a view of its own for what is asked of each result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from strawberry.dataloader import DataLoader

from net30.api.graphql.watching import Watching
from net30.api.resource import Route
from net30.api.visit import Change
from net30.app import App
from net30.domain.identity.principal import Principal
from net30.services.audit.note_read import Reader
from net30.services.context import ReadContext
from net30.services.rate_limit import too_many

if TYPE_CHECKING:
    from graphql import DocumentNode

    from net30.api.house import House

T = TypeVar("T")


class Books:
    """Views of the books: one for a whole query, or a new one each time."""

    def __init__(self, app: App, user: str, *, one_view: bool) -> None:
        """Look into nothing yet."""
        self._app = app
        self._user = user
        self.one_view = one_view
        self._view: ReadContext | None = None
        self._open = ExitStack()

    @contextmanager
    def look(self) -> Iterator[ReadContext]:
        """Open a view, or go on with the one that is open."""
        if not self.one_view:
            with self._app.look(self._user) as ctx:
                yield ctx
            return
        if self._view is None:
            self._view = self._open.enter_context(self._app.look(self._user))
        yield self._view

    def close(self) -> None:
        """Give the view back."""
        self._open.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVisit(Change):
    """A field that a route answers, as that route sees it."""

    books: Books
    noted: Counter[str]

    def note_read(self, what: str, rows: int) -> None:
        """Count personal records that were read; they are noted when the books are closed."""
        self.noted[what] += rows

    @contextmanager
    def look(self) -> Iterator[ReadContext]:
        """Open a question to the organisation's books, in the view of the whole operation."""
        with self.books.look() as ctx:
            yield ctx


@dataclass(slots=True, kw_only=True)
class Operation:
    """What the fields of one request share.

    `streams` is true where fields run beside other requests, on the server's own loop: what asks
    the database is then done by a thread.
    """

    house: House
    request: Request
    principal: Principal
    app: App
    document: DocumentNode
    books: Books
    watching: Watching
    fields: int = 0
    streams: bool = False
    noted: Counter[str] = field(default_factory=Counter)
    loaders: dict[object, DataLoader[Any, Any]] = field(default_factory=dict)  # Any: see `batched`

    def visit(self, route: Route, request: Request, content: bytes) -> FieldVisit:
        """Return a field's visit at its route; raise Forbidden for whom it is not."""
        self.principal.need_all(route.needs)
        self._count()
        return FieldVisit(
            request=request,
            route=route,
            principal=self.principal,
            app=self.app,
            house=self.house,
            content=content,
            books=self.books,
            noted=self.noted,
        )

    async def batched(
        self, name: object, load: Callable[[ReadContext, list[str]], list[Any]], key: str
    ) -> Any:  # Any: JSON
        """Return what `load` finds for a key; keys that are asked for together are loaded so."""
        if name not in self.loaders:

            async def loaded(keys: list[str]) -> list[Any]:
                return await self._run(lambda ctx: load(ctx, keys))

            self.loaders[name] = DataLoader(loaded, cache=self.books_stay)
        return await self.loaders[name].load(key)

    @property
    def books_stay(self) -> bool:
        """Tell whether what was read once is true until the operation ends."""
        return self.books.one_view

    def note_reads(self) -> None:
        """Have the audit note personal records that were read in bulk; no view may be open."""
        reader = Reader(self.principal.organisation, self.principal.user)
        accounts, now = self.app.world.accounts, self.app.clock()
        for what, rows in self.noted.items():
            self.house.reads.count(accounts, reader, what, rows, now)
        self.noted.clear()

    def _count(self) -> None:
        """Count a field as a request of REST; the first was counted at the door."""
        sender = f"{self.principal.organisation}/{self.principal.user}"
        left = self.house.doorman.requests.count(sender, by=1 if self.fields else 0)
        self.fields += 1
        if left.remaining < 0:
            raise too_many(left)

    async def _run(self, work: Callable[[ReadContext], T]) -> T:
        if self.streams:
            return await run_in_threadpool(self._within, work)
        return self._within(work)

    def _within(self, work: Callable[[ReadContext], T]) -> T:
        with self.books.look() as ctx:
            found = work(ctx)
        if self.streams:
            self.note_reads()
        return found
