"""Records: from what a document said to the values of the domain, with a finding for each gap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING
from dataclasses import fields as fields_of
from decimal import Decimal, localcontext
from typing import Any

from lxml import etree

from net30.documents.einvoice.shape import Fields, Make
from net30.documents.einvoice.source import Source
from net30.domain.invoice import SupportingDocument
from net30.domain.line import PIECE, AllowanceCharge, Classification, Line
from net30.domain.party import Identifier, Party
from net30.domain.tax import WITH_RATE, TaxCategory, TaxRate, TaxSubtotal
from net30.kernel.decimals import EXACT
from net30.kernel.findings import Severity
from net30.kernel.money import Money

Gap = tuple[str, str]
"""The rule that wants a field, and what to call it."""


def record(kind: Callable[..., Any], **gaps: Gap) -> Make:
    """Return a maker of plain records.

    A text without a default that the document left out is reported by its rule and stays empty.
    """
    required = [
        field.name
        for field in fields_of(kind)  # type: ignore[arg-type]  # every record is a dataclass
        if field.default is MISSING
    ]

    def make(fields: Fields, source: Source, element: etree._Element) -> Any:
        for name in required:
            if name not in fields:
                rule, what = gaps.get(name, ("missing", name))
                source.report(rule, element, f"{what} is missing", Severity.ERROR)
                fields[name] = ""
        return kind(**fields)

    return make


def party(rule: str, what: str) -> Make:
    """Return a maker of parties whose name is demanded by a rule."""

    def make(fields: Fields, source: Source, element: etree._Element) -> Party:
        legal_name_missing = "name" not in fields
        name = fields.pop("name", "") or fields.pop("trading_name", "")
        if not name:
            source.report(rule, element, f"the name of the {what} is missing", Severity.ERROR)
        elif legal_name_missing:
            message = f"the {what} has a trading name only; it stands in for the name"
            source.report(rule, element, message)
        ids: tuple[Identifier, ...] = fields.pop("ids", ())
        # CII puts identifiers with a scheme last, so both formats are read in that order.
        ordered = tuple(sorted(ids, key=lambda one: bool(one.scheme)))
        return Party(name=name, ids=ordered, **fields)

    return make


def rate(fields: Fields, source: Source, element: etree._Element) -> TaxRate:
    """Return a VAT category and rate; an unknown category is reported and its rate decides."""
    percent = fields.get("percent")
    stated = str(fields.get("category", "")).upper()
    try:
        category = TaxCategory(stated)
    except ValueError:
        category = TaxCategory.STANDARD if percent else TaxCategory.ZERO
        said = (
            f"the VAT category {stated!r} is not one of EN 16931"
            if stated
            else ("the VAT category is missing")
        )
        source.report("BR-CL-18", element, f"{said}; taken as {category}", Severity.ERROR)
    if percent is None and category in WITH_RATE:
        source.report("BR-48", element, "the VAT rate is missing; taken as 0", Severity.ERROR)
    return TaxRate(
        category,
        percent if percent is not None else Decimal(0),
        fields.get("reason", ""),
        fields.get("reason_code", ""),
    )


def subtotal(fields: Fields, source: Source, element: etree._Element) -> TaxSubtotal | None:
    """Return one row of the VAT breakdown; a missing amount is reported and taken as zero."""
    zero = Money.zero(source.currency)
    for name, rule, what in (("taxable", "BR-45", "BT-116"), ("tax", "BR-46", "BT-117")):
        if name not in fields:
            source.report(rule, element, f"{what} is missing; taken as 0", Severity.ERROR)
    tax_rate = fields.get("rate") or rate({}, source, element)
    return TaxSubtotal(tax_rate, fields.get("taxable", zero), fields.get("tax", zero))


def flat_subtotal(fields: Fields, source: Source, element: etree._Element) -> TaxSubtotal | None:
    """Return a row whose rate stands beside its amounts, as in CII."""
    fields["rate"] = rate(fields, source, element)
    return subtotal(fields, source, element)


def allowance(fields: Fields, source: Source, element: etree._Element) -> AllowanceCharge | None:
    """Return an allowance or charge; without an amount there is none."""
    if "amount" not in fields:
        source.report(
            "BR-31", element, "an allowance or charge has no amount and is left out", Severity.ERROR
        )
        return None
    return AllowanceCharge(**fields)


def classification(fields: Fields, _source: Source, _element: etree._Element) -> Classification:
    """Return an item's class from its code, list and version."""
    code: tuple[str, str, str] = fields["code"]
    return Classification(code=code[0], scheme=code[1], version=code[2])


