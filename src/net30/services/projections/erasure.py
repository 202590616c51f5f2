"""What follows from erasing: letters and files that name the person go, and a mark stays.

The mark lies beside the files, not in the database: a backup of the database that is put back has
the person again, and `erase_again` reads from the marks whom to erase anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from net30.domain.events import CustomerErased, DocumentsErased, RecordedEvent, ReminderSent
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.kernel.errors import NotFound
from net30.ports.store import Reading
from net30.services.privacy.marks import CONTACTS, CUSTOMERS, put_mark
from net30.services.projections.letters import blob_of
from net30.services.world import World

WANTS = frozenset({CustomerErased, DocumentsErased})


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Remove the files that the events speak of; one that is gone already is passed over."""
    for recorded in events:
        match recorded.event:
            case CustomerErased(customer_id=customer, contact_only=contact_only):
                with world.store.reading(organisation) as books:
                    letters = list(_letters(books, customer, recorded.sequence))
                for blob in letters:
                    world.blobs.delete(organisation, blob)
                mark = f"{CONTACTS if contact_only else CUSTOMERS}{customer}"
                put_mark(world.blobs, organisation, mark, recorded.at)
            case DocumentsErased(invoices=invoices):
                _remove_files(world, organisation, invoices)


def _letters(books: Reading, customer: str, until: int) -> Iterator[str]:
    after = 0
    while after < until and (page := books.events(after=after)):
        for recorded in page:
            sent = recorded.event
            if isinstance(sent, ReminderSent) and _customer_of(books, sent.invoice_id) == customer:
                yield blob_of(recorded, sent)
        after = page[-1].sequence


def _customer_of(books: Reading, document: str) -> str:
    kinds: tuple[type[OpenItem | Invoice], ...] = (OpenItem, Invoice)
    for kind in kinds:
        try:
            return books.load(kind, document).value.customer_id
        except NotFound:
            continue
    return ""


def _remove_files(world: World, organisation: str, invoices: Sequence[str]) -> None:
    wanted = set(invoices)
    folders = ("invoices/", "drafts/")
    for blob in [name for folder in folders for name in world.blobs.names(organisation, folder)]:
        if wanted & set(blob.split("/")):
            world.blobs.delete(organisation, blob)
