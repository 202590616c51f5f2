"""Books for tests of the ledger: a real store and real blobs in a folder, and events to put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from net30.domain.events import Event, InvoiceIssued, PaymentRecorded
from net30.domain.payment import Allocation
from net30.kernel.money import Money
from net30.ledger.segments import extend_ledger
from net30.ports.blobs import Blobs
from net30.ports.store import Reading
from tests.desk import Desk, open_desk

DAY = date(2026, 11, 2)


def xof(amount: int) -> Money:
    """So many francs."""
    return Money(amount, "XOF")


def issued(name: str, amount: int = 100, **more: object) -> InvoiceIssued:
    """An invoice over so many francs, named i-NAME and numbered N-NAME."""
    told: dict[str, object] = {
        "invoice_id": f"i-{name}",
        "number": f"N-{name}",
        "type_code": "380" if amount >= 0 else "381",
        "customer_id": "acme",
        "amount": xof(amount),
        "net": xof(amount),
        "tax": xof(0),
        "issue_date": DAY,
        "due_date": date(2026, 12, 2),
    }
    return InvoiceIssued(**(told | more))  # type: ignore[arg-type] # the fields of the event


def paid(name: str, amount: int, *, received: int | None = None) -> PaymentRecorded:
    """A payment of which so much settles an invoice; what was received beyond is unapplied."""
    return PaymentRecorded(
        payment_id=f"p-{name}",
        customer_id="acme",
        amount=xof(received or amount),
        day=date(2026, 11, 9),
        method="mobile_money",
        allocations=(Allocation(f"i-{name}", xof(amount)),),
    )


class Books:
    """A home whose events tests write themselves."""

    def __init__(self, home: Path) -> None:
        """Open a fresh home."""
        self.desk: Desk = open_desk(home)
        self.organisation = self.desk.app.organisation

    @property
    def blobs(self) -> Blobs:
        """The home's blobs."""
        return self.desk.app.world.blobs

    def write(self, events: Sequence[Event], known_on: date = DAY) -> None:
        """Write events, all known since a day."""
        with self.desk.app.world.store.transaction(self.organisation) as tx:
            for event in events:
                tx.append(event, at=self.desk.clock(), known_on=known_on, user="test")

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open the books."""
        with self.desk.app.world.store.reading(self.organisation) as books:
            yield books

    def extend(self) -> int:
        """Bring the ledger up to date."""
        with self.reading() as books:
            return extend_ledger(self.blobs, books)

    def segments(self) -> dict[str, bytes]:
        """The ledger's blobs, by name."""
        names = self.blobs.names(self.organisation, "ledger/")
        return {name: self.blobs.get(self.organisation, name) for name in names}
