"""Render a document in a format: pdf, html, json, ubl, cii or facturx."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from net30.documents.style import Style
from net30.domain.invoice import Invoice
from net30.domain.organisation import Organisation
from net30.kernel.errors import InputError
from net30.kernel.plugins import load, names_in
from net30.ports.blobs import Blobs

ROOM = "net30.documents"


def style_of(blobs: Blobs, company: Organisation, invoice: Invoice) -> Style:
    """Return how the organisation's documents look, in the document's language."""
    look = company.appearance
    return Style(
        template=look.template,
        colour=look.colour,
        paper=look.paper,
        logo=blobs.get(company.id, look.logo) if look.logo else None,
        payment_link=look.payment_link,
        templates=Path(look.templates) if look.templates else None,
        language=invoice.language or company.language,
    )


def render(invoice: Invoice, format_name: str, style: Style) -> bytes:
    """Return the document's bytes; the same issued document always gives the same ones.

    Raises InputError for a format that net30 does not write.
    """
    written: bytes = format_of(format_name).write(invoice, style)
    return written


def file_name(invoice: Invoice, format_name: str) -> str:
    """Return the file's name: the number, or the draft's id, and the format's ending."""
    stem = invoice.number or f"draft-{invoice.id}"
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in stem)
    return f"{safe}{format_of(format_name).SUFFIX}"


def format_of(name: str) -> ModuleType:
    """Return the file of the documents room that writes a format."""
    if name in names_in(ROOM):
        found = load(ROOM, name)
        if hasattr(found, "SUFFIX"):  # the room also holds what its formats share
            return found
    raise InputError(
        f"net30 does not write {name!r}",
        hint="choose pdf, html, json, ubl, cii or facturx",
        code="format",
    )
