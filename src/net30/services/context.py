"""Context: who asks, for which organisation, when, and what the world offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from net30.domain.events import Event
from net30.domain.organisation import Organisation
from net30.kernel.ids import new_id
from net30.ports.blobs import Blobs
from net30.ports.cache import Cache
from net30.ports.mail import Mail
from net30.ports.search import SearchIndex
from net30.ports.store import Reading, Transaction


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What leaves net30: an action of the audit, what it was, and how much or how long."""

    action: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """One question. It sees a single organisation, so one without a tenant cannot be written.

    `models` is the folder of the organisation's own trained models. `taken_out` is what
    was made of it for others to see: the audit notes it when the question ends well. `read` is
    what it has read of the ledger (books_known.py).
    """

    user: str
    now: datetime
    tx: Reading
    blobs: Blobs
    search: SearchIndex
    mail: Mail
    cache: Cache
    time_zone: str = "UTC"
    models: Path = Path("models")
    taken_out: list[TakenOut] = field(default_factory=list, repr=False)
    read: dict[object, tuple[object, pa.Table]] = field(default_factory=dict, repr=False)

    @property
    def organisation(self) -> str:
        """Return the organisation's id."""
        return self.tx.organisation

    @property
    def today(self) -> date:
        """Return the day it is where the organisation is."""
        return self.now.astimezone(ZoneInfo(self.time_zone)).date()

    def take_out(self, what: str, rows: int) -> None:
        """Say that a file with so many records leaves net30."""
        self.taken_out.append(TakenOut("exported", what, f"{rows} rows"))

    def open_to_others(self, what: str, detail: str) -> None:
        """Say that whoever has a link sees something from now on."""
        self.taken_out.append(TakenOut("link_made", what, detail))

    @property
    def company(self) -> Organisation:
        """Return the organisation itself."""
        return self.tx.load(Organisation, self.organisation).value


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(ReadContext):
    """One request that may change things; all of it is kept, or nothing."""

    tx: Transaction

    def new_id(self) -> str:
        """Return a fresh id."""
        return new_id(self.now)

    def record(self, event: Event) -> None:
        """Write what happened into the same transaction."""
        self.tx.append(event, at=self.now, known_on=self.today, user=self.user)
