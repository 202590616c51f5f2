"""CII's referenced documents, and what Factur-X EXTENDED adds to charges and prices."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree

from net30.documents.einvoice.cii.parts import (
    INVOICED_OBJECT,
    SUPPORTING,
    TENDER,
    t,
    tax_category,
)
from net30.documents.einvoice.kinds import (
    AMOUNT,
    CONTENT,
    DECIMAL,
)
from net30.documents.einvoice.records import (
    allowance,
    record,
    stated_content,
    supporting,
)
from net30.documents.einvoice.shape import (
    Fields,
    Node,
    made,
    read_all,
    write_all,
)
from net30.documents.einvoice.sheet import Sheet
from net30.documents.einvoice.source import Source
from net30.domain.invoice import Invoice
from net30.domain.line import Line
from net30.domain.party import Identifier
from net30.kernel.findings import Severity


class Documents:
    """AdditionalReferencedDocument: supporting documents, the tender, the invoiced object."""

    tag = t.tag("ram:AdditionalReferencedDocument")
    code = t.tag("ram:TypeCode")
    paper = (
        t.leaf("BT-122", "ram:IssuerAssignedID", "reference"),
        t.leaf("BT-124", "ram:URIID", "uri"),
        t.const("ram:TypeCode", SUPPORTING),
        t.leaf("BT-123", "ram:Name", "description"),
        t.leaf("BT-125", "ram:AttachmentBinaryObject", "content", CONTENT, get=stated_content),
    )
    tender = (
        t.leaf("BT-17", "ram:IssuerAssignedID", "references.tender"),
        t.const("ram:TypeCode", TENDER),
    )
    invoiced_object = (
        t.leaf("BT-18", "ram:IssuerAssignedID", "value"),
        t.const("ram:TypeCode", INVOICED_OBJECT),
        t.leaf("BT-18", "ram:ReferenceTypeCode", "scheme"),
    )

    def write(self, sheet: Sheet, record: Invoice) -> bool:
        """Add one reference for each paper."""
        for paper in record.supporting:
            self._write_one(sheet, self.paper, paper)
        if record.references.tender:
            self._write_one(sheet, self.tender, record)
        if record.references.invoiced_object:
            self._write_one(sheet, self.invoiced_object, record.references.invoiced_object)
        return True

    def _write_one(self, sheet: Sheet, nodes: tuple[Node, ...], record: object) -> None:
        started = sheet.start(self.tag)
        write_all(nodes, sheet, record)
        sheet.end(self.tag, started)

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Tell the papers apart by their type code."""
        papers = []
        for element in source.children(parent, self.tag):
            source.taken.add(element)
            code = (element.findtext(self.code) or "").strip()
            if code == TENDER and "references.tender" not in fields:
                read_all(self.tender, element, source, fields)
            elif code == INVOICED_OBJECT and "references.invoiced_object" not in fields:
                made_of = record(Identifier, value=("BT-18", "the invoiced object's number"))
                found = made(made_of, self.invoiced_object, element, source)
                if found is not None:
                    fields["references.invoiced_object"] = found
            else:
                papers.append(made(supporting, self.paper, element, source))
        if any(papers):
            fields["supporting"] = tuple(paper for paper in papers if paper)


class LogisticsCharges:
    """SpecifiedLogisticsServiceCharge (Factur-X EXTENDED): read as a charge, so totals add up."""

    tag = t.tag("ram:SpecifiedLogisticsServiceCharge")
    nodes = (
        t.leaf("BT-104", "ram:Description", "reason"),
        t.leaf("BT-99", "ram:AppliedAmount", "amount", AMOUNT),
        tax_category("ram:AppliedTradeTax", "BT-102", "BT-103"),
    )

    def write(self, sheet: Sheet, record: Invoice) -> bool:  # noqa: ARG002 - a Node's
        """Add nothing: a charge is written as one."""
        return False

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Add them to the document's charges, and say so."""
        for element in source.children(parent, self.tag):
            source.taken.add(element)
            charge = made(allowance, self.nodes, element, source)
            if charge is not None:
                source.report(
                    "carried_as_charge",
                    element,
                    f"the logistics charge of {charge.amount} is kept as a charge (BG-21)",
                    Severity.NOTE,
                )
                fields["charges"] = (*fields.get("charges", ()), charge)


class PriceDiscount:
    """AppliedTradeAllowanceCharge: the discount on a price; several steps (EXTENDED) are added."""

    tag = t.tag("ram:AppliedTradeAllowanceCharge")
    sign = f"{t.tag('ram:ChargeIndicator')}/{t.tag('udt:Indicator')}"
    nodes = (
        t.const("ram:ChargeIndicator/udt:Indicator", "false"),
        t.leaf("BT-147", "ram:ActualAmount", "price_discount", DECIMAL),
    )

    def write(self, sheet: Sheet, record: Line) -> bool:
        """Add the discount, if there is one."""
        if record.price_discount is None:
            return False
        started = sheet.start(self.tag)
        write_all(self.nodes, sheet, record)
        sheet.end(self.tag, started)
        return True

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Add up the discounts; a surcharge is left, and so reported."""
        steps = []
        for element in source.children(parent, self.tag):
            if (element.findtext(self.sign) or "").strip() in {"true", "1"}:
                continue
            source.taken.add(element)
            here: Fields = {}
            read_all(self.nodes, element, source, here)
            steps += [here["price_discount"]] if here else []
        if len(steps) > 1:
            source.report(
                "added_up",
                parent,
                f"{len(steps)} discounts on the price are kept as one",
                Severity.NOTE,
            )
        if steps:
            fields["price_discount"] = (sum(steps, Decimal(0)), source.currency)
