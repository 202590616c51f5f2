"""Documents: the files of every issued document, written once and never changed; drafts' too."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from net30.domain.events import DraftDeleted, DraftSaved, InvoiceIssued, RecordedEvent
from net30.domain.invoice import Invoice
from net30.domain.organisation import Organisation
from net30.domain.rendering import RenderedFile, Rendering
from net30.kernel.errors import NotFound
from net30.services.context import ReadContext
from net30.services.render_document import file_name, render, style_of
from net30.services.world import World

WANTS = frozenset({DraftSaved, DraftDeleted, InvoiceIssued})

FORMATS = ("pdf", "html", "json", "ubl")
"""What is written of every claim; other formats are rendered when asked for."""

OFFER_FORMATS = ("pdf", "html", "json")
"""The same of quotes and pro formas, which e-invoices have no code for."""


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Write the files that the events ask for; an issued document's only once."""
    written: dict[str, Rendering] = {}
    for recorded in events:
        match recorded.event:
            case InvoiceIssued(invoice_id=invoice_id):
                written |= _write_issued(world, organisation, invoice_id)
                _remove_draft(world, organisation, invoice_id)
            case DraftSaved(invoice_id=invoice_id):
                _write_draft(world, organisation, invoice_id)
            case DraftDeleted(invoice_id=invoice_id):
                _remove_draft(world, organisation, invoice_id)
    if written:
        # The records come last, in one commit: files without them are written again, the same.
        with world.store.transaction(organisation) as tx:
            tx.save_new(list(written.values()))


def draft_files(ctx: ReadContext, draft_id: str) -> list[str]:
    """Return the blobs of a draft's files."""
    return list(ctx.blobs.names(ctx.organisation, f"drafts/{draft_id}/"))


def _write_issued(world: World, organisation: str, invoice_id: str) -> dict[str, Rendering]:
    """Write the files of a document that has none yet, and return their record by its id."""
    invoice, company = _loaded(world, organisation, invoice_id)
    if invoice is None or _is_rendered(world, organisation, invoice_id):
        return {}
    folder = f"invoices/{invoice.issue_date.year}/{invoice_id}"
    files = []
    for name in FORMATS if invoice.is_claim else OFFER_FORMATS:
        content = render(invoice, name, style_of(world.blobs, company, invoice))
        blob = f"{folder}/{file_name(invoice, name)}"
        world.blobs.put(organisation, blob, content)
        files.append(RenderedFile(format=name, blob=blob, sha256=sha256(content).hexdigest()))
    return {invoice_id: Rendering(id=invoice_id, number=invoice.number, files=tuple(files))}


def _write_draft(world: World, organisation: str, invoice_id: str) -> None:
    invoice, company = _loaded(world, organisation, invoice_id)
    if invoice is None or invoice.is_issued:
        return  # deleted or issued since: a later event of its own says so
    for name in FORMATS if invoice.is_claim else OFFER_FORMATS:
        content = render(invoice, name, style_of(world.blobs, company, invoice))
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


def _is_rendered(world: World, organisation: str, invoice_id: str) -> bool:
    with world.store.reading(organisation) as books:
        try:
            books.load(Rendering, invoice_id)
        except NotFound:
            return False
    return True
