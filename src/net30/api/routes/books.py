"""Books: accounting programs elsewhere; docs/books.md says how they are connected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.services.books.connections import (
    ConnectionChange,
    NewConnection,
    change_connection,
    connection_of,
    disconnect,
)
from net30.services.books.consent import (
    CALLBACK,
    Asked,
    Asker,
    ask,
    ask_again,
    choose_company,
    read_returned,
    take_answer,
)
from net30.services.books.overview import ConnectionShown, show_connection, show_connections
from net30.services.books.pull import PullReport, pull
from net30.services.books.push import PushReport, push
from net30.services.books.work import BooksWork
from net30.services.context import Context

routes = Resource("books", "Accounting programs such as QuickBooks Online and Xero.")

READ, WRITE = Permission.SETTINGS_READ, Permission.SETTINGS_WRITE
NAME_CHARACTERS_MAX = 30
EXAMPLE = {"program": "xero", "client_id": "9D1C", "client_secret": "s3cret"}

Name = Annotated[str, Path(description="The connection.", max_length=NAME_CHARACTERS_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    """Where the program's user is asked; there, `redirect_uri` must be allowed to come back."""

    connection: str
    address: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The whole address that the browser ended at, where no page of ours took the answer."""

    address: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The company that is meant, by its name or id there."""

    company: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSaid:
    """How something is booked there; an empty value takes the option away."""

    name: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HowItWorks:
    """Options, and whether it is pulled and pushed by itself; what is not said stays."""

    options: tuple[OptionSaid, ...] = ()
    scheduled_pull: bool | None = None
    scheduled_push: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatToPull:
    """What changed since the last time, or everything (`all`)."""

    all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatToPush:
    """What is new; also what was issued since a day; also what was refused too often (`again`)."""

    since: date | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnected:
    """A connection that is gone, and why the program did not take its tokens back, if so."""

    connection: str
    not_revoked: str


@routes.get("/books", READ, gives=tuple[ConnectionShown, ...])
def list_books(visit: Looking) -> Response:
    """List the connections to accounting programs."""
    with visit.look() as ctx:
        return visit.reply(show_connections(ctx))


@routes.get("/books/programs", READ, gives=tuple[str, ...])
def list_book_programs(visit: Looking) -> Response:
    """List the programs that can be connected."""
    return visit.reply(visit.app.books_programs)


@routes.post("/books", WRITE, takes=NewConnection, gives=Consented, example=EXAMPLE)
def connect_books(visit: Changing) -> Response:
    """Ask to be let into a program: send a browser to the address that comes back."""
    new = visit.body(NewConnection)
    return visit.once_apart(
        lambda: _asked(visit, ask(_work(visit), new, _asker(visit))), hidden=_hidden
    )


@routes.post("/books/finish", WRITE, takes=Returned, gives=ConnectionShown,
             example={"address": "https://erp.example/books/callback?state=S&code=C"})  # fmt: skip
def finish_books(visit: Changing) -> Response:
    """Take the answer of a program in, by the address that the browser ended at."""
    told = read_returned(visit.body(Returned).address)

    def finished() -> ConnectionShown:
        return _shown(visit, take_answer(_work(visit), told, _asker(visit)).id)

    return visit.once_apart(finished)


@routes.get("/books/{name}", READ, gives=ConnectionShown)
def get_books(visit: Looking, name: Name) -> Response:
    """Show a connection, how the last pull and push went, and what was found."""
    with visit.look() as ctx:
        return visit.reply(show_connection(ctx, name))


@routes.post("/books/{name}/options", WRITE, takes=HowItWorks, gives=ConnectionShown,
             example={"scheduled_push": True})  # fmt: skip
def change_books(visit: Changing, name: Name) -> Response:
    """Change options, and whether it is pulled and pushed by itself."""
    said, work = visit.body(HowItWorks), _work(visit)
    change = ConnectionChange(
        options={one.name: one.value for one in said.options},
        scheduled_pull=said.scheduled_pull,
        scheduled_push=said.scheduled_push,
    )
    with visit.look() as ctx:
        program = work.program_of(connection_of(ctx, name).value)

    def changed(ctx: Context) -> ConnectionShown:
        change_connection(ctx, name, change, program)
        return show_connection(ctx, name)

    return visit.once(changed)


@routes.post("/books/{name}/connect", WRITE, gives=Consented)
def connect_books_again(visit: Changing, name: Name) -> Response:
    """Ask again to be let in, with the client that is known."""
    return visit.once_apart(
        lambda: _asked(visit, ask_again(_work(visit), name, _asker(visit))), hidden=_hidden
    )


@routes.post("/books/{name}/company", WRITE, takes=Chosen, gives=ConnectionShown,
             example={"company": "Lagune Conseil"})  # fmt: skip
def choose_books_company(visit: Changing, name: Name) -> Response:
    """Say which company is meant, where the program opened several."""
    wanted = visit.body(Chosen).company

    def chosen() -> ConnectionShown:
        return _shown(visit, choose_company(_work(visit), name, wanted, _asker(visit)).id)

    return visit.once_apart(chosen)


@routes.post("/books/{name}/pull", Permission.IMPORTS_WRITE, takes=WhatToPull, gives=PullReport)
def pull_books(visit: Changing, name: Name) -> Response:
    """Pull invoices, credit notes and payments that changed there."""
    wanted = visit.body(WhatToPull)
    return visit.once_apart(lambda: pull(_work(visit), name, whole=wanted.all))


@routes.post("/books/{name}/push", Permission.IMPORTS_WRITE, takes=WhatToPush, gives=PushReport)
def push_books(visit: Changing, name: Name) -> Response:
    """Push invoices, credit notes and payments of ours that are not there yet."""
    wanted = visit.body(WhatToPush)

    def pushed() -> PushReport:
        return push(_work(visit), name, since=wanted.since, again=wanted.again)

    return visit.once_apart(pushed)


@routes.post("/books/{name}/disconnect", WRITE, gives=Disconnected)
def disconnect_books(visit: Changing, name: Name) -> Response:
    """Give the tokens back and forget the connection; what was pulled and pushed stays."""

    def gone() -> Disconnected:
        return Disconnected(connection=name, not_revoked=disconnect(_work(visit), name))

    return visit.once_apart(gone)


def _work(visit: Looking) -> BooksWork:
    return visit.app.books_work(visit.principal.user)


def _asker(visit: Looking) -> Asker:
    return Asker(principal=visit.principal, back_to=f"{visit.app.settings.address}{CALLBACK}")


def _asked(visit: Looking, asked: Asked) -> Consented:
    return Consented(
        connection=asked.connection.id,
        address=asked.address,
        redirect_uri=f"{visit.app.settings.address}{CALLBACK}",
    )


def _hidden(answer: object) -> object:
    """Return the answer as it is kept: without the address, whose state is a secret."""
    assert isinstance(answer, Consented)
    return replace(answer, address="")


def _shown(visit: Looking, name: str) -> ConnectionShown:
    with visit.look() as ctx:
        return show_connection(ctx, name)
