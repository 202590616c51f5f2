"""Export a person: all that the books know of a customer, as a ZIP of JSON and documents.

For the right of access and to data portability (GDPR, articles 15 and 20).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from net30.domain.conversation import Conversation
from net30.domain.events import ReminderSent
from net30.domain.privacy.erased import Traces, traces_of
from net30.domain.privacy.retention import retention_in
from net30.domain.rendering import Rendering
from net30.kernel.errors import LimitExceeded, NotFound
from net30.kernel.jsonable import jsonable
from net30.services.context import ReadContext
from net30.services.found import customer_by_name
from net30.services.privacy.of_customer import OfCustomer, events_about, find_all_of
from net30.services.projections.letters import blob_of

FORM = "net30-person/1"
MEDIA_TYPE = "application/zip"
BYTES_MAX = 500_000_000
"""Largest archive, before it is compressed."""
FORMATS = frozenset({"pdf"})
"""Of each document's files, what a person reads; the JSON has the rest."""
_ZIP_YEAR_MIN = 1980

README = """\
What {seller} holds about {name}
made on {day}

person.json   everything in the books: the record itself, invoices, what was paid and is open,
              reminders, notes of calls, disputes and promises, alerts, and what conversations with
              our assistant say. Amounts are decimal strings, days are YYYY-MM-DD.
documents/    the invoices, credit notes and offers as they were sent.
letters/      reminders that went by post.

Invoices are kept until the end of the {years}th year after their own: {law}
{source}

Ce que {seller} détient sur {name} : person.json contient tout ce que disent les livres,
documents/ les factures telles qu'envoyées, letters/ les relances postales.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedPerson:
    """An archive: what to call it, its bytes, how many records and files it has."""

    customer_id: str
    file_name: str
    content: bytes
    records: int
    files: int


def export_person(ctx: ReadContext, customer: str) -> ExportedPerson:
    """Return all that is known of a customer, named by id or name.

    Raises NotFound, LimitExceeded for more than BYTES_MAX.
    """
    stored = customer_by_name(ctx, customer)
    traces = traces_of(stored.value)
    found = find_all_of(ctx.tx, stored, traces)
    told = _told(ctx, found, traces)
    archive = _Archive(ctx.now)
    archive.add("README.txt", _readme(ctx, found).encode())
    archive.add("person.json", json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
    for name, blob in _files(ctx, found):
        try:
            archive.add(name, ctx.blobs.get(ctx.organisation, blob))
        except NotFound:
            continue  # not written yet, or erased: person.json has what it said
    records = sum(len(rows) for rows in told.values() if isinstance(rows, list)) + 1
    ctx.take_out(f"personal data of customer {stored.value.id}", records)
    return ExportedPerson(
        customer_id=stored.value.id,
        file_name=f"person-{stored.value.id}-{ctx.today.isoformat()}.zip",
        content=archive.content(),
        records=records,
        files=archive.files - 2,
    )


def _told(ctx: ReadContext, found: OfCustomer, traces: Traces) -> dict[str, object]:
    events = [
        {"at": one.at.isoformat(), "name": one.event.name, "event": jsonable(one.event)}
        for one in events_about(ctx.tx, found)
    ]
    return {
        "form": FORM,
        "made_at": ctx.now.isoformat(),
        "held_by": jsonable(ctx.company.party),
        "customer": jsonable(found.customer.value),
        "invoices": [jsonable(one.value) for one in found.invoices],
        "open_items": [jsonable(one.value) for one in found.items],
        "payments": [jsonable(one.value) for one in found.payments],
        "schedules": [jsonable(one.value) for one in found.schedules],
        "alerts": [jsonable(one.value) for one in found.alerts],
        "conversations": [said for one in found.talks for said in _said(one.value, traces)],
        "saved_views": [
            jsonable(view)
            for one in found.workplaces
            for view in one.value.views
            if traces.are_in(f"{view.name} {view.text}")
        ],
        "events": events,
    }


def _said(talk: Conversation, traces: Traces) -> Iterator[object]:
    """Yield the turns that tell of the person; the others are about other people."""
    for turn in talk.turns:
        if traces.are_in(turn.text) or any(traces.are_in(call.args) for call in turn.calls):
            yield {"at": turn.at.isoformat(), "speaker": turn.speaker.value, "text": turn.text}


def _files(ctx: ReadContext, found: OfCustomer) -> Iterator[tuple[str, str]]:
    """Yield the name in the archive and the blob of each document and letter."""
    for invoice in found.issued:
        try:
            rendering = ctx.tx.load(Rendering, invoice.id).value
        except NotFound:  # its files are not written yet
            continue
        for file in rendering.files:
            if file.format in FORMATS:
                yield f"documents/{file.blob.rpartition('/')[2]}", file.blob
    for recorded in events_about(ctx.tx, found):
        if isinstance(recorded.event, ReminderSent):
            blob = blob_of(recorded, recorded.event)
            yield blob, blob


def _readme(ctx: ReadContext, found: OfCustomer) -> str:
    law = retention_in(ctx.company.party.address.country)
    return README.format(
        seller=ctx.company.party.name,
        name=found.customer.value.name,
        day=ctx.today.isoformat(),
        years=law.years,
        law=law.law,
        source=law.source,
    )


class _Archive:
    """A ZIP in the making, with a limit; the same content gives the same bytes."""

    def __init__(self, now: datetime) -> None:
        self._file = io.BytesIO()
        self._zip = ZipFile(self._file, "w", ZIP_DEFLATED)
        self._at = (max(now.year, _ZIP_YEAR_MIN), now.month, now.day, 0, 0, 0)
        self._bytes = self.files = 0

    def add(self, name: str, content: bytes) -> None:
        self._bytes += len(content)
        if self._bytes > BYTES_MAX:
            raise LimitExceeded(
                f"all that is known of this customer is more than {BYTES_MAX // 10**6:,} MB",
                hint="take the documents out by year: net30 export",
                code="person_bytes",
            )
        self._zip.writestr(ZipInfo(name, self._at), content, ZIP_DEFLATED)
        self.files += 1

    def content(self) -> bytes:
        self._zip.close()
        return self._file.getvalue()
