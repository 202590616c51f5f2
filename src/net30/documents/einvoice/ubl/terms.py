"""UBL 2.1: where each business term of EN 16931 stands in an Invoice and a CreditNote.

Source: EN 16931-3-2 (syntax binding to UBL 2.1), in the order of the UBL 2.1 schemas.
"""

from __future__ import annotations

from decimal import Decimal
from operator import itemgetter

from net30.documents.einvoice.kinds import (
    AMOUNT_IN_CURRENCY,
    CLASS_CODE,
    DECIMAL,
    IDENTIFIER,
    ISO_DATE,
    PRICE_IN_CURRENCY,
    QUANTITY,
)
from net30.documents.einvoice.records import (
    allowance,
    classification,
    line,
    pair,
    party,
    record,
    stated_base,
    stated_price,
)
from net30.documents.einvoice.shape import Node
from net30.documents.einvoice.ubl.parts import (
    INVOICED_OBJECT,
    NOTE,
    Documents,
    TaxTotals,
    is_other_tax,
    is_vat,
    one_identifier,
    t,
    tax_category,
)
from net30.documents.einvoice.ubl.payment import PaymentMeans
from net30.domain.invoice import PrecedingInvoice
from net30.domain.line import Line, Period
from net30.domain.party import Address, Contact, TaxRepresentative


def _address(path: str, name: str, terms: str) -> Node:
    one, two, three, city, postcode, subdivision, country = terms.split()
    return t.part(
        path,
        name,
        record(Address),
        t.leaf(one, "cbc:StreetName", "line1"),
        t.leaf(two, "cbc:AdditionalStreetName", "line2"),
        t.leaf(city, "cbc:CityName", "city"),
        t.leaf(postcode, "cbc:PostalZone", "postcode"),
        t.leaf(subdivision, "cbc:CountrySubentity", "subdivision"),
        t.leaf(three, "cac:AddressLine/cbc:Line", "line3"),
        t.leaf(country, "cac:Country/cbc:IdentificationCode", "country"),
    )


def _contact(terms: str) -> Node:
    name, phone, email = terms.split()
    return t.part(
        "cac:Contact",
        "contact",
        record(Contact),
        t.leaf(name, "cbc:Name", "name"),
        t.leaf(phone, "cbc:Telephone", "phone"),
        t.leaf(email, "cbc:ElectronicMail", "email"),
    )


_SELLER = t.part(
    "cac:AccountingSupplierParty/cac:Party",
    "seller",
    party("BR-06", "seller"),
    t.leaf("BT-34", "cbc:EndpointID", "endpoint", IDENTIFIER),
    t.each("BT-29", "cac:PartyIdentification/cbc:ID", "ids", IDENTIFIER),
    t.leaf("BT-28", "cac:PartyName/cbc:Name", "trading_name"),
    _address("cac:PostalAddress", "address", "BT-35 BT-36 BT-162 BT-37 BT-38 BT-39 BT-40"),
    t.group(
        "cac:PartyTaxScheme",
        t.leaf("BT-31", "cbc:CompanyID", "vat_id"),
        t.const("cac:TaxScheme/cbc:ID", "VAT"),
        where=is_vat,
    ),
    t.group(
        "cac:PartyTaxScheme",
        t.leaf("BT-32", "cbc:CompanyID", "tax_id"),
        t.const("cac:TaxScheme/cbc:ID", "FC"),
        where=is_other_tax,
    ),
    t.group(
        "cac:PartyLegalEntity",
        t.leaf("BT-27", "cbc:RegistrationName", "name"),
        t.leaf("BT-30", "cbc:CompanyID", "legal_id", IDENTIFIER),
        t.leaf("BT-33", "cbc:CompanyLegalForm", "legal_form"),
    ),
    _contact("BT-41 BT-42 BT-43"),
)

