"""CII's building blocks: wrapped dates, VAT categories, allowances, and who is meant."""

from __future__ import annotations

from lxml import etree

from net30.documents.einvoice.kinds import (
    AMOUNT,
    BASIC_DATE,
    DECIMAL,
    Kind,
    take_iso_date,
)
from net30.documents.einvoice.records import (
    allowance,
    rate,
    stated_percent,
)
from net30.documents.einvoice.shape import (
    Also,
    Node,
)
from net30.documents.einvoice.source import Where
from net30.documents.einvoice.table import Table
from net30.domain.party import Identifier

_UNCEFACT = "urn:un:unece:uncefact:data:standard:"
NAMESPACES = {
    "rsm": f"{_UNCEFACT}CrossIndustryInvoice:100",
    "ram": f"{_UNCEFACT}ReusableAggregateBusinessInformationEntity:100",
    "qdt": f"{_UNCEFACT}QualifiedDataType:100",
    "udt": f"{_UNCEFACT}UnqualifiedDataType:100",
}
SUPPORTING = "916"
TENDER = "50"
INVOICED_OBJECT = "130"


_DATE = "udt:DateTimeString"

t = Table(NAMESPACES)


def day(term: str, path: str, name: str, *, inner: str = _DATE) -> Node:
    """Return the node of a date, which CII wraps; an ISO date beside it is understood too."""
    text = t.leaf(term, inner, name, BASIC_DATE)
    others = [Also(t.leaf(term, "udt:DateTime", name, Kind(str, take_iso_date)))]
    if inner != _DATE:
        others.append(Also(t.leaf(term, _DATE, name, BASIC_DATE)))
    return t.group(path, text, *others)


def period(start: str, end: str, prefix: str = "") -> tuple[Node, ...]:
    """Return the two ends of a period."""
    return (
        day(start, "ram:StartDateTime", f"{prefix}start"),
        day(end, "ram:EndDateTime", f"{prefix}end"),
    )


def allowances(*tax: Node) -> Node:
    """Return the table of allowances and charges, on a line or, with a tax, on the document."""
    # The terms of an allowance; a charge's are seven numbers on (BT-99 to BT-105, BT-141 to 145).
    numbers = "BT-94 BT-93 BT-92 BT-98 BT-97" if tax else "BT-138 BT-137 BT-136 BT-140 BT-139"
    percent, base, amount, code, reason = numbers.split()
    return t.signed(
        "ram:SpecifiedTradeAllowanceCharge",
        "ram:ChargeIndicator/udt:Indicator",
        allowance,
        t.leaf(percent, "ram:CalculationPercent", "percent", DECIMAL),
        t.leaf(base, "ram:BasisAmount", "base", AMOUNT),
        t.leaf(amount, "ram:ActualAmount", "amount", AMOUNT),
        t.leaf(code, "ram:ReasonCode", "reason_code"),
        t.leaf(reason, "ram:Reason", "reason"),
        *tax,
    )


def tax_category(path: str, category: str, percent: str) -> Node:
    """Return the table of a VAT category."""
    return t.part(
        path,
        "tax",
        rate,
        t.const("ram:TypeCode", "VAT"),
        Also(t.leaf("", "ram:ExemptionReason", "reason")),
        t.leaf(category, "ram:CategoryCode", "category"),
        Also(t.leaf("", "ram:ExemptionReasonCode", "reason_code")),
        t.leaf(percent, "ram:RateApplicablePercent", "percent", DECIMAL, get=stated_percent),
    )


def with_scheme(ids: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
    """Return the identifiers of a scheme: GlobalID in CII."""
    return tuple(one for one in ids if one.scheme)


def without_scheme(ids: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
    """Return the identifiers without a scheme: ID in CII."""
    return tuple(one for one in ids if not one.scheme)


def counts(element: etree._Element) -> bool:
    """Tell whether a line counts: in Factur-X EXTENDED, group and information lines do not."""
    reason = element.findtext(
        f"{t.tag('ram:AssociatedDocumentLineDocument')}/{t.tag('ram:LineStatusReasonCode')}"
    )
    return (reason or "").strip().upper() not in {"GROUP", "INFORMATION"}


def registered_as(scheme: str) -> Where:
    """Return the test whether a SpecifiedTaxRegistration is of a scheme: VA or FC."""

    def matches(element: etree._Element) -> bool:
        number = element.find(t.tag("ram:ID"))
        return number is not None and number.get("schemeID", "").upper() == scheme

    return matches