def line(fields: Fields, source: Source, element: etree._Element) -> Line:
    """Return a line as stated; what the standard demands and the document lacks is reported."""
    said = _Gaps(fields, source, element)
    quantity, unit = fields.pop("quantity", None) or (None, "")
    if quantity is None:
        said.missing("BR-22", "the quantity", "1")
    elif not unit:
        said.missing("BR-23", "the unit of the quantity", PIECE)
    gross_base = fields.pop("gross_base", None)
    stated_for = fields.pop("base_quantity", gross_base)
    if gross_base is not None and gross_base != stated_for:
        source.report(
            "not_carried", element, "the gross price is for another quantity than the net"
        )
    base, base_unit = stated_for or (Decimal(1), "")
    price, _ = fields.pop("unit_price", None) or (None, "")
    if price is None:
        said.missing("BR-26", "the price", "0")
    gross, _ = fields.pop("gross_price", None) or (None, "")
    off, _ = fields.pop("price_discount", None) or (None, "")
    for name, rule, what in (("id", "BR-21", "the line's number"), ("name", "BR-25", "the item")):
        if name not in fields:
            said.missing(rule, what, "empty")
            fields[name] = ""
    if "tax" not in fields:
        fields["tax"] = rate({}, source, element)
    fields |= {
        "quantity": Decimal(1) if quantity is None else quantity,
        "unit": unit or PIECE,
        "base_quantity": base,
        "base_unit": base_unit,
        "unit_price": Decimal(0) if price is None else price,
        "gross_price": gross,
        "price_discount": off,
    }
    net = fields.pop("net", None)
    if net is None:
        net = _product(fields, source.currency)
        said.missing("BR-24", "the line's net amount", str(net))
    return Line(net=net, **fields)


def supporting(fields: Fields, source: Source, element: etree._Element) -> SupportingDocument:
    """Return a paper with its link or its bytes; one without a reference is reported."""
    content, filename, media_type = fields.pop("content", (b"", "", ""))
    if "reference" not in fields:
        source.report("BR-52", element, "a supporting document has no reference", Severity.ERROR)
    return SupportingDocument(
        reference=fields.pop("reference", ""),
        content=content,
        filename=filename,
        media_type=media_type,
        **fields,
    )


def pair(fields: Fields, source: Source, element: etree._Element) -> tuple[str, str]:
    """Return an item's attribute: its name and its value."""
    if len(fields) < 2:  # noqa: PLR2004 - a pair has two
        source.report(
            "BR-54", element, "an item attribute lacks its name or its value", Severity.ERROR
        )
    return fields.get("name", ""), fields.get("value", "")


class _Gaps:
    """What one line lacks."""

    def __init__(self, fields: Fields, source: Source, element: etree._Element) -> None:
        self.number = fields.get("id", "?")
        self.source = source
        self.element = element

    def missing(self, rule: str, what: str, taken: str) -> None:
        """Report it and say what stands in for it."""
        message = f"{what} of line {self.number} is missing; taken as {taken}"
        self.source.report(rule, self.element, message, Severity.ERROR)


def stated_percent(tax: TaxRate) -> Decimal | None:
    """Return the rate, or None where the standard wants it left out (BR-O-05)."""
    return None if tax.category is TaxCategory.OUT_OF_SCOPE else tax.percent


def stated_base(one: Line) -> tuple[Decimal, str] | None:
    """Return the price's base quantity, or None for the usual one piece."""
    plain = one.base_quantity == 1 and not one.base_unit
    return None if plain else (one.base_quantity, one.base_unit)


def stated_price(one: Line) -> tuple[Decimal, str]:
    """Return the net price and its currency."""
    return one.unit_price, one.net.currency


def stated_content(paper: SupportingDocument) -> tuple[bytes, str, str] | None:
    """Return the attached bytes with their name and type, or None when there are none."""
    there = paper.content or paper.filename
    return (paper.content, paper.filename, paper.media_type) if there else None


def _product(fields: Fields, currency: str) -> Money:
    with localcontext(EXACT):
        base = fields["base_quantity"] or Decimal(1)
        return Money.rounded(fields["quantity"] * fields["unit_price"] / base, currency)