_BUYER = t.part(
    "cac:AccountingCustomerParty/cac:Party",
    "customer",
    party("BR-07", "customer"),
    t.leaf("BT-49", "cbc:EndpointID", "endpoint", IDENTIFIER),
    t.each(
        "BT-46",
        "cac:PartyIdentification/cbc:ID",
        "ids",
        IDENTIFIER,
        get=lambda buyer: one_identifier(buyer.ids),
    ),
    t.leaf("BT-45", "cac:PartyName/cbc:Name", "trading_name"),
    _address("cac:PostalAddress", "address", "BT-50 BT-51 BT-163 BT-52 BT-53 BT-54 BT-55"),
    t.group(
        "cac:PartyTaxScheme",
        t.leaf("BT-48", "cbc:CompanyID", "vat_id"),
        t.const("cac:TaxScheme/cbc:ID", "VAT"),
        where=is_vat,
    ),
    t.group(  # no term of its own: UBL alone can say a buyer's local tax number
        "cac:PartyTaxScheme",
        t.leaf("", "cbc:CompanyID", "tax_id"),
        t.const("cac:TaxScheme/cbc:ID", "FC"),
        where=is_other_tax,
    ),
    t.group(
        "cac:PartyLegalEntity",
        t.leaf("BT-44", "cbc:RegistrationName", "name"),
        t.leaf("BT-47", "cbc:CompanyID", "legal_id", IDENTIFIER),
    ),
    _contact("BT-56 BT-57 BT-58"),
)

_PAYEE = t.part(
    "cac:PayeeParty",
    "payee",
    party("BR-17", "payee"),
    t.each(
        "BT-60",
        "cac:PartyIdentification/cbc:ID",
        "ids",
        IDENTIFIER,
        get=lambda payee: one_identifier(payee.ids),
    ),
    t.leaf("BT-59", "cac:PartyName/cbc:Name", "name"),
    t.leaf("BT-61", "cac:PartyLegalEntity/cbc:CompanyID", "legal_id", IDENTIFIER),
)

_REPRESENTATIVE = t.part(
    "cac:TaxRepresentativeParty",
    "tax_representative",
    record(
        TaxRepresentative,
        name=("BR-18", "the tax representative's name"),
        vat_id=("BR-56", "the tax representative's VAT identifier"),
    ),
    t.leaf("BT-62", "cac:PartyName/cbc:Name", "name"),
    _address("cac:PostalAddress", "address", "BT-64 BT-65 BT-164 BT-66 BT-67 BT-68 BT-69"),
    t.group(
        "cac:PartyTaxScheme",
        t.leaf("BT-63", "cbc:CompanyID", "vat_id"),
        t.const("cac:TaxScheme/cbc:ID", "VAT"),
    ),
)

_DELIVERY = t.group(
    "cac:Delivery",
    t.leaf("BT-72", "cbc:ActualDeliveryDate", "delivery.day", ISO_DATE),
    t.group(
        "cac:DeliveryLocation",
        t.leaf("BT-71", "cbc:ID", "delivery.location", IDENTIFIER),
        _address("cac:Address", "delivery.address", "BT-75 BT-76 BT-165 BT-77 BT-78 BT-79 BT-80"),
    ),
    t.leaf("BT-70", "cac:DeliveryParty/cac:PartyName/cbc:Name", "delivery.name"),
)


def _allowances(*tax: Node) -> Node:
    # The terms of an allowance; a charge's are seven numbers on (BT-99 to BT-105, BT-141 to 145).
    numbers = "BT-98 BT-97 BT-94 BT-92 BT-93" if tax else "BT-140 BT-139 BT-138 BT-136 BT-137"
    code, reason, percent, amount, base = numbers.split()
    return t.signed(
        "cac:AllowanceCharge",
        "cbc:ChargeIndicator",
        allowance,
        t.leaf(code, "cbc:AllowanceChargeReasonCode", "reason_code"),
        t.leaf(reason, "cbc:AllowanceChargeReason", "reason"),
        t.leaf(percent, "cbc:MultiplierFactorNumeric", "percent", DECIMAL),
        t.leaf(amount, "cbc:Amount", "amount", AMOUNT_IN_CURRENCY),
        t.leaf(base, "cbc:BaseAmount", "base", AMOUNT_IN_CURRENCY),
        *tax,
    )


