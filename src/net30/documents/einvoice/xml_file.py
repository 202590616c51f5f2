"""XML from strangers: read with every door shut, and with an answer for each fault.

Refused before parsing: more than XML_BYTES_MAX bytes, and any document type declaration, since no
e-invoice has one and entity bombs need one. Nothing is fetched, nothing is expanded.
"""

from __future__ import annotations

import codecs
import re

from lxml import etree

from net30.kernel.findings import Finding, Severity

XML_BYTES_MAX = 30_000_000
"""Largest XML file read; XRechnung allows 15 MB with its attachments."""

XML_ELEMENTS_MAX = 500_000
"""Most elements read: ten times an invoice of 1,000 full lines."""

_DECLARATION = re.compile(r"^<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"'>]{1,60})["']""")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16 LE, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Without a mark, XML in UTF-16 shows by the zero byte beside its first "<".
_BARE_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_TEXT_CODECS = ("utf", "iso8859", "cp125", "ascii", "latin", "koi8", "mac-", "gb", "big5")


def parse(content: bytes) -> tuple[etree._Element | None, list[Finding]]:
    """Return the root element, or None, and what is wrong with the file as XML."""
    if len(content) > XML_BYTES_MAX:
        return None, [
            _fault(
                "xml_too_large",
                f"the file has {len(content):,} bytes; at most {XML_BYTES_MAX:,} are read",
            )
        ]
    text, findings = decode(content)
    if text is None:
        return None, findings
    body = _DECLARATION.sub("", text.strip("\ufeff \t\r\n\x00"), count=1)
    if _has_document_type(body):
        return None, [
            *findings,
            _fault(
                "xml_doctype",
                "the file has a document type declaration; "
                "e-invoices have none and entity bombs need one",
            ),
        ]
    try:
        root = etree.fromstring(body.encode("utf-8", "surrogatepass"), _parser())
    except etree.XMLSyntaxError as error:
        return None, [*findings, _fault("xml_syntax", f"the file is not well-formed XML: {error}")]
    if sum(1 for _ in root.iter()) > XML_ELEMENTS_MAX:
        return None, [
            *findings,
            _fault("xml_too_large", f"the file has more than {XML_ELEMENTS_MAX:,} elements"),
        ]
    return root, findings


def decode(content: bytes) -> tuple[str | None, list[Finding]]:
    """Return the text of an XML file, or None, and how its encoding differs from what it says."""
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], name, name)
    for start, name in _BARE_UTF16:
        if content.startswith(start):
            return _decoded(content, name, name)
    match = _ENCODING.match(content.lstrip())
    declared = match[1].decode("ascii", "replace") if match else "utf-8"
    codec = _codec(declared)
    if codec is None or codec.startswith(("utf-16", "utf-32")):
        # A file in UTF-16 would have been seen above: the declaration is wrong.
        text, findings = _decoded(content, "utf-8", declared)
        said = f"the encoding declaration says {declared!r}, which "
        said += "is no encoding" if codec is None else "the bytes are not in"
        return text, [_warning("xml_encoding", f"{said}; read as UTF-8"), *findings]
    return _decoded(content, codec, declared)


def _decoded(content: bytes, codec: str, declared: str) -> tuple[str | None, list[Finding]]:
    try:
        return content.decode(codec), []
    except UnicodeDecodeError as error:
        if codec not in {"utf-8", "ascii"}:
            return None, [
                _fault(
                    "xml_encoding",
                    f"the bytes are not {declared}: {error.reason} at byte {error.start:,}",
                )
            ]
    text = content.decode("cp1252", "replace")
    return text, [
        _warning(
            "xml_encoding", f"the bytes are not {declared}, as the file says; read as Windows-1252"
        )
    ]


def _codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if found.startswith(_TEXT_CODECS) and "sig" not in found else None


def _has_document_type(body: str) -> bool:
    # Comments and instructions may stand before it; a "<!DOCTYPE" inside an element is no markup
    # that a parser accepts, so the first of the two decides.
    rest = re.sub(r"^(?:\s+|<!--.*?-->|<\?.*?\?>)+", "", body, count=1, flags=re.DOTALL)
    return rest.startswith("<!")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )


def _fault(code: str, message: str) -> Finding:
    return Finding(code, "", message)


def _warning(code: str, message: str) -> Finding:
    return Finding(code, "", message, Severity.WARNING)
