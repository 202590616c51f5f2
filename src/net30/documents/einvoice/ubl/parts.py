"""UBL's irregular places: documents and tax totals, told apart by what is inside."""

from __future__ import annotations

import re

from lxml import etree

from net30.documents.einvoice.kinds import (
    AMOUNT_IN_CURRENCY,
    CONTENT,
    DECIMAL,
    IDENTIFIER,
    TEXT,
    Kind,
    take_amount,
)
from net30.documents.einvoice.records import (
    rate,
    stated_content,
    stated_percent,
    subtotal,
    supporting,
)
from net30.documents.einvoice.shape import (
    Also,
    Fields,
    Node,
    made,
    write_all,
    write_value,
)
from net30.documents.einvoice.sheet import Sheet
from net30.documents.einvoice.source import Source, text_of
from net30.documents.einvoice.table import Table
from net30.domain.invoice import Invoice, Note
from net30.domain.party import Identifier

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES = {"cac": f"{_UBL}CommonAggregateComponents-2", "cbc": f"{_UBL}CommonBasicComponents-2"}
INVOICED_OBJECT = "130"
PROJECT = "50"

_BREAKDOWN_TERMS = 4
_SUBJECT = re.compile(r"#([A-Z0-9]{3})#(.*)", re.DOTALL)

t = Table(NAMESPACES)


def _take_note(_: Source, element: etree._Element) -> Note | None:
    text = text_of(element)
    match = _SUBJECT.fullmatch(text)
    if match:
        return Note(match[2].strip(), match[1])
    return Note(text) if text else None


# EN 16931-3-2: the subject code (BT-21) stands before the text (BT-22) between two "#".
NOTE = Kind(lambda note: f"#{note.subject}#{note.text}" if note.subject else note.text, _take_note)


def tax_category(path: str, name: str, terms: str) -> Node:
    """Return the table of a VAT category: code, rate and, with four terms, the reasons."""
    numbers = terms.split()
    nodes = [
        t.leaf(numbers[0], "cbc:ID", "category"),
        t.leaf(numbers[1], "cbc:Percent", "percent", DECIMAL, get=stated_percent),
    ]
    reasons = (
        t.leaf(numbers[-2], "cbc:TaxExemptionReasonCode", "reason_code"),
        t.leaf(numbers[-1], "cbc:TaxExemptionReason", "reason"),
    )
    # Only the breakdown has terms for the reasons; elsewhere they are read and compared with it.
    nodes += reasons if len(numbers) == _BREAKDOWN_TERMS else map(Also, reasons)
    return t.part(path, name, rate, *nodes, t.const("cac:TaxScheme/cbc:ID", "VAT"))


