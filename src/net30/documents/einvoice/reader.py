"""Reader: from bytes to an invoice and its findings, the same way for every XML dialect."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from net30.documents.einvoice.adapting import incoming
from net30.documents.einvoice.assembly import assemble, currency_of
from net30.documents.einvoice.shape import Fields, Node, read_all
from net30.documents.einvoice.source import Source, local, path_of
from net30.documents.einvoice.xml_file import parse
from net30.documents.reading import Reading, too_many_lines
from net30.domain.invoice import Invoice
from net30.domain.rules import check
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding, Severity

_WITHOUT_LINES = {"minimum": "MINIMUM", "basicwl": "BASIC WL"}
"""Factur-X profiles that state totals only, by the last word of their identifier."""


# EN 16931-1 annex A: the core, then its usages (compliant) and extensions (conformant), each
# after a "#"; Factur-X names its two profiles below the core by themselves.
_PROFILE = re.compile(
    r"urn:cen\.eu:en16931:2017(#(compliant|conformant)#[^\s#]+)*"
    r"|urn:(factur-x\.eu|zugferd\.de):[^\s:]+:(minimum|basicwl)"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One root element: its table, its currency's and lines' tags, what to say back afterwards."""

    nodes: tuple[Node, ...]
    currency: str
    line: str
    read_back: Callable[[Invoice], Invoice]
    credit_note: bool = False


def read_xml(content: bytes, dialects: Mapping[str, Dialect], what: str) -> Reading:
    """Return what an XML file states; never raises for anything a file may hold."""
    root, findings = parse(content)
    if root is None:
        return Reading(invoice=None, findings=tuple(findings))
    inside = _invoice_in(root, dialects)
    if inside is None:
        return Reading(invoice=None, findings=(*findings, _stranger(root, what)))
    if inside is not root:
        message = f"the invoice stands inside a {local(root)}, which is not kept"
        findings.append(Finding("envelope", "", message, Severity.NOTE))
        root.remove(inside)
    try:
        return _read(inside, dialects[str(inside.tag)], findings)
    except InputError as error:  # amounts that together are more than any account holds
        return Reading(invoice=None, findings=(*findings, Finding(error.code, "", error.message)))


def _read(root: etree._Element, dialect: Dialect, findings: list[Finding]) -> Reading:
    lines = sum(1 for _ in root.iter(dialect.line))
    many = too_many_lines(lines, path_of(root))
    if many:
        return Reading(invoice=None, findings=(*findings, *many))
    currency, faults = currency_of(root.findtext(f".//{dialect.currency}"), root)
    if faults:
        return Reading(invoice=None, findings=(*findings, *faults))
    source = Source(root, currency)
    fields: Fields = {}
    read_all(dialect.nodes, root, source, fields)
    fields.pop("currency", None)
    profile = str(fields.get("specification", ""))
    if not profile:
        source.report("BR-01", root, "the specification identifier (BT-24) is missing")
    elif not _PROFILE.fullmatch(profile):
        message = f"{profile!r} claims neither EN 16931 nor a profile of it"
        source.report("unknown_profile", root, message)
    invoice = assemble(fields, source, credit_note=dialect.credit_note)
    findings += source.findings
    if invoice is None:
        return Reading(invoice=None, findings=tuple(findings), profile=profile)
    kept = len(source.findings)
    invoice = incoming(dialect.read_back(invoice), source)
    findings += source.findings[kept:]
    findings += source.leftovers()
    findings += _checked(invoice, profile)
    return Reading(invoice=invoice, findings=tuple(findings), profile=profile)


def _checked(invoice: Invoice, profile: str) -> Iterator[Finding]:
    """Yield the rules that the invoice breaks; a profile without lines is measured by less."""
    name = _WITHOUT_LINES.get(profile.rpartition(":")[2])
    if name is None or invoice.lines:
        yield from check(invoice)
        return
    message = f"the profile {name} states totals and no lines; there is nothing to recompute"
    yield Finding("profile_without_lines", "lines", message, Severity.WARNING)
    for finding in check(invoice):
        yield replace(finding, severity=Severity.NOTE)


def _invoice_in(root: etree._Element, dialects: Mapping[str, Dialect]) -> etree._Element | None:
    """Return the root, or the invoice inside an envelope such as Peppol's SBD."""
    if root.tag in dialects:
        return root
    if local(root) != "StandardBusinessDocument":
        return None
    return next((child for child in root if child.tag in dialects), None)


def _stranger(root: etree._Element, what: str) -> Finding:
    name = local(root)
    if name == "CrossIndustryDocument":
        return Finding(
            "zugferd_1",
            f"/{name}",
            "this is ZUGFeRD 1, which EN 16931 has replaced; ask for ZUGFeRD 2 or Factur-X",
        )
    space = etree.QName(root).namespace or "no namespace"
    return Finding("not_an_invoice", f"/{name}", f"a {name} ({space}) is no {what} invoice")