_TOTALS = t.group(
    "cac:LegalMonetaryTotal",
    t.leaf("BT-106", "cbc:LineExtensionAmount", "totals.line_net", AMOUNT_IN_CURRENCY),
    t.leaf("BT-109", "cbc:TaxExclusiveAmount", "totals.net", AMOUNT_IN_CURRENCY),
    t.leaf("BT-112", "cbc:TaxInclusiveAmount", "totals.gross", AMOUNT_IN_CURRENCY),
    t.leaf("BT-107", "cbc:AllowanceTotalAmount", "totals.allowances", AMOUNT_IN_CURRENCY),
    t.leaf("BT-108", "cbc:ChargeTotalAmount", "totals.charges", AMOUNT_IN_CURRENCY),
    t.leaf("BT-113", "cbc:PrepaidAmount", "totals.prepaid", AMOUNT_IN_CURRENCY),
    t.leaf("BT-114", "cbc:PayableRoundingAmount", "totals.rounding", AMOUNT_IN_CURRENCY),
    t.leaf("BT-115", "cbc:PayableAmount", "totals.due", AMOUNT_IN_CURRENCY),
)


def _gross_price(one: Line) -> tuple[Decimal, str] | None:
    return None if one.gross_price is None else (one.gross_price, one.net.currency)


def _price_discount(one: Line) -> tuple[Decimal, str] | None:
    # UBL cannot say a gross price without a discount, so it says that the discount is 0.
    if one.gross_price is None and one.price_discount is None:
        return None
    return one.price_discount or Decimal(0), one.net.currency


_ITEM = t.group(
    "cac:Item",
    t.leaf("BT-154", "cbc:Description", "description"),
    t.leaf("BT-153", "cbc:Name", "name"),
    t.leaf("BT-156", "cac:BuyersItemIdentification/cbc:ID", "buyer_item_id"),
    t.leaf("BT-155", "cac:SellersItemIdentification/cbc:ID", "seller_item_id"),
    t.leaf("BT-157", "cac:StandardItemIdentification/cbc:ID", "standard_item_id", IDENTIFIER),
    t.leaf("BT-159", "cac:OriginCountry/cbc:IdentificationCode", "origin_country"),
    t.many(
        "cac:CommodityClassification",
        "classifications",
        classification,
        t.leaf(
            "BT-158",
            "cbc:ItemClassificationCode",
            "code",
            CLASS_CODE,
            get=lambda one: (one.code, one.scheme, one.version),
        ),
    ),
    tax_category("cac:ClassifiedTaxCategory", "tax", "BT-151 BT-152"),
    t.many(
        "cac:AdditionalItemProperty",
        "attributes",
        pair,
        t.leaf("BT-160", "cbc:Name", "name", get=itemgetter(0)),
        t.leaf("BT-161", "cbc:Value", "value", get=itemgetter(1)),
    ),
)

_PRICE = t.group(
    "cac:Price",
    t.leaf("BT-146", "cbc:PriceAmount", "unit_price", PRICE_IN_CURRENCY, get=stated_price),
    t.leaf("BT-149", "cbc:BaseQuantity", "base_quantity", QUANTITY, get=stated_base),
    t.group(
        "cac:AllowanceCharge",
        t.const("cbc:ChargeIndicator", "false"),
        t.leaf("BT-147", "cbc:Amount", "price_discount", PRICE_IN_CURRENCY, get=_price_discount),
        t.leaf("BT-148", "cbc:BaseAmount", "gross_price", PRICE_IN_CURRENCY, get=_gross_price),
    ),
)


def _lines(path: str, quantity: str) -> Node:
    return t.many(
        path,
        "lines",
        line,
        t.leaf("BT-126", "cbc:ID", "id"),
        t.leaf("BT-127", "cbc:Note", "note"),
        t.leaf("BT-129", quantity, "quantity", QUANTITY, get=lambda one: (one.quantity, one.unit)),
        t.leaf("BT-131", "cbc:LineExtensionAmount", "net", AMOUNT_IN_CURRENCY),
        t.leaf("BT-133", "cbc:AccountingCost", "accounting"),
        t.part(
            "cac:InvoicePeriod",
            "period",
            record(Period),
            t.leaf("BT-134", "cbc:StartDate", "start", ISO_DATE),
            t.leaf("BT-135", "cbc:EndDate", "end", ISO_DATE),
        ),
        t.leaf("BT-132", "cac:OrderLineReference/cbc:LineID", "order_line"),
        t.group(
            "cac:DocumentReference",
            t.leaf("BT-128", "cbc:ID", "object_id", IDENTIFIER),
            t.const("cbc:DocumentTypeCode", INVOICED_OBJECT),
        ),
        _allowances(),
        _ITEM,
        _PRICE,
    )


