"""Take in an invoice that someone else wrote: UBL, CII, Factur-X or our own JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from net30.documents.reading import Reading, recognise
from net30.domain.aggregates import Key
from net30.domain.received import ReceivedInvoice
from net30.kernel.findings import Finding
from net30.ports.store import NEW
from net30.services.context import Context
from net30.services.render_document import format_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedInvoice:
    """What came of a file: the invoice when it could be read, whether it is new, the findings."""

    received: ReceivedInvoice | None
    is_new: bool
    findings: tuple[Finding, ...]


def import_invoice(ctx: Context, content: bytes) -> ImportedInvoice:
    """Keep another's invoice with its stated amounts; the same file is kept once.

    Findings tell what is wrong with it; nothing is kept when no invoice could be read.
    """
    format_name, reading = read_invoice(content)
    if reading.invoice is None:
        return ImportedInvoice(received=None, is_new=False, findings=reading.findings)
    digest = sha256(content).hexdigest()
    for stored in ctx.tx.find(ReceivedInvoice, Key.EXTERNAL, digest):
        return ImportedInvoice(received=stored.value, is_new=False, findings=reading.findings)
    received = ReceivedInvoice(
        id=ctx.new_id(),
        invoice=replace(reading.invoice, id=""),
        format=format_name,
        blob=f"received/{digest}",
        sha256=digest,
        received_at=ctx.now,
    )
    # Bytes first: a blob without its record is harmless, a record without its blob is not.
    ctx.blobs.put(ctx.organisation, received.blob, content)
    ctx.tx.save(received, expected=NEW)
    return ImportedInvoice(received=received, is_new=True, findings=reading.findings)


def read_invoice(content: bytes) -> tuple[str, Reading]:
    """Return the format of someone's invoice file and what could be read of it.

    Raises InputError for a file that is no invoice net30 knows.
    """
    name = recognise(content)
    reading: Reading = format_of(name).read(content)
    return name, reading
