"""Connections: add one, change how it works, list, remove; each change is an event, so audited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from net30.domain.books import CONNECTIONS_MAX, BooksConnection
from net30.domain.events import BooksConnectionChanged
from net30.domain.text import clean
from net30.kernel.errors import Conflict, InputError, LimitExceeded, NotFound, Unavailable
from net30.ledger.schema import OWN_SOURCE
from net30.ports.books import BooksApp, BooksProgram, Grant
from net30.ports.store import NEW, Stored
from net30.services.books.work import BooksWork
from net30.services.context import Context, ReadContext

Changed = Literal["asked", "connected", "changed", "broken", "disconnected", "pushed"]
SECRET_CHARACTERS_MAX = 500
OPTION_CHARACTERS_MAX = 100
OPTIONS_MAX = 50

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,29}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConnection:
    """What program, what we are to it, and what the connection is called (the program's name)."""

    program: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionChange:
    """How a connection works from now on; None and options that are not named stay as they are.

    An option that is empty is taken away.
    """

    options: Mapping[str, str] = field(default_factory=dict)
    scheduled_pull: bool | None = None
    scheduled_push: bool | None = None


def keep_connection(ctx: Context, work: BooksWork, new: NewConnection) -> BooksConnection:
    """Return a new connection, or one of that name with another client; nobody said yes yet.

    What was pulled and pushed by it stays known. Raises InputError for a name or client that
    cannot be, Conflict for the name of a connection to another program, LimitExceeded.
    """
    name = _name(new.name or new.program)
    client_id = clean(new.client_id, "the client id", SECRET_CHARACTERS_MAX)
    if not client_id:
        raise InputError(
            "the client id is missing",
            hint="register an app with the accounting program; it gives a client id",
            code="books_client",
        )
    secret = clean(new.client_secret, "the client secret", SECRET_CHARACTERS_MAX)
    sealed = work.sealed(name, secret) if secret else ""
    try:
        stored: Stored[BooksConnection] | None = ctx.tx.load(BooksConnection, name)
    except NotFound:
        stored = None
    if stored is None:
        return _added(ctx, name, new, (client_id, sealed))
    before = stored.value
    if before.program != new.program:
        raise Conflict(
            f"the connection {name!r} is one to {before.program}",
            hint="give another name",
            code="books_program",
        )
    kept = replace(before, client_id=client_id, client_secret=sealed, address=new.address.strip())
    ctx.tx.save(kept, expected=stored.version)
    return kept


def change_connection(
    ctx: Context, name: str, change: ConnectionChange, program: BooksProgram
) -> BooksConnection:
    """Return the connection with other options; raise InputError for one that does not exist."""
    stored = connection_of(ctx, name)
    options = dict(stored.value.options)
    known = program.options
    for option, value in change.options.items():
        family = f"{option.partition('.')[0]}.RATE"
        if option not in known and not (family in known and "." in option):
            raise InputError(
                f"{program.title} has no option {option[:60]!r}",
                hint=f"there are: {', '.join(known)}",
                code="books_option",
            )
        options[option] = clean(value, option, OPTION_CHARACTERS_MAX).strip()
    kept = {option: value for option, value in options.items() if value}
    if len(kept) > OPTIONS_MAX:
        raise LimitExceeded(
            f"there are more than {OPTIONS_MAX} options", hint="take some away", code="books_option"
        )
    before = stored.value
    pull, push = change.scheduled_pull, change.scheduled_push
    changed = replace(
        before,
        options=tuple(sorted(kept.items())),
        scheduled_pull=before.scheduled_pull if pull is None else pull,
        scheduled_push=before.scheduled_push if push is None else push,
    )
    ctx.tx.save(changed, expected=stored.version)
    return noted(ctx, changed, "changed")


def disconnect(work: BooksWork, name: str) -> str:
    """Remove a connection and give its tokens back; return why the program did not take them.

    What was pulled stays, and what is in both books stays known: connected again under the same
    name, nothing is made twice.
    """
    with work.look() as ctx:
        connection = connection_of(ctx, name).value
    why = ""
    if connection.refresh:
        grant = Grant(
            access=work.unsealed(name, connection.access),
            refresh=work.unsealed(name, connection.refresh),
            expires_at=connection.access_until or work.clock(),
        )
        try:
            work.program_of(connection).revoke(grant)
        except (Unavailable, InputError) as error:
            why = error.message
    with work.change() as ctx:
        stored = connection_of(ctx, name)
        ctx.tx.delete(BooksConnection, name, expected=stored.version)
        noted(ctx, stored.value, "disconnected", why)
    return why


def connection_of(ctx: ReadContext, name: str) -> Stored[BooksConnection]:
    """Return a connection; raise NotFound."""
    try:
        return ctx.tx.load(BooksConnection, name)
    except NotFound:
        raise NotFound(
            f"there is no connection {name[:60]!r}",
            hint="net30 books list shows them",
            code="books_connection",
        ) from None


def list_connections(ctx: ReadContext) -> tuple[BooksConnection, ...]:
    """Return the organisation's connections, by name."""
    return tuple(stored.value for stored in ctx.tx.page(BooksConnection, limit=CONNECTIONS_MAX))


def app_of(new: NewConnection) -> BooksApp:
    """Return what a new connection is to its program."""
    return BooksApp(
        client_id=new.client_id.strip(),
        client_secret=new.client_secret.strip(),
        address=new.address.strip(),
    )


def noted(
    ctx: Context, connection: BooksConnection, change: Changed, detail: str = ""
) -> BooksConnection:
    """Record what became of a connection, and return it."""
    ctx.record(
        BooksConnectionChanged(
            connection_id=connection.id,
            change=change,
            program=connection.program,
            company=connection.company_name,
            day=ctx.today,
            detail=detail[:300],
        )
    )
    return connection


def _added(ctx: Context, name: str, new: NewConnection, client: tuple[str, str]) -> BooksConnection:
    if len(list_connections(ctx)) >= CONNECTIONS_MAX:
        raise LimitExceeded(
            f"there are {CONNECTIONS_MAX} connections",
            hint="remove one first",
            code="books_connections",
        )
    connection = BooksConnection(
        id=name,
        program=new.program,
        made_at=ctx.now,
        client_id=client[0],
        client_secret=client[1],
        address=new.address.strip(),
        # From now on: what was issued before is pushed when somebody asks for it.
        pushed_to=ctx.tx.last_event()[0],
    )
    ctx.tx.save(connection, expected=NEW)
    return connection


def _name(text: str) -> str:
    if not _NAME.fullmatch(text) or text == OWN_SOURCE:
        raise InputError(
            f"{text[:60]!r} cannot be the name of a connection",
            hint="use small letters, digits, - and _, at most 30, not 'net30'",
            code="source",
        )
    return text
