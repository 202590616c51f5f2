"""Reading: what came of a file that someone else wrote, and which format a file is in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from net30.documents.einvoice.xml_file import decode
from net30.domain.invoice import Invoice
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding, has_errors

LINES_READ_MAX = 10_000
"""Most lines of an invoice that is read: ten times what net30 writes."""

_SNIFFED_BYTES = 200_000
_CII = re.compile(r"<[^<>]*CrossIndustry(?:Invoice|Document)")
_UBL = re.compile(r"urn:oasis:names:specification:ubl:schema:xsd:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An invoice as its file states it, or None; everything found wrong; the profile claimed.

    `profile` is the specification identifier (BT-24), such as urn:cen.eu:en16931:2017.
    """

    invoice: Invoice | None
    findings: tuple[Finding, ...]
    profile: str = ""

    @property
    def is_clean(self) -> bool:
        """Tell whether there is an invoice and nothing about it is an error."""
        return self.invoice is not None and not has_errors(self.findings)


def too_many_lines(lines: int, path: str) -> tuple[Finding, ...]:
    """Return a finding when an invoice has more lines than net30 reads."""
    if lines <= LINES_READ_MAX:
        return ()
    message = f"the invoice has {lines:,} lines; at most {LINES_READ_MAX:,} are read"
    return (Finding("too_many_lines", path, message),)


def recognise(content: bytes) -> str:
    """Return the format of a file: ubl, cii, facturx or json.

    Raises InputError when it is none of them.
    """
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if b"%PDF-" in content[:1024]:
        return "facturx"
    if start.startswith(b"{"):
        return "json"
    text, _ = decode(content[:_SNIFFED_BYTES])
    if text and _CII.search(text):
        return "cii"
    if text and _UBL.search(text):
        return "ubl"
    raise InputError(
        "the file is no e-invoice that net30 knows",
        hint="it reads UBL, CII (XRechnung, Factur-X, ZUGFeRD 2) and its own JSON",
        code="unknown_format",
    )