def _reference(term: str, element: str, name: str) -> Node:
    return t.leaf(term, f"{element}/cbc:ID", f"references.{name}")


_START: tuple[Node, ...] = (
    t.leaf("BT-24", "cbc:CustomizationID", "specification"),
    t.leaf("BT-23", "cbc:ProfileID", "process"),
    t.leaf("BT-1", "cbc:ID", "number"),
    t.leaf("BT-2", "cbc:IssueDate", "issue_date", ISO_DATE),
)
_TAX_POINT = t.leaf("BT-7", "cbc:TaxPointDate", "tax_point", ISO_DATE)
_NOTES = t.each("BT-22", "cbc:Note", "notes", NOTE)
_HEAD: tuple[Node, ...] = (
    t.leaf("BT-5", "cbc:DocumentCurrencyCode", "currency"),
    t.leaf("BT-6", "cbc:TaxCurrencyCode", "tax_currency"),
    t.leaf("BT-19", "cbc:AccountingCost", "references.accounting"),
    t.leaf("BT-10", "cbc:BuyerReference", "references.buyer"),
    t.group(
        "cac:InvoicePeriod",
        t.leaf("BT-73", "cbc:StartDate", "period.start", ISO_DATE),
        t.leaf("BT-74", "cbc:EndDate", "period.end", ISO_DATE),
        t.leaf("BT-8", "cbc:DescriptionCode", "tax_point_code"),
    ),
    t.group(
        "cac:OrderReference",
        t.leaf("BT-13", "cbc:ID", "references.order"),
        t.leaf("BT-14", "cbc:SalesOrderID", "references.sales_order"),
    ),
    t.many(
        "cac:BillingReference",
        "preceding",
        record(PrecedingInvoice, number=("BR-55", "the preceding invoice's number")),
        t.group(
            "cac:InvoiceDocumentReference",
            t.leaf("BT-25", "cbc:ID", "number"),
            t.leaf("BT-26", "cbc:IssueDate", "issued", ISO_DATE),
        ),
    ),
    _reference("BT-16", "cac:DespatchDocumentReference", "despatch_advice"),
    _reference("BT-15", "cac:ReceiptDocumentReference", "receiving_advice"),
)
_TENDER = _reference("BT-17", "cac:OriginatorDocumentReference", "tender")
_CONTRACT = _reference("BT-12", "cac:ContractDocumentReference", "contract")
_PARTIES: tuple[Node, ...] = (_SELLER, _BUYER, _PAYEE, _REPRESENTATIVE, _DELIVERY)
_END: tuple[Node, ...] = (
    t.leaf("BT-20", "cac:PaymentTerms/cbc:Note", "terms"),
    _allowances(tax_category("cac:TaxCategory", "tax", "BT-95 BT-96")),
    TaxTotals(),
    _TOTALS,
)

INVOICE: tuple[Node, ...] = (
    *_START,
    t.leaf("BT-9", "cbc:DueDate", "due_date", ISO_DATE),
    t.leaf("BT-3", "cbc:InvoiceTypeCode", "type_code"),
    _NOTES,
    _TAX_POINT,
    *_HEAD,
    _TENDER,
    _CONTRACT,
    Documents(with_project=False),
    _reference("BT-11", "cac:ProjectReference", "project"),
    *_PARTIES,
    PaymentMeans(with_due_date=False),
    *_END,
    _lines("cac:InvoiceLine", "cbc:InvoicedQuantity"),
)

CREDIT_NOTE: tuple[Node, ...] = (
    *_START,
    _TAX_POINT,
    t.leaf("BT-3", "cbc:CreditNoteTypeCode", "type_code"),
    _NOTES,
    *_HEAD,
    _CONTRACT,
    Documents(with_project=True),
    _TENDER,
    *_PARTIES,
    PaymentMeans(with_due_date=True),
    *_END,
    _lines("cac:CreditNoteLine", "cbc:CreditedQuantity"),
)
