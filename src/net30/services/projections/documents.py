"""Documents: the files of every issued document, written once and never changed; drafts' too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import islice

from net30.domain.events import DraftDeleted, DraftSaved, InvoiceIssued, RecordedEvent
from net30.domain.invoice import Invoice
from net30.domain.organisation import Organisation
from net30.domain.rendering import RenderedFile, Rendering
from net30.kernel.errors import NotFound
from net30.ports.blobs import Blobs
from net30.services.context import ReadContext
from net30.services.render_document import file_name, render, style_of
from net30.services.world import World

WANTS = frozenset({DraftSaved, DraftDeleted, InvoiceIssued})

FORMATS = ("pdf", "html", "json", "ubl")
"""What is written of every claim; other formats are rendered when asked for."""

OFFER_FORMATS = ("pdf", "html", "json")
"""The same of quotes and pro formas, which e-invoices have no code for."""

EVENTS_AT_ONCE_MAX = 32
"""A server that is told to stop waits for no more."""

FILES_AT_ONCE = 16
"""Files that wait for the disk together: it takes in many for little more than one."""
DOCUMENTS_AT_ONCE = 16
"""Documents whose files are in memory together."""


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Write the files that the events ask for; an issued document's only once."""
    happened = [recorded.event for recorded in events]
    issued = [one.invoice_id for one in happened if isinstance(one, InvoiceIssued)]
    _write_issued(world, organisation, issued)
    for event in happened:
        match event:
            case DraftSaved(invoice_id=invoice_id):
                _write_draft(world, organisation, invoice_id)
            case InvoiceIssued(invoice_id=invoice_id) | DraftDeleted(invoice_id=invoice_id):
                _remove_draft(world, organisation, invoice_id)


def draft_files(ctx: ReadContext, draft_id: str) -> list[str]:
    """Return the blobs of a draft's files."""
    return list(ctx.blobs.names(ctx.organisation, f"drafts/{draft_id}/"))


def _write_issued(world: World, organisation: str, ids: Sequence[str]) -> None:
    """Write the files of documents that have none yet, and then their records."""
    records = _written(world, organisation, iter(dict.fromkeys(ids)))
    if made := list(records):
        # The records come last, in one commit: files without them are written again, the same.
        with world.store.transaction(organisation) as tx:
            tx.save_new(made)


def _written(world: World, organisation: str, ids: Iterator[str]) -> Iterator[Rendering]:
    with ThreadPoolExecutor(FILES_AT_ONCE, "net30-files") as writers:
        while some := list(islice(ids, DOCUMENTS_AT_ONCE)):
            files: dict[str, bytes] = {}
            company, invoices = _without_files(world, organisation, some)
            records = [_rendered(world.blobs, company, one, files) for one in invoices]
            _put(world, organisation, files, writers)
            yield from records


def _without_files(
    world: World, organisation: str, ids: Sequence[str]
) -> tuple[Organisation, list[Invoice]]:
    """Return the organisation and those of its documents that have no files yet."""
    with world.store.reading(organisation) as books:
        done = books.load_many(Rendering, ids)
        found = books.load_many(Invoice, [one for one in ids if one not in done])
        company = books.load(Organisation, organisation).value
    return company, [found[one].value for one in ids if one in found]


def _rendered(
    blobs: Blobs, company: Organisation, invoice: Invoice, files: dict[str, bytes]
) -> Rendering:
    """Add the files of a document and return their record."""
    folder = f"invoices/{invoice.issue_date.year}/{invoice.id}"
    style = style_of(blobs, company, invoice)
    made = []
    for name in FORMATS if invoice.is_claim else OFFER_FORMATS:
        content = render(invoice, name, style)
        blob = f"{folder}/{file_name(invoice, name)}"
        files[blob] = content
        made.append(RenderedFile(format=name, blob=blob, sha256=sha256(content).hexdigest()))
    return Rendering(id=invoice.id, number=invoice.number, files=tuple(made))


def _put(
    world: World, organisation: str, files: Mapping[str, bytes], writers: ThreadPoolExecutor
) -> None:
    """Write files; raise what the first that could not be written raises, when all have ended."""
    under_way = [
        writers.submit(world.blobs.put, organisation, blob, content)
        for blob, content in files.items()
    ]
    errors = [error for one in under_way if (error := one.exception())]
    if errors:
        raise errors[0]


def _write_draft(world: World, organisation: str, invoice_id: str) -> None:
    invoice, company = _loaded(world, organisation, invoice_id)
    if invoice is None or invoice.is_issued:
        return  # deleted or issued since: a later event of its own says so
    style = style_of(world.blobs, company, invoice)
    for name in FORMATS if invoice.is_claim else OFFER_FORMATS:
        content = render(invoice, name, style)
        world.blobs.put(organisation, f"drafts/{invoice_id}/{file_name(invoice, name)}", content)


def _remove_draft(world: World, organisation: str, invoice_id: str) -> None:
    for blob in list(world.blobs.names(organisation, f"drafts/{invoice_id}/")):
        world.blobs.delete(organisation, blob)


def _loaded(
    world: World, organisation: str, invoice_id: str
) -> tuple[Invoice | None, Organisation]:
    with world.store.reading(organisation) as books:
        company = books.load(Organisation, organisation).value
        try:
            return books.load(Invoice, invoice_id).value, company
        except NotFound:
            return None, company
