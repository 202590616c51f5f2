"""Source: an XML document being read, what was taken from it, and what was not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from net30.kernel.findings import Finding, Severity

Where = Callable[[etree._Element], bool]  # noqa: SLF001 - lxml has no public name for it

LEFTOVERS_MAX = 100
"""Most findings about content that cannot be carried; the rest is counted in one more."""

FINDINGS_MAX = 1000
"""Most findings made while reading; the rest is counted in one more."""

_EXCERPT_CHARACTERS = 60

# What a reader would otherwise have to look up: extensions by their business name.
_KNOWN = {
    "SubInvoiceLine": "a sub-line (XRechnung extension BG-DEX-01)",
    "PrepaidPayment": "a third-party payment (XRechnung extension BG-DEX-09)",
    "UBLExtensions": "a UBL extension",
    "IncludedReferencedProduct": "a part of an item (Factur-X EXTENDED)",
    "SpecifiedAdvancePayment": "an advance payment (Factur-X EXTENDED)",
    "TaxApplicableTradeCurrencyExchange": "the tax exchange rate (Factur-X EXTENDED)",
    "TestIndicator": "the mark of a test document",
    "IncludedSupplyChainTradeLineItem": "a group or information line (Factur-X EXTENDED)",
    "WithholdingTaxTotal": "a withheld tax",
}
_SILENT = frozenset({"UBLVersionID"})
# Amounts and quantities that repeat or illustrate what other terms say.
_LIGHT = frozenset({"LineTotalBasisAmount", "AllowanceChargeBasisAmount", "PackageQuantity"})


class Source:
    """One document: `currency` is BT-5, `findings` collects what is wrong, `taken` what was read.

    Whatever is not taken is reported by `leftovers`, so nothing gets lost without a word.
    """

    def __init__(self, root: etree._Element, currency: str) -> None:
        """Start reading at the root."""
        self.root = root
        self.currency = currency
        self.findings: list[Finding] = []
        self.taken: set[etree._Element] = {root}
        self.attachment_bytes = 0
        self._unsaid = 0

    def children(
        self, parent: etree._Element, tag: str, where: Where | None = None
    ) -> Iterator[etree._Element]:
        """Yield the children of that name not taken yet."""
        for element in parent.iterchildren(tag):
            if element not in self.taken and (where is None or where(element)):
                yield element

    def take(
        self, parent: etree._Element, tag: str, where: Where | None = None
    ) -> etree._Element | None:
        """Return the first child of that name not taken yet, and take it."""
        element = next(self.children(parent, tag, where), None)
        if element is not None:
            self.taken.add(element)
        return element

    def report(
        self,
        code: str,
        element: etree._Element,
        message: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Add a finding about an element."""
        if len(self.findings) >= FINDINGS_MAX:
            self._unsaid += 1
            return
        self.findings.append(Finding(code, path_of(element), message, severity))

    def leftovers(self) -> list[Finding]:
        """Return a finding for each piece of content that nothing took."""
        left = list(self._untaken(self.root))
        found = [
            Finding("not_carried", path_of(element), _told(element), _weight(element))
            for element in left[:LEFTOVERS_MAX]
        ]
        if len(left) > LEFTOVERS_MAX:
            more = len(left) - LEFTOVERS_MAX
            found.append(Finding("not_carried", "", f"{more:,} more elements are not carried"))
        if self._unsaid:
            found.append(Finding("more", "", f"{self._unsaid:,} more findings are left out"))
        return found

    def _untaken(self, parent: etree._Element) -> Iterator[etree._Element]:
        for element in parent.iterchildren("{*}*"):
            if element in self.taken:
                yield from self._untaken(element)
            elif _said(element) and not _says_nothing(element):
                yield element


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return etree.QName(element).localname


def text_of(element: etree._Element) -> str:
    """Return an element's own text without the space around it."""
    return (element.text or "").strip()


def path_of(element: etree._Element) -> str:
    """Return where an element stands, e.g. /Invoice/InvoiceLine[2]/Price."""
    steps: list[str] = []
    here: etree._Element | None = element
    while here is not None:
        above = here.getparent()
        steps.append(local(here) + _position(here, above))
        here = above
    return "/" + "/".join(reversed(steps))


def _position(element: etree._Element, parent: etree._Element | None) -> str:
    if parent is None:
        return ""
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    alone = before == 0 and next(element.itersiblings(element.tag), None) is None
    return "" if alone else f"[{before + 1}]"


def _says_nothing(element: etree._Element) -> bool:
    name = local(element)
    return name in _SILENT or (name == "TestIndicator" and _said(element) == ["false"])


def _said(element: etree._Element) -> list[str]:
    return [text_of(leaf) for leaf in element.iter("{*}*") if text_of(leaf)]


def _told(element: etree._Element) -> str:
    said = _said(element)
    parent = element.getparent()
    if parent is not None and etree.QName(element).namespace is None:
        return f"{local(element)} has no namespace, so it is no part of the invoice: {said[0]!r}"
    what = _KNOWN.get(local(element), local(element))
    excerpt = said[0][:_EXCERPT_CHARACTERS]
    more = f" and {len(said) - 1:,} more values" if len(said) > 1 else ""
    return f"net30 does not carry {what}: {excerpt!r}{more}"


def _weight(element: etree._Element) -> Severity:
    """An amount or a quantity left out matters more than a word; a lost namespace is a fault."""
    if etree.QName(element).namespace is None:
        return Severity.WARNING
    names = {local(leaf) for leaf in element.iter("{*}*")} - _LIGHT
    heavy = any(name.endswith(("Amount", "Quantity")) or name == "TestIndicator" for name in names)
    return Severity.WARNING if heavy else Severity.NOTE