class Documents:
    """AdditionalDocumentReference: supporting documents and the invoiced object.

    In a credit note, which has no ProjectReference, the project stands here too.
    """

    tag = t.tag("cac:AdditionalDocumentReference")
    code = t.tag("cbc:DocumentTypeCode")
    paper = (
        t.leaf("BT-122", "cbc:ID", "reference"),
        t.leaf("BT-123", "cbc:DocumentDescription", "description"),
        t.group(
            "cac:Attachment",
            t.leaf(
                "BT-125", "cbc:EmbeddedDocumentBinaryObject", "content", CONTENT, get=stated_content
            ),
            t.leaf("BT-124", "cac:ExternalReference/cbc:URI", "uri"),
        ),
    )

    def __init__(self, *, with_project: bool) -> None:
        """Say whether the project (BT-11) belongs here."""
        self.with_project = with_project

    def write(self, sheet: Sheet, record: Invoice) -> bool:
        """Add one reference for each paper."""
        references = record.references
        for paper in record.supporting:
            started = sheet.start(self.tag)
            write_all(self.paper, sheet, paper)
            sheet.end(self.tag, started)
        if references.invoiced_object:
            self._coded(sheet, IDENTIFIER, references.invoiced_object, INVOICED_OBJECT)
        if self.with_project and references.project:
            self._coded(sheet, TEXT, references.project, PROJECT)
        return True

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Tell the papers apart by their type code."""
        papers = []
        for element in source.children(parent, self.tag):
            source.taken.add(element)
            code = (element.findtext(self.code) or "").strip()
            if code == INVOICED_OBJECT and "references.invoiced_object" not in fields:
                self._take_coded(element, source, fields, "references.invoiced_object", IDENTIFIER)
            elif code == PROJECT and self.with_project and "references.project" not in fields:
                self._take_coded(element, source, fields, "references.project", TEXT)
            else:
                papers.append(made(supporting, self.paper, element, source))
        if any(papers):
            fields["supporting"] = tuple(paper for paper in papers if paper)

    def _coded(self, sheet: Sheet, kind: Kind, value: object, code: str) -> None:
        started = sheet.start(self.tag)
        write_value(sheet, t.tag("cbc:ID"), kind, value)
        sheet.text(self.code, code)
        sheet.end(self.tag, started)

    def _take_coded(
        self, element: etree._Element, source: Source, fields: Fields, name: str, kind: Kind
    ) -> None:
        source.take(element, self.code)
        number = source.take(element, t.tag("cbc:ID"))
        value = None if number is None else kind.take(source, number)
        if value is not None:
            fields[name] = value


class TaxTotals:
    """TaxTotal: the breakdown in the document's currency, and the total in the tax currency."""

    tag = t.tag("cac:TaxTotal")
    amount = t.tag("cbc:TaxAmount")
    rows = t.many(
        "cac:TaxSubtotal",
        "breakdown",
        subtotal,
        t.leaf("BT-116", "cbc:TaxableAmount", "taxable", AMOUNT_IN_CURRENCY),
        t.leaf("BT-117", "cbc:TaxAmount", "tax", AMOUNT_IN_CURRENCY),
        tax_category("cac:TaxCategory", "rate", "BT-118 BT-119 BT-121 BT-120"),
    )

    def write(self, sheet: Sheet, record: Invoice) -> bool:
        """Add the total with its rows, then the second total."""
        totals = record.totals
        started = sheet.start(self.tag)
        write_value(sheet, self.amount, AMOUNT_IN_CURRENCY, totals.tax)
        self.rows.write(sheet, totals)
        sheet.end(self.tag, started)
        if totals.tax_in_tax_currency is not None:
            started = sheet.start(self.tag)
            write_value(sheet, self.amount, AMOUNT_IN_CURRENCY, totals.tax_in_tax_currency)
            sheet.end(self.tag, started)
        return True

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read both totals, told apart by their currency."""
        for element in list(source.children(parent, self.tag)):
            amount = element.find(self.amount)
            currency = source.currency if amount is None else amount.get("currencyID", "")
            if currency in {source.currency, ""} and "totals.tax" not in fields:
                self._main(element, amount, source, fields)
            elif amount is not None and "totals.tax_in_tax_currency" not in fields:
                self._second(element, amount, source, fields)

    def _main(
        self,
        element: etree._Element,
        amount: etree._Element | None,
        source: Source,
        fields: Fields,
    ) -> None:
        source.taken.add(element)
        self.rows.read(element, source, fields)
        if amount is not None:
            source.taken.add(amount)
            tax = take_amount(source, amount)
            if tax is not None:
                fields["totals.tax"] = tax

    def _second(
        self, element: etree._Element, amount: etree._Element, source: Source, fields: Fields
    ) -> None:
        currency = amount.get("currencyID", "")
        if currency == source.currency:
            return  # a third total in the same currency: left, and so reported
        tax = take_amount(source, amount, currency)
        if tax is not None:
            source.taken.update((element, amount))
            fields["totals.tax_in_tax_currency"] = tax


def is_vat(element: etree._Element) -> bool:
    """Tell whether a PartyTaxScheme is of VAT."""
    scheme = element.findtext(f"{t.tag('cac:TaxScheme')}/{t.tag('cbc:ID')}") or ""
    return scheme.strip().upper() == "VAT"


def is_other_tax(element: etree._Element) -> bool:
    """Tell whether a PartyTaxScheme is of another register than VAT."""
    return not is_vat(element)


def one_identifier(ids: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
    """Return what fits where one identifier is allowed: one with a scheme, or any; and SEPA."""
    plain = [one for one in ids if one.scheme != SEPA]
    known = [one for one in plain if one.scheme] or plain
    return (*known[:1], *(one for one in ids if one.scheme == SEPA))


SEPA = "SEPA"
"""The scheme that marks a bank's creditor identifier (BT-90) among a party's identifiers."""
