"""Context: who asks, for which organisation, when, and what the world offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

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
    """A file that leaves net30: what is in it, and how many rows."""

    what: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """One question. It sees a single organisation, so one without a tenant cannot be written.

    `models` is the folder of the organisation's own trained models. `taken_out` are the files that
    were made of it: the audit notes them when the question ends well.
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

    @property
    def organisation(self) -> str:
        """Return the organisation's id."""
        return self.tx.organisation

    @property
    def today(self) -> date:
        """Return the day it is where the organisation is."""
        return self.now.astimezone(ZoneInfo(self.time_zone)).date()

    def take_out(self, what: str, rows: int) -> None:
        """Say that a file with records of many leaves net30."""
        self.taken_out.append(TakenOut(what, rows))

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
