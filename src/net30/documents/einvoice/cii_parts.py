"""CII's irregular places: documents, payment means, terms, taxes, told apart by what is inside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from net30.documents.einvoice.kinds import (
    AMOUNT,
    AMOUNT_IN_CURRENCY,
    BASIC_DATE,
    CONTENT,
    DECIMAL,
    Kind,
    take_amount,
    take_iso_date,
)
from net30.documents.einvoice.records import (
    allowance,
    flat_subtotal,
    rate,
    record,
    stated_content,
    stated_percent,
    supporting,
)
from net30.documents.einvoice.shape import (
    Also,
    Fields,
    Node,
    Table,
    add,
    made,
    read_all,
    write_all,
)
from net30.documents.einvoice.source import Source, Where, text_of
from net30.domain.invoice import BankAccount, Invoice, PaymentInstructions
from net30.domain.line import Line
from net30.domain.party import Identifier
from net30.domain.tax import TaxSubtotal
from net30.domain.terms import EarlyPaymentDiscount
from net30.kernel.errors import InputError
from net30.kernel.findings import Severity

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

# BT-8: the domain keeps UNTDID 2005, as UBL does; CII wants UNTDID 2475 for the same three moments.
_TAX_POINT_CODES = {"3": "5", "35": "29", "432": "72"}
_TAX_POINT_BACK = {cii: code for code, cii in _TAX_POINT_CODES.items()}
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9 ]{8,40}")

t = Table(NAMESPACES)


def day(term: str, path: str, name: str, *, inner: str = "udt:DateTimeString") -> Node:
    """Return the node of a date, which CII wraps; an ISO date beside it is understood too."""
    text = t.leaf(term, inner, name, BASIC_DATE)
    iso = Also(t.leaf(term, "udt:DateTime", name, Kind(str, take_iso_date)))
    return t.group(path, text, iso)


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


class LogisticsCharges:
    """SpecifiedLogisticsServiceCharge (Factur-X EXTENDED): read as a charge, so totals add up."""

    tag = t.tag("ram:SpecifiedLogisticsServiceCharge")
    nodes = (
        t.leaf("BT-104", "ram:Description", "reason"),
        t.leaf("BT-99", "ram:AppliedAmount", "amount", AMOUNT),
        tax_category("ram:AppliedTradeTax", "BT-102", "BT-103"),
    )

    def write(self, parent: etree._Element, record: Invoice) -> bool:  # noqa: ARG002 - a Node's
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

    def write(self, parent: etree._Element, record: Line) -> bool:
        """Add the discount, if there is one."""
        if record.price_discount is None:
            return False
        write_all(self.nodes, etree.SubElement(parent, self.tag), record)
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

    def write(self, parent: etree._Element, record: Invoice) -> bool:
        """Add one reference for each paper."""
        for paper in record.supporting:
            write_all(self.paper, etree.SubElement(parent, self.tag), paper)
        if record.references.tender:
            write_all(self.tender, etree.SubElement(parent, self.tag), record)
        if record.references.invoiced_object:
            element = etree.SubElement(parent, self.tag)
            write_all(self.invoiced_object, element, record.references.invoiced_object)
        return True

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


@dataclass(frozen=True, slots=True)
class _Means:
    """One SpecifiedTradeSettlementPaymentMeans: the instructions and one of the accounts."""

    payment: PaymentInstructions
    account: BankAccount | None


def _number(account: BankAccount, *, iban: bool) -> str:
    return account.account if iban == bool(_IBAN.fullmatch(account.account)) else ""


class PaymentMeans:
    """Payment means: repeated for each account, all with the same code (CII-SR-467)."""

    tag = t.tag("ram:SpecifiedTradeSettlementPaymentMeans")
    code = t.tag("ram:TypeCode")
    first: tuple[Node, ...] = (
        t.group(
            "ram:ApplicableTradeSettlementFinancialCard",
            t.leaf("BT-87", "ram:ID", "payment.card_number"),
            t.leaf("BT-88", "ram:CardholderName", "payment.card_holder"),
        ),
        t.leaf(
            "BT-91", "ram:PayerPartyDebtorFinancialAccount/ram:IBANID", "payment.debited_account"
        ),
    )
    account: tuple[Node, ...] = (
        t.group(
            "ram:PayeePartyCreditorFinancialAccount",
            t.leaf(
                "BT-84",
                "ram:IBANID",
                "account.account",
                get=lambda means: means.account and _number(means.account, iban=True),
            ),
            t.leaf("BT-85", "ram:AccountName", "account.holder"),
            t.leaf(
                "BT-84",
                "ram:ProprietaryID",
                "account.account",
                get=lambda means: means.account and _number(means.account, iban=False),
            ),
        ),
        t.leaf("BT-86", "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", "account.bic"),
    )
    nodes: tuple[Node, ...] = (
        t.leaf("BT-81", "ram:TypeCode", "payment.means"),
        t.leaf("BT-82", "ram:Information", "payment.means_text"),
    )

    def write(self, parent: etree._Element, record: Invoice) -> bool:
        """Add one element for each account, or one without."""
        if record.payment is None:
            return False
        for at, account in enumerate(record.payment.accounts or (None,)):
            means = _Means(record.payment, account)
            element = etree.SubElement(parent, self.tag)
            write_all(self.nodes, element, means)
            if at == 0:
                write_all(self.first, element, means)
            write_all(self.account, element, means)
        return True

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read those with the first one's code; another code is left and so reported."""
        accounts: list[BankAccount] = []
        for element in list(source.children(parent, self.tag)):
            here: Fields = {}
            means = (element.findtext(self.code) or "").strip()
            if fields.get("payment.means", means) != means:
                continue
            source.taken.add(element)
            read_all((*self.nodes, *self.first, *self.account), element, source, here)
            parts = {
                name.removeprefix("account."): here.pop(name)
                for name in list(here)
                if name.startswith("account.")
            }
            if parts:
                account = BankAccount(**({"account": ""} | parts))
                accounts += [] if account in accounts else [account]
            for name, value in here.items():
                if fields.setdefault(name, value) != value:
                    source.report(
                        "not_carried", element, f"{name} is stated twice; {value!r} is not carried"
                    )
        if accounts:
            fields["payment.accounts"] = tuple(accounts)


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

    def write(self, parent: etree._Element, record: Invoice) -> bool:
        """Add the rows."""
        code = _TAX_POINT_CODES.get(record.tax_point_code, record.tax_point_code)
        for row in record.totals.breakdown:
            element = etree.SubElement(parent, self.tag)
            view = _TaxRow(row, record.tax_point, code)
            write_all((*self.row, *self.point, self.percent), element, view)
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

    def write(self, parent: etree._Element, record: Invoice) -> bool:
        """Add the total, then the second one."""
        add(parent, self.tag, AMOUNT_IN_CURRENCY, record.totals.tax, {})
        if record.totals.tax_in_tax_currency is not None:
            add(parent, self.tag, AMOUNT_IN_CURRENCY, record.totals.tax_in_tax_currency, {})
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


