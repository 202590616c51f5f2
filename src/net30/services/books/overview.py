"""Overview: a connection as people and programs may see it, without its secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from net30.domain.books import BooksConnection, ConnectionState, Exchange
from net30.services.books.connections import connection_of, list_connections
from net30.services.books.parcels import refused_parcels
from net30.services.context import ReadContext


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionShown:
    """A connection: whether we are let in, into which company, and how the last exchanges went.

    `refused` counts what was not taken there so far and waits to be pushed again.
    """

    name: str
    program: str
    state: ConnectionState
    broken_because: str
    company: str
    company_id: str
    currency: str
    client_id: str
    address: str
    options: dict[str, str]
    scheduled_pull: bool
    scheduled_push: bool
    busy: bool
    wait_until: datetime | None
    push_since: date | None
    last_pull: Exchange | None
    last_push: Exchange | None
    refused: int


def show_connections(ctx: ReadContext) -> tuple[ConnectionShown, ...]:
    """Return the organisation's connections, by name."""
    return tuple(_shown(ctx, one) for one in list_connections(ctx))


def show_connection(ctx: ReadContext, name: str) -> ConnectionShown:
    """Return one connection; raise NotFound."""
    return _shown(ctx, connection_of(ctx, name).value)


def _shown(ctx: ReadContext, one: BooksConnection) -> ConnectionShown:
    return ConnectionShown(
        name=one.id,
        program=one.program,
        state=one.state,
        broken_because=one.broken_because,
        company=one.company_name,
        company_id=one.company_id,
        currency=one.currency,
        client_id=one.client_id,
        address=one.address,
        options=dict(one.options),
        scheduled_pull=one.scheduled_pull,
        scheduled_push=one.scheduled_push,
        busy=one.is_busy(ctx.now),
        wait_until=one.wait_until,
        push_since=one.push_since,
        last_pull=one.last_pull,
        last_push=one.last_push,
        refused=len(refused_parcels(ctx, one, again=True)),
    )
