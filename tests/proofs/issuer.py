"""A process that issues invoices until it is killed: `python -m tests.proofs.issuer ...`.

    URL HOME ACKNOWLEDGED [early|hasty]

Each thread drafts and issues one invoice after the other. Every issued number is written to the
file ACKNOWLEDGED after its commit, as a server would answer its client. Every third request fails
after the number was taken. Each of the others removes a guard: with `early` the
number is taken in a transaction of its own, before the one that uses it; with `hasty` whoever has
ended a change is told before the commit that several share.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from itertools import count
from pathlib import Path
from threading import Thread

from net30.adapters.cosmos.turn import Waits
from net30.adapters.sql import SqlStore, open_database, shared_commit
from net30.adapters.sql.connection import Connection
from net30.adapters.sql.store import SqlTransaction
from net30.domain.drafting import NewInvoice, NewLine
from net30.services.create_draft import create_draft
from net30.services.issue_invoice import issue_invoice
from net30.services.world import World
from tests.cosmos import store_of
from tests.surroundings import change, world_of

THREADS = 4
QUICK = Waits(lease=0.8, renew=0.2)
"""On Cosmos the turn of who was killed is taken over sooner than it is in earnest."""
REQUEST = NewInvoice(
    customer_id="acme", lines=(NewLine(name="consulting", unit_price=Decimal(90_000)),)
)


class Refused(Exception):
    """What stops a request after its number was taken."""


class EarlyNumber(SqlTransaction):
    """A transaction whose number was taken before it began: the guard removed."""

    def __init__(self, connection: Connection, organisation: str, number: int) -> None:
        super().__init__(connection, organisation)
        self._number = number

    def next_number(self, series: str, year: int) -> int:
        """Return the number taken before."""
        del series, year
        return self._number


class EarlyNumberStore(SqlStore):
    """A store that takes numbers in transactions of their own."""

    @contextmanager
    def transaction(self, organisation: str) -> Iterator[SqlTransaction]:
        """Take a number for sure, use it perhaps."""
        with super().transaction(organisation) as tx:
            number = tx.next_number("invoice", 2026)
        with self.database.writing(organisation, alone=True) as connection:
            yield EarlyNumber(connection, organisation, number)


def main(url: str, home: str, acknowledged: str, guard: str = "") -> None:
    """Issue until killed."""
    kind = EarlyNumberStore if guard == "early" else SqlStore
    if guard == "hasty":
        shared_commit._Group.wait = _wait_for_nothing  # type: ignore[assignment,method-assign] # noqa: SLF001 - the mutant
    if url.startswith("cosmos:"):
        world = world_of(store_of(url, QUICK), Path(home))
    else:
        world = world_of(kind(open_database(url)), Path(home))
    answers = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for _ in range(THREADS):
        Thread(target=_issue_on, args=(world, answers)).start()
    sys.stdin.read()  # ends with the process that started this one, if nobody kills it first
    os._exit(1)


def _wait_for_nothing(_: object) -> None:
    """Return before the commit."""


def _issue_on(world: World, answers: int) -> None:
    for turn in count(1):
        with suppress(Refused):
            number = _issue(world, refused=turn % 3 == 0)
            os.write(answers, f"{number}\n".encode())


def _issue(world: World, *, refused: bool) -> str:
    with change(world) as ctx:
        draft = create_draft(ctx, REQUEST)
        number = issue_invoice(ctx, draft.id).number
        if refused:
            raise Refused
    return number


if __name__ == "__main__":
    main(*sys.argv[1:])