class PaymentTerms:
    """SpecifiedTradePaymentTerms: text, due date, mandate; EXTENDED adds discount steps."""

    tag = t.tag("ram:SpecifiedTradePaymentTerms")
    step = t.tag("ram:ApplicableTradePaymentDiscountTerms")
    nodes: tuple[Node, ...] = (
        t.leaf("BT-20", "ram:Description", "terms"),
        day("BT-9", "ram:DueDateDateTime", "due_date"),
        t.leaf("BT-89", "ram:DirectDebitMandateID", "payment.mandate"),
    )

    def write(self, parent: etree._Element, record: Invoice) -> bool:
        """Add the terms, if there are any."""
        return t.group("ram:SpecifiedTradePaymentTerms", *self.nodes).write(parent, record)

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read the terms without a discount, whose date is the due date, and the first discount."""
        found = list(source.children(parent, self.tag))
        plain = [element for element in found if element.find(self.step) is None]
        for element in (plain or found)[:1]:
            source.taken.add(element)
            read_all(self.nodes, element, source, fields)
        for element in found:
            if element.find(self.step) is not None and "discount" not in fields:
                self._discount(element, source, fields)

    def _discount(self, element: etree._Element, source: Source, fields: Fields) -> None:
        step = element.find(self.step)
        measure = None if step is None else step.find(t.tag("ram:BasisPeriodMeasure"))
        percent = None if step is None else step.find(t.tag("ram:CalculationPercent"))
        if step is None or measure is None or percent is None or measure.get("unitCode") != "DAY":
            return
        try:
            days, off = int(text_of(measure)), Decimal(text_of(percent))
            fields["discount"] = EarlyPaymentDiscount(off, days)
        except (ValueError, ArithmeticError, InputError):
            return  # not taken, and so reported with what it says
        source.taken.update((element, step, measure, percent))


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
