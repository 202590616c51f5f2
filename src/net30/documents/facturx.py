"""Factur-X (ZUGFeRD 2): a PDF for people with the CII invoice inside for machines."""

from __future__ import annotations

import re
from dataclasses import replace

from net30.documents import cii, pdf, ubl
from net30.documents.einvoice.pdf_attachments import (
    DAMAGE,
    PDF_BYTES_MAX,
    AttachedFile,
    Contents,
    contents_of,
)
from net30.documents.einvoice.xmp import FILE_NAME, with_facturx
from net30.documents.reading import Reading, recognise
from net30.documents.style import Style
from net30.domain.invoice import Invoice
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding, Severity

MEDIA_TYPE = "application/pdf"
SUFFIX = ".facturx.pdf"

NAMES = (FILE_NAME, "zugferd-invoice.xml", "xrechnung.xml")
"""Names of the attachment in Factur-X, ZUGFeRD 2.0 and 1, and XRechnung inside a PDF."""

_READERS = {"cii": cii.read, "ubl": ubl.read}
_LEVELS = {
    "minimum": "MINIMUM",
    "basicwl": "BASICWL",
    "basic": "BASIC",
    "2017": "EN16931",
    "extended": "EXTENDED",
}


def write(invoice: Invoice, style: Style = Style()) -> bytes:  # noqa: B008 - a Style is frozen
    """Return the invoice as PDF/A-3 with its CII attached as factur-x.xml, profile EN 16931.

    The same invoice and style give the same bytes. Raises InputError as `cii.write` and
    `pdf.write` do.
    """
    attached = pdf.Attachment(
        filename=FILE_NAME,
        content=cii.write(invoice, style),
        description="The invoice for machines (Factur-X, EN 16931)",
    )
    return with_facturx(pdf.write(invoice, style, attachment=attached))


def read(content: bytes) -> Reading:
    """Return the invoice inside a PDF, and everything found about it and about the PDF."""
    if len(content) > PDF_BYTES_MAX:
        return _nothing(
            "pdf_too_large",
            f"the PDF has {len(content):,} bytes; at most {PDF_BYTES_MAX:,} are read",
        )
    try:
        contents = contents_of(content)
    except DAMAGE as error:
        return _nothing("pdf_damaged", f"the PDF is damaged or locked: {_first_line(error)}")
    found = [(file, name) for file in contents.files if (name := _format(file))]
    if not found:
        return _nothing("pdf_no_invoice", _absence(contents))
    found.sort(key=lambda pair: _rank(pair[0]))
    file, name = found[0]
    reading = _READERS[name](file.content)
    told = [*_told_of(file, contents, reading.profile)]
    for other, _ in found[1:]:
        message = f"a second invoice, {other.name!r}, is not read"
        told.append(Finding("pdf_second_invoice", other.name, message, Severity.WARNING))
    return replace(reading, findings=(*told, *reading.findings))


def _format(file: AttachedFile) -> str:
    """Return the dialect of an attached file, or nothing when it is no e-invoice."""
    if file.name.lower() in NAMES:
        return "ubl" if b"urn:oasis:names:specification:ubl" in file.content[:4096] else "cii"
    try:
        name = recognise(file.content)
    except InputError:
        return ""
    return name if name in _READERS else ""


def _rank(file: AttachedFile) -> int:
    name = file.name.lower()
    return NAMES.index(name) if name in NAMES else len(NAMES)


def _told_of(file: AttachedFile, contents: Contents, profile: str) -> list[Finding]:
    """Return what is wrong with the PDF around the invoice; none of it changes the invoice."""
    said = contents.properties
    faults = {
        "pdf_attachment_name": file.name.lower() not in NAMES
        and f"the attachment is called {file.name!r}, not {FILE_NAME!r}",
        "pdf_not_associated": not file.associated
        and "the attachment is not an associated file (/AF) of the document, as PDF/A-3 wants",
        "pdf_relationship": not file.relationship
        and "the attachment does not say how it relates to the page (AFRelationship)",
        "pdf_metadata": "ConformanceLevel" not in said
        and "the metadata does not say that this is Factur-X (XMP ConformanceLevel)",
        "pdf_metadata_name": said.get("DocumentFileName", file.name) != file.name
        and f"the metadata calls the attachment {said.get('DocumentFileName')!r}",
        "pdf_metadata_level": _contradicts(said.get("ConformanceLevel", ""), profile)
        and f"the metadata says {said.get('ConformanceLevel')!r}, the invoice {profile!r}",
    }
    return [
        Finding(code, file.name, message, Severity.WARNING)
        for code, message in faults.items()
        if message
    ]


def _contradicts(level: str, profile: str) -> bool:
    expected = _LEVELS.get(re.split("[:#]", profile)[-1], "")
    stated = re.sub("[^A-Z0-9]", "", level.upper()).replace("COMFORT", "EN16931")
    return bool(stated and expected) and stated != expected


def _absence(contents: Contents) -> str:
    names = ", ".join(repr(file.name) for file in contents.files[:5])
    return f"no e-invoice is attached to the PDF; it carries {names or 'no files at all'}"


def _nothing(code: str, message: str) -> Reading:
    return Reading(invoice=None, findings=(Finding(code, "", message),))


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
