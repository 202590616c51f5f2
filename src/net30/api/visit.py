"""Visit: one request that was let in: who, in which organisation's books, and how it is answered.

An endpoint takes `Looking` to ask the books something and `Changing` to change them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeVar, cast

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from net30.api.answers import reply as answers
from net30.api.answers.etag import check_match
from net30.api.answers.sparse import PARAMETER
from net30.api.asked import check_query, read_body
from net30.api.auth import bearer_of
from net30.api.idempotency import HEADER, Asked, Made, Once, check_key
from net30.api.middleware.request_id import add_header
from net30.api.uploads import Upload, read_upload
from net30.app import App
from net30.domain.identity.principal import Principal
from net30.domain.identity.secret import SecretKind, kind_of_secret
from net30.services.audit.note_read import Reader
from net30.services.context import Context, ReadContext

if TYPE_CHECKING:
    from net30.api.deprecation import Deprecated
    from net30.api.house import House
    from net30.api.resource import Route

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request of somebody who may make it."""

    request: Request
    route: Route
    principal: Principal
    app: App
    house: House

    def look(self) -> AbstractContextManager[ReadContext]:
        """Open a question to the organisation's books."""
        return self.app.look(self.principal.user)

    def change(self) -> AbstractContextManager[Context]:
        """Open a change of the organisation's books."""
        return self.app.change(self.principal.user)

    @property
    def is_session(self) -> bool:
        """Tell whether a person's session asks, and no key."""
        return kind_of_secret(bearer_of(self.request)) is SecretKind.SESSION

    def reply(self, value: object, *, tag: str = "") -> Response:
        """Answer with a result."""
        return answers.reply(self.request, value, tag=tag)

    def note_read(self, what: str, rows: int) -> None:
        """Count personal records that this one has read; the audit notes reading them in bulk."""
        reader = Reader(self.principal.organisation, self.principal.user)
        accounts, now = self.app.world.accounts, self.app.clock()
        self.house.reads.count(accounts, reader, what, rows, now)

    def tell_deprecated(self, told: Deprecated) -> None:
        """Have the answer say that something of the request goes away."""
        _tell_deprecated(self.request, told)

    def check_match(self, tag: str) -> None:
        """Raise Conflict unless the client has read this version; a PUT must say which."""
        check_match(self.request, tag, wanted=self.route.method == "PUT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Visit):
    """A request that changes something, with its body."""

    content: bytes

    def body(self, kind: type[T]) -> T:
        """Return the request's body as one of our types; raise Faulty for what is none."""
        return read_body(self.content, self.request.headers.get("content-type", ""), kind)

    def upload(self) -> Upload:
        """Return the file that was sent, with its fields; raise InputError for none."""
        return read_upload(self.content, self.request.headers.get("content-type", ""))

    def once(
        self,
        work: Callable[[Context], object],
        *,
        at: Callable[[object], str] | None = None,
        said: bytes | None = None,
    ) -> Response:
        """Do work in one transaction, once for its key, and answer with what it returns.

        `at` tells where what was made can be read; `said` is what decides the request, where that
        is not every byte of its body.
        """
        return self._answered(self._once(said).within(lambda ctx: _made(work(ctx), at)))

    def once_apart(
        self,
        work: Callable[[], object],
        *,
        hidden: Callable[[object], object] | None = None,
        said: bytes | None = None,
    ) -> Response:
        """Do work that opens transactions of its own, once for its key.

        `hidden` returns the answer without its secret: that is what is kept, and what whoever
        asks again is told.
        """
        kept: Kept | None = (lambda value: _made(hidden(value), None)) if hidden else None
        return self._answered(self._once(said).around(lambda: _both(work(), kept)))

    def answer(self, value: object, *, replayed: bool = False) -> Response:
        """Answer with what was done under keys of its own."""
        headers = {"Idempotent-Replayed": "true"} if replayed else {}
        return answers.done(answers.written(value), self.route.status, headers)

    def keyless(self, work: Callable[[Context], tuple[object, str]]) -> Response:
        """Do what may be done twice without harm (PUT, DELETE): answer with its result and tag."""
        with self.change() as ctx:
            value, tag = work(ctx)
        return self.changed(value, tag)

    def changed(self, value: object, tag: str) -> Response:
        """Answer with what a change came to, and its tag."""
        self.house.relay.poke(self.principal.organisation)
        headers = {"ETag": tag} if tag else {}
        return answers.done(answers.written(value), self.route.status, headers)

    def _once(self, said: bytes | None = None) -> Once:
        address = self.request.scope["path"]
        body = self.content if said is None else said
        return Once(
            in_flight=self.house.in_flight,
            organisation=self.principal.organisation,
            key=check_key(self.request.headers.get(HEADER, "")),
            asked=Asked(self.principal.user, self.request.method, address, body),
            change=self.change,
        )

    def _answered(self, found: tuple[Made, bool]) -> Response:
        made, replayed = found
        self.house.relay.poke(self.principal.organisation)
        headers: Mapping[str, str] = {
            **({"Location": made.location} if made.location else {}),
            **({"Idempotent-Replayed": "true"} if replayed else {}),
        }
        return answers.done(made.body.encode(), self.route.status, headers)


Kept = Callable[[object], Made]


def _both(value: object, kept: Kept | None) -> tuple[Made, Made]:
    """Return what is answered now, and what is kept for whoever asks again."""
    now = _made(value, None)
    return now, kept(value) if kept else now


def _made(value: object, at: Callable[[object], str] | None) -> Made:
    return Made(answers.written(value).decode(), at(value) if at else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A request of nobody we know, to come in."""

    request: Request
    app: App
    content: bytes

    def body(self, kind: type[T]) -> T:
        """Return the request's body as one of our types; raise Faulty for what is none."""
        return read_body(self.content, self.request.headers.get("content-type", ""), kind)

    def answer(self, value: object, status: int) -> Response:
        """Answer with what nobody may keep on the way."""
        return answers.done(answers.written(value), status)


def let_in(request: Request) -> None:
    """Let a request in, before anything of it is looked at; raise what the doorman raises."""
    house, route = _of(request)
    if route.is_open:
        house.doorman.greet(request)
        check_query(request, house.parameters(route))
    else:
        request.state.visit = _visit(request, house, route)


def _visit(request: Request, house: House, route: Route) -> Visit:
    principal = house.doorman.admit(request, route.needs)
    check_query(request, house.parameters(route))
    house.check_fields(route, request.query_params.get(PARAMETER))
    if route.deprecated:
        _tell_deprecated(request, route.deprecated)
    return Visit(
        request=request,
        route=route,
        principal=principal,
        app=house.app.on_behalf_of(principal),
        house=house,
    )


def _tell_deprecated(request: Request, told: Deprecated) -> None:
    for name, value in told.headers().items():
        add_header(request.scope, name, value)


async def greeting(request: Request) -> Stranger:
    """Let somebody try to come in."""
    house, _ = _of(request)
    return Stranger(request=request, app=house.app, content=await request.body())


async def looking(request: Request) -> Visit:
    """Return the question that was let in."""
    visit: Visit = request.state.visit
    return visit


async def changing(request: Request) -> Change:
    """Return the change that was let in, with its body."""
    visit: Visit = request.state.visit
    return Change(
        request=visit.request,
        route=visit.route,
        principal=visit.principal,
        app=visit.app,
        house=visit.house,
        content=await request.body(),
    )


Looking = Annotated[Visit, Depends(looking)]
Greeting = Annotated[Stranger, Depends(greeting)]
Changing = Annotated[Change, Depends(changing)]


def _of(request: Request) -> tuple[House, Route]:
    house = cast("House", request.app.state.house)
    return house, house.route_of(request.scope["route"])
