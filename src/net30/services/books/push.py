"""Push: what was issued, paid and credited here, into an accounting program, each thing once.

What was taken there is linked at once, in a transaction of its own. What was refused is a finding
and kept to be tried again; it stops nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from net30.domain.books import LEASE, BooksConnection
from net30.kernel.findings import Finding
from net30.ports.books import OpenBooks
from net30.services.books.connections import connection_of, noted
from net30.services.books.lease import exchange, leased
from net30.services.books.parcels import Parcel, parcels_of_event, refused_parcels
from net30.services.books.pushed import deliver
from net30.services.books.tokens import Tokens
from net30.services.books.work import BooksWork

EVENTS_PER_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReport:
    """What a push did: documents, settlements and customers that are there now, and were not."""

    connection: str
    documents: int
    settlements: int
    customers: int
    refused: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Pushing:
    """A push under way: the books there, and what came of each thing so far."""

    work: BooksWork
    connection: BooksConnection
    books: OpenBooks
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


def push(
    work: BooksWork, name: str, *, since: date | None = None, again: bool = False
) -> PushReport:
    """Return what was pushed of what happened since the last time.

    `since`: also what was issued from a day on, before there was a connection. `again`: also what
    was refused too often. Raises what pull raises; what is done by then stays done.
    """
    with leased(work, name, "push") as taken:
        connection = taken if since is None else _from(work, name, since)
        program = work.program_of(connection)
        books = program.open(Tokens(work, name), connection.company_id, dict(connection.options))
        pushing = Pushing(work, connection, books)
        with work.look() as ctx:
            waiting = refused_parcels(ctx, connection, again=again)
        for parcel in waiting:
            deliver(pushing, parcel)
        for sequence, parcels in _news(work, connection):
            for parcel in parcels:
                deliver(pushing, parcel)
            _keep_reached(work, name, sequence)
        return _done(pushing)


def _from(work: BooksWork, name: str, since: date) -> BooksConnection:
    """Look at all events again, for what was issued from a day on."""
    with work.change() as ctx:
        stored = connection_of(ctx, name)
        changed = replace(stored.value, pushed_to=0, push_since=since)
        ctx.tx.save(changed, expected=stored.version)
    return changed


def _news(work: BooksWork, connection: BooksConnection) -> Iterator[tuple[int, tuple[Parcel, ...]]]:
    """Yield what each page of new events asks to be there, and the last event of the page."""
    after = connection.pushed_to
    while True:
        with work.look() as ctx:
            page = ctx.tx.events(after=after, limit=EVENTS_PER_PAGE)
        if not page:
            return
        after = page[-1].sequence
        yield (
            after,
            tuple(one for event in page for one in parcels_of_event(connection, event.event)),
        )


def _keep_reached(work: BooksWork, name: str, reached: int) -> None:
    with work.change() as ctx:
        stored = connection_of(ctx, name)
        # Who is at work goes on holding the connection.
        held = replace(stored.value, pushed_to=reached, busy_until=ctx.now + LEASE)
        ctx.tx.save(held, expected=stored.version)


def _done(pushing: Pushing) -> PushReport:
    counts = pushing.counts
    names = ("documents", "settlements", "customers", "refused")
    with pushing.work.change() as ctx:
        stored = connection_of(ctx, pushing.connection.id)
        told = {name: counts[name] for name in names}
        done = replace(
            stored.value,
            busy_until=None,
            wait_until=None,
            last_push=exchange(ctx.now, told, pushing.findings),
        )
        ctx.tx.save(done, expected=stored.version)
        if any(told[name] for name in ("documents", "settlements", "customers")):
            detail = ", ".join(f"{told[name]} {name}" for name in names)
            noted(ctx, done, "pushed", detail)
    return PushReport(
        connection=pushing.connection.id,
        documents=counts["documents"],
        settlements=counts["settlements"],
        customers=counts["customers"],
        refused=counts["refused"],
        findings=tuple(pushing.findings),
    )
