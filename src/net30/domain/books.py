"""Books elsewhere: an organisation's connection to an accounting program, and what is in both."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from net30.kernel.findings import Finding

CONNECTIONS_MAX = 10
FINDINGS_KEPT_MAX = 50
CONSENT_TIME = timedelta(minutes=15)
"""So long may a user take to say yes there."""
LEASE = timedelta(minutes=30)
"""Work that was interrupted holds a connection no longer."""
TRIES_MAX = 8
"""What was not taken so often is told, and tried again only when somebody asks for it."""


class ConnectionState(StrEnum):
    """Whether we are let in."""

    WAITING = "waiting"
    """Nobody has said yes there."""
    CONNECTED = "connected"
    BROKEN = "broken"
    """We are let in no more: somebody has to connect again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingConsent:
    """A question that waits for its answer: `state` is the fingerprint of what must come back.

    `user` asked it, in the session `session` (empty: not in a browser); `verifier` is sealed.
    """

    state: str
    verifier: str = field(repr=False)
    user: str
    session: str = ""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One pull or push: when, how much, and the first findings."""

    at: datetime
    counts: tuple[tuple[str, int], ...] = ()
    findings: tuple[Finding, ...] = ()
    findings_total: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksConnection:
    """A connection; `id` is its name and the source of what is imported by it.

    `client_secret`, `access` and `refresh` are sealed. `pulled_to` is the moment since when changes
    there are asked for (None: everything); `pushed_to` the event up to which ours are there.
    `busy_until`: a pull or push is under way. `options` say how things are booked there.
    """

    id: str
    program: str
    made_at: datetime
    client_id: str
    client_secret: str = field(default="", repr=False)
    address: str = ""
    state: ConnectionState = ConnectionState.WAITING
    broken_because: str = ""
    company_id: str = ""
    company_name: str = ""
    currency: str = ""
    access: str = field(default="", repr=False)
    access_until: datetime | None = None
    refresh: str = field(default="", repr=False)
    consent: PendingConsent | None = None
    options: tuple[tuple[str, str], ...] = ()
    scheduled_pull: bool = True
    scheduled_push: bool = False
    pulled_to: datetime | None = None
    pushed_to: int = 0
    push_since: date | None = None
    busy_until: datetime | None = None
    wait_until: datetime | None = None
    last_pull: Exchange | None = None
    last_push: Exchange | None = None

    @property
    def is_connected(self) -> bool:
        """Tell whether we are let in."""
        return self.state is ConnectionState.CONNECTED

    def is_busy(self, now: datetime) -> bool:
        """Tell whether a pull or push is under way."""
        return self.busy_until is not None and now < self.busy_until


class LinkState(StrEnum):
    """Whether something of ours is in the books there."""

    THERE = "there"
    REFUSED = "refused"


class LinkKind(StrEnum):
    """What is in both books."""

    CUSTOMER = "customer"
    DOCUMENT = "document"
    SETTLEMENT = "settlement"
    """What a payment or credit note settled of one invoice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksLink:
    """Something of ours and what it is there; `id` is connection/kind/our id.

    A settlement's `ours` is source:invoice, its `theirs` document/settlement. One that was refused
    has no `theirs` yet; it is tried again, `tries` times so far. `came` in from there, when it did.
    """

    id: str
    connection: str
    kind: LinkKind
    ours: str
    theirs: str = ""
    state: LinkState = LinkState.THERE
    why: str = ""
    tries: int = 0
    came: bool = False
    at: datetime


def link_id(connection: str, kind: LinkKind, ours: str) -> str:
    """Return the id of the link of something of ours."""
    return f"{connection}/{kind}/{ours}"


def theirs_key(connection: str, kind: LinkKind, theirs: str) -> str:
    """Return the key by which a link is found from the other side."""
    return f"{connection}/{kind}/{theirs}"


def connected(
    connection: BooksConnection, *, access: str, refresh: str, until: datetime
) -> BooksConnection:
    """Return the connection with new sealed tokens."""
    return replace(
        connection,
        access=access,
        refresh=refresh,
        access_until=until,
        state=ConnectionState.CONNECTED,
        broken_because="",
    )


def broken(connection: BooksConnection, why: str) -> BooksConnection:
    """Return the connection without tokens: we are let in no more."""
    return replace(
        connection,
        state=ConnectionState.BROKEN,
        broken_because=why[:300],
        access="",
        refresh="",
        access_until=None,
        busy_until=None,
    )
