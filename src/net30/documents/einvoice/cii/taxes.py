"""CII's VAT: the breakdown with the tax point in each row, and the totals by currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lxml import etree

from net30.documents.einvoice.cii.parts import (
    day,
    t,
)
from net30.documents.einvoice.kinds import (
    AMOUNT,
    AMOUNT_IN_CURRENCY,
    DECIMAL,
    take_amount,
)
from net30.documents.einvoice.records import (
    flat_subtotal,
    stated_percent,
)
from net30.documents.einvoice.shape import (
    Fields,
    Node,
    made,
    read_all,
    write_all,
    write_value,
)
from net30.documents.einvoice.sheet import Sheet
from net30.documents.einvoice.source import Source
from net30.domain.invoice import Invoice
from net30.domain.tax import TaxSubtotal

# BT-8: the domain keeps UNTDID 2005, as UBL does; CII wants UNTDID 2475 for the same three moments.
_TAX_POINT_CODES = {"3": "5", "35": "29", "432": "72"}
_TAX_POINT_BACK = {cii: code for code, cii in _TAX_POINT_CODES.items()}


@dataclass(frozen=True, slots=True)
class _TaxRow:
    """One ApplicableTradeTax: a row of the breakdown, and the tax point that CII repeats there."""

    row: TaxSubtotal
    tax_point: date | None
    tax_point_code: str


class TaxRows:
    """ApplicableTradeTax: the VAT breakdown; each row repeats the document's tax point."""

    tag = t.tag("ram:ApplicableTradeTax")
    row: tuple[Node, ...] = (
        t.leaf("BT-117", "ram:CalculatedAmount", "tax", AMOUNT, get=lambda it: it.row.tax),
        t.const("ram:TypeCode", "VAT"),
        t.leaf("BT-120", "ram:ExemptionReason", "reason", get=lambda it: it.row.rate.reason),
        t.leaf("BT-116", "ram:BasisAmount", "taxable", AMOUNT, get=lambda it: it.row.taxable),
        t.leaf("BT-118", "ram:CategoryCode", "category", get=lambda it: it.row.rate.category),
        t.leaf(
            "BT-121",
            "ram:ExemptionReasonCode",
            "reason_code",
            get=lambda it: it.row.rate.reason_code,
        ),
    )
    percent = t.leaf(
        "BT-119",
        "ram:RateApplicablePercent",
        "percent",
        DECIMAL,
        get=lambda it: stated_percent(it.row.rate),
    )
    point: tuple[Node, ...] = (
        day("BT-7", "ram:TaxPointDate", "tax_point", inner="udt:DateString"),
        t.leaf("BT-8", "ram:DueDateTypeCode", "tax_point_code"),
    )

    def write(self, sheet: Sheet, record: Invoice) -> bool:
        """Add the rows."""
        code = _TAX_POINT_CODES.get(record.tax_point_code, record.tax_point_code)
        for row in record.totals.breakdown:
            started = sheet.start(self.tag)
            view = _TaxRow(row, record.tax_point, code)
            write_all((*self.row, *self.point, self.percent), sheet, view)
            sheet.end(self.tag, started)
        return bool(record.totals.breakdown)

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read the rows; a second tax point is reported."""
        rows = []
        for element in source.children(parent, self.tag):
            source.taken.add(element)
            point: Fields = {}
            read_all(self.point, element, source, point)
            code = point.get("tax_point_code")
            if code:
                point["tax_point_code"] = _TAX_POINT_BACK.get(code, code)
            for name, value in point.items():
                if fields.setdefault(name, value) != value:
                    source.report(
                        "not_carried", element, f"a second tax point, {value}, is not carried"
                    )
            row = made(flat_subtotal, (*self.row, self.percent), element, source)
            if row is not None:
                rows.append(row)
        if rows:
            fields["breakdown"] = tuple(rows)


class TaxTotals:
    """TaxTotalAmount: in the document's currency, and once more in the tax currency."""

    tag = t.tag("ram:TaxTotalAmount")

    def write(self, sheet: Sheet, record: Invoice) -> bool:
        """Add the total, then the second one."""
        write_value(sheet, self.tag, AMOUNT_IN_CURRENCY, record.totals.tax)
        if record.totals.tax_in_tax_currency is not None:
            write_value(sheet, self.tag, AMOUNT_IN_CURRENCY, record.totals.tax_in_tax_currency)
        return True

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Tell the totals apart by their currency."""
        for element in list(source.children(parent, self.tag)):
            stated = element.get("currencyID", source.currency)
            main = stated == source.currency
            name = "totals.tax" if main else "totals.tax_in_tax_currency"
            if name in fields:
                continue
            amount = take_amount(source, element, stated)
            if amount is not None:
                source.taken.add(element)
                fields[name] = amount
