"""A desk beside an accounting program: connect, pull, push, and look at what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from net30.app import App
from net30.domain.books import BooksConnection
from net30.domain.open_item import OpenItem
from net30.kernel.plugins import load
from net30.ledger.segments import read_ledger
from net30.ports.books import BooksApp
from net30.services.books.connections import (
    ConnectionChange,
    NewConnection,
    change_connection,
    connection_of,
)
from net30.services.books.consent import Asker, ask, take_answer
from net30.services.books.pull import PullReport, pull
from net30.services.books.push import PushReport, push
from net30.services.books.work import BooksWork, PatientWeb
from net30.services.check_books import check_books
from net30.services.found import open_item_by_number
from net30.services.identity.noted import at_this_machine
from tests.desk import Desk

BACK = "https://books.lagune.example/books/callback"


def asker_of(app: App, session: str = "") -> Asker:
    """Whoever works at the machine."""
    return Asker(principal=at_this_machine(app.organisation), back_to=BACK, session=session)


def new_connection(program: str, server: Any) -> NewConnection:
    """A connection to a double."""
    return NewConnection(
        program=program,
        client_id=server.client_id,
        client_secret=server.client_secret,
        address=server.url,
    )


@dataclass(slots=True)
class Beside:
    """A desk, the program's double, and what works with both; pauses are only noted."""

    desk: Desk
    name: str
    server: Any
    work: BooksWork
    pauses: list[float] = field(default_factory=list)

    def pull(self, *, whole: bool = False) -> PullReport:
        """What a pull does; then every copy is up to date."""
        report = pull(self.work, self.name, whole=whole)
        self.desk.app.settle()
        return report

    def push(self, **more: Any) -> PushReport:
        """What a push does."""
        report = push(self.work, self.name, **more)
        self.desk.app.settle()
        return report

    def connection(self) -> BooksConnection:
        """The connection as it is now."""
        with self.work.look() as ctx:
            return connection_of(ctx, self.name).value

    def option(self, **options: str) -> None:
        """Say how things are booked there."""
        named = {name.replace("__", "."): value for name, value in options.items()}
        program = self.work.program_of(self.connection())
        with self.work.change() as ctx:
            change_connection(ctx, self.name, ConnectionChange(options=named), program)

    def item(self, number: str) -> OpenItem:
        """An open item by its number."""
        with self.desk.app.look() as ctx:
            return open_item_by_number(ctx, number).value

    def facts(self, number: str) -> list[tuple[str, int, str, str]]:
        """The facts of a document: what, how much, which day, known since."""
        with self.desk.app.look() as ctx:
            ledger = read_ledger(ctx.blobs, ctx.organisation, ctx.today)
        rows = [row for row in ledger.to_pylist() if row["number"] == number]
        return sorted(
            (row["fact"], row["amount"], str(row["day"]), str(row["known_on"])) for row in rows
        )

    def check(self) -> None:
        """The books are sound: the ledger and the open items agree."""
        self.desk.app.settle()
        with self.desk.app.look() as ctx:
            faults = [one for one in check_books(ctx).findings if one.severity.value == "error"]
        assert faults == []


def connected_to(desk: Desk, program: str, server: Any) -> Beside:
    """Connect a desk to a program's double, with a user's yes there."""
    pauses: list[float] = []
    web = PatientWeb(desk.app.web, pauses.append)

    def patient(name: str, app: BooksApp) -> Any:
        return load("net30.adapters.books", name).build(web, app)

    work = replace(desk.app.books_work(), program=patient)
    asked = ask(work, new_connection(program, server), asker_of(desk.app))
    take_answer(work, server.consent(asked.address), asker_of(desk.app))
    return Beside(desk, program, server, work, pauses)
