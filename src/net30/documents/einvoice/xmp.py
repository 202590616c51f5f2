"""XMP: the Factur-X properties in a PDF's metadata, appended without touching what is there.

A PDF may grow by an incremental update (ISO 32000-1, 7.5.6): a new metadata object, a cross
reference for it alone, and a trailer that points back. PDF/A wants the properties described in an
extension schema (ISO 19005-3, 6.6.2.3), beside those that Typst describes already.
"""

from __future__ import annotations

import re

from net30.kernel.errors import ConfigurationError

FILE_NAME = "factur-x.xml"
LEVEL = "EN 16931"

_SPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = (
    ("DocumentFileName", FILE_NAME, "name of the embedded XML invoice file"),
    ("DocumentType", "INVOICE", "INVOICE"),
    ("Version", "1.0", "the version of the Factur-X XML schema"),
    ("ConformanceLevel", LEVEL, "the conformance level of the embedded Factur-X data"),
)
_TRAILER = re.compile(
    rb"trailer\s*<<(?P<entries>[^<>]*(?:<[^<>]*>[^<>]*)*)>>\s*startxref\s+(?P<at>\d+)\s+%%EOF\s*\Z"
)
_SCHEMAS_END = b"</rdf:Bag></pdfaExtension:schemas>"
_RDF_END = b"</rdf:RDF>"
_XREF_ENTRY_BYTES = 20


def with_facturx(pdf: bytes) -> bytes:
    """Return the PDF with the Factur-X properties in its metadata; the first bytes stay the same.

    Raises ConfigurationError for a PDF laid out in another way than Typst 0.15 does.
    """
    trailer = _TRAILER.search(pdf, max(0, len(pdf) - 4096))
    if trailer is None:
        raise _other_layout("its trailer")
    entries, table = trailer["entries"], int(trailer["at"])
    catalog = _object(pdf, table, _number(entries, b"/Root"))
    number = _number(catalog, b"/Metadata")
    metadata = _described(_stream(_object(pdf, table, number)))
    body = (
        b"%d 0 obj\n<</Length %d/Type/Metadata/Subtype/XML>>\nstream\n%b\nendstream\nendobj\n"
        % (
            number,
            len(metadata),
            metadata,
        )
    )
    start = len(pdf) if pdf.endswith(b"\n") else len(pdf) + 1
    update = b"" if pdf.endswith(b"\n") else b"\n"
    reference = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<<%b/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        number,
        start,
        entries,
        table,
        start + len(body),
    )
    return pdf + update + body + reference


def _object(pdf: bytes, table: int, number: int) -> bytes:
    """Return an object's bytes, found by the classic cross reference table."""
    head = re.compile(rb"xref\s+0 (\d+)\s*?\n").match(pdf, table)
    if head is None or not 0 < number < int(head[1]):
        raise _other_layout("its cross reference table")
    at = head.end() + number * _XREF_ENTRY_BYTES
    start = int(pdf[at : at + 10])
    end = pdf.find(b"endobj", start)
    if not pdf[start:].startswith(b"%d 0 obj" % number) or end < 0:
        raise _other_layout("its objects")
    return pdf[start:end]


def _number(dictionary: bytes, name: bytes) -> int:
    match = re.search(re.escape(name) + rb"\s+(\d+)\s+0\s+R", dictionary)
    if match is None:
        raise _other_layout(name.decode("ascii"))
    return int(match[1])


def _stream(metadata: bytes) -> bytes:
    match = re.search(rb"stream\r?\n(.*?)\r?\nendstream", metadata, re.DOTALL)
    if match is None or b"/Filter" in metadata[: match.start()]:
        raise _other_layout("its metadata")
    return match[1]


def _described(metadata: bytes) -> bytes:
    """Return the metadata with our schema beside Typst's, and the properties themselves."""
    if metadata.count(_SCHEMAS_END) != 1 or metadata.count(_RDF_END) != 1:
        raise _other_layout("its metadata")
    values = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, value, _ in _PROPERTIES)
    ours = f'<rdf:Description rdf:about="" xmlns:fx="{_SPACE}">{values}</rdf:Description>'
    described = metadata.replace(_SCHEMAS_END, _schema().encode("ascii") + _SCHEMAS_END)
    return described.replace(_RDF_END, ours.encode("ascii") + _RDF_END)


def _schema() -> str:
    described = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"
        for name, _, meaning in _PROPERTIES
    )
    return (
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_SPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )


def _other_layout(where: str) -> ConfigurationError:
    return ConfigurationError(
        f"the typesetter lays out its PDF in another way than net30 knows: {where}",
        hint="install the version of typst that net30 names in its requirements",
        code="pdf_layout",
    )
