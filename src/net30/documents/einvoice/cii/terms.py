"""CII (D16B, D22B): where each business term of EN 16931 stands in a CrossIndustryInvoice.

Source: EN 16931-3-3 (syntax binding to CII), in the order of the Factur-X EN 16931 schema, which is
a part of both UN/CEFACT releases.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from operator import itemgetter

from net30.documents.einvoice.cii.papers import Documents, LogisticsCharges, PriceDiscount
from net30.documents.einvoice.cii.parts import (
    INVOICED_OBJECT,
    allowances,
    counts,
    day,
    period,
    registered_as,
    t,
    tax_category,
    with_scheme,
    without_scheme,
)
from net30.documents.einvoice.cii.payment import PaymentMeans, PaymentTerms
from net30.documents.einvoice.cii.taxes import TaxRows, TaxTotals
from net30.documents.einvoice.kinds import AMOUNT, CLASS_CODE, IDENTIFIER, PRICE, QUANTITY
from net30.documents.einvoice.records import (
    classification,
    line,
    pair,
    party,
    record,
    stated_base,
    stated_price,
)
from net30.documents.einvoice.shape import Also, Node
from net30.domain.invoice import Delivery, Invoice, Note, PrecedingInvoice
from net30.domain.line import Line, Period
from net30.domain.party import Address, Contact, Identifier, TaxRepresentative
from net30.kernel.decimals import EXACT


def _ids(term: str, *, one: bool = False) -> tuple[Node, ...]:
    last = 1 if one else None
    return (
        t.each(term, "ram:ID", "ids", IDENTIFIER, get=lambda who: without_scheme(who.ids)[:last]),
        t.each(
            term, "ram:GlobalID", "ids", IDENTIFIER, get=lambda who: with_scheme(who.ids)[:last]
        ),
    )


def _address(name: str, terms: str) -> Node:
    one, two, three, city, postcode, subdivision, country = terms.split()
    return t.part(
        "ram:PostalTradeAddress",
        name,
        record(Address),
        t.leaf(postcode, "ram:PostcodeCode", "postcode"),
        t.leaf(one, "ram:LineOne", "line1"),
        t.leaf(two, "ram:LineTwo", "line2"),
        t.leaf(three, "ram:LineThree", "line3"),
        t.leaf(city, "ram:CityName", "city"),
        t.leaf(country, "ram:CountryID", "country"),
        t.leaf(subdivision, "ram:CountrySubDivisionName", "subdivision"),
    )


def _contact(terms: str) -> Node:
    name, phone, email = terms.split()
    return t.part(
        "ram:DefinedTradeContact",
        "contact",
        record(Contact),
        t.leaf(name, "ram:PersonName", "name"),
        Also(t.leaf(name, "ram:DepartmentName", "name")),
        t.leaf(phone, "ram:TelephoneUniversalCommunication/ram:CompleteNumber", "phone"),
        t.leaf(email, "ram:EmailURIUniversalCommunication/ram:URIID", "email"),
    )


def _registration(term: str, name: str, scheme: str) -> Node:
    return t.group(
        "ram:SpecifiedTaxRegistration",
        t.leaf(term, "ram:ID", name, marks={"schemeID": scheme}),
        where=registered_as(scheme),
    )


def _legal(number: str, trading_name: str) -> Node:
    return t.group(
        "ram:SpecifiedLegalOrganization",
        t.leaf(number, "ram:ID", "legal_id", IDENTIFIER),
        t.leaf(trading_name, "ram:TradingBusinessName", "trading_name"),
    )


_SELLER = t.part(
    "ram:SellerTradeParty",
    "seller",
    party("BR-06", "seller"),
    *_ids("BT-29"),
    t.leaf("BT-27", "ram:Name", "name"),
    t.leaf("BT-33", "ram:Description", "legal_form"),
    _legal("BT-30", "BT-28"),
    _contact("BT-41 BT-42 BT-43"),
    _address("address", "BT-35 BT-36 BT-162 BT-37 BT-38 BT-39 BT-40"),
    t.leaf("BT-34", "ram:URIUniversalCommunication/ram:URIID", "endpoint", IDENTIFIER),
    _registration("BT-31", "vat_id", "VA"),
    _registration("BT-32", "tax_id", "FC"),
)

_BUYER = t.part(
    "ram:BuyerTradeParty",
    "customer",
    party("BR-07", "customer"),
    *_ids("BT-46", one=True),
    t.leaf("BT-44", "ram:Name", "name"),
    _legal("BT-47", "BT-45"),
    _contact("BT-56 BT-57 BT-58"),
    _address("address", "BT-50 BT-51 BT-163 BT-52 BT-53 BT-54 BT-55"),
    t.leaf("BT-49", "ram:URIUniversalCommunication/ram:URIID", "endpoint", IDENTIFIER),
    _registration("BT-48", "vat_id", "VA"),
    Also(_registration("", "tax_id", "FC")),
)

_REPRESENTATIVE = t.part(
    "ram:SellerTaxRepresentativeTradeParty",
    "tax_representative",
    record(
        TaxRepresentative,
        name=("BR-18", "the tax representative's name"),
        vat_id=("BR-56", "the tax representative's VAT identifier"),
    ),
    t.leaf("BT-62", "ram:Name", "name"),
    _address("address", "BT-64 BT-65 BT-164 BT-66 BT-67 BT-68 BT-69"),
    _registration("BT-63", "vat_id", "VA"),
)

_PAYEE = t.part(
    "ram:PayeeTradeParty",
    "payee",
    party("BR-17", "payee"),
    *_ids("BT-60", one=True),
    t.leaf("BT-59", "ram:Name", "name"),
    t.leaf("BT-61", "ram:SpecifiedLegalOrganization/ram:ID", "legal_id", IDENTIFIER),
)


def _located(invoice: Invoice, *, by_scheme: bool) -> Identifier | None:
    place = (invoice.delivery or Delivery()).location
    return place if place and bool(place.scheme) == by_scheme else None


_DELIVERY = t.group(
    "ram:ApplicableHeaderTradeDelivery",
    t.group(
        "ram:ShipToTradeParty",
        t.leaf(
            "BT-71",
            "ram:ID",
            "delivery.location",
            IDENTIFIER,
            get=lambda invoice: _located(invoice, by_scheme=False),
        ),
        t.leaf(
            "BT-71",
            "ram:GlobalID",
            "delivery.location",
            IDENTIFIER,
            get=lambda invoice: _located(invoice, by_scheme=True),
        ),
        t.leaf("BT-70", "ram:Name", "delivery.name"),
        _address("delivery.address", "BT-75 BT-76 BT-165 BT-77 BT-78 BT-79 BT-80"),
    ),
    t.group(
        "ram:ActualDeliverySupplyChainEvent",
        day("BT-72", "ram:OccurrenceDateTime", "delivery.day"),
    ),
    t.leaf(
        "BT-16",
        "ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID",
        "references.despatch_advice",
    ),
    t.leaf(
        "BT-15",
        "ram:ReceivingAdviceReferencedDocument/ram:IssuerAssignedID",
        "references.receiving_advice",
    ),
    always=True,
)

_AGREEMENT = t.group(
    "ram:ApplicableHeaderTradeAgreement",
    t.leaf("BT-10", "ram:BuyerReference", "references.buyer"),
    _SELLER,
    _BUYER,
    _REPRESENTATIVE,
    t.leaf(
        "BT-14", "ram:SellerOrderReferencedDocument/ram:IssuerAssignedID", "references.sales_order"
    ),
    t.leaf("BT-13", "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", "references.order"),
    t.leaf("BT-12", "ram:ContractReferencedDocument/ram:IssuerAssignedID", "references.contract"),
    Documents(),
    t.group(
        "ram:SpecifiedProcuringProject",
        t.leaf("BT-11", "ram:ID", "references.project"),
        t.const("ram:Name", "Project reference"),
    ),
)

_SUMS = t.group(
    "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
    t.leaf("BT-106", "ram:LineTotalAmount", "totals.line_net", AMOUNT),
    t.leaf("BT-108", "ram:ChargeTotalAmount", "totals.charges", AMOUNT),
    t.leaf("BT-107", "ram:AllowanceTotalAmount", "totals.allowances", AMOUNT),
    t.leaf("BT-109", "ram:TaxBasisTotalAmount", "totals.net", AMOUNT),
    TaxTotals(),
    t.leaf("BT-114", "ram:RoundingAmount", "totals.rounding", AMOUNT),
    t.leaf("BT-112", "ram:GrandTotalAmount", "totals.gross", AMOUNT),
    t.leaf("BT-113", "ram:TotalPrepaidAmount", "totals.prepaid", AMOUNT),
    t.leaf("BT-115", "ram:DuePayableAmount", "totals.due", AMOUNT),
)

_SETTLEMENT = t.group(
    "ram:ApplicableHeaderTradeSettlement",
    t.leaf("BT-90", "ram:CreditorReferenceID", "payment.creditor_id"),
    t.leaf("BT-83", "ram:PaymentReference", "payment.remittance"),
    t.leaf("BT-6", "ram:TaxCurrencyCode", "tax_currency"),
    t.leaf("BT-5", "ram:InvoiceCurrencyCode", "currency"),
    _PAYEE,
    PaymentMeans(),
    TaxRows(),
    t.group("ram:BillingSpecifiedPeriod", *period("BT-73", "BT-74", "period.")),
    allowances(tax_category("ram:CategoryTradeTax", "BT-95", "BT-96")),
    LogisticsCharges(),
    PaymentTerms(),
    _SUMS,
    t.many(
        "ram:InvoiceReferencedDocument",
        "preceding",
        record(PrecedingInvoice, number=("BR-55", "the preceding invoice's number")),
        t.leaf("BT-25", "ram:IssuerAssignedID", "number"),
        day("BT-26", "ram:FormattedIssueDateTime", "issued", inner="qdt:DateTimeString"),
    ),
    t.leaf(
        "BT-19", "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID", "references.accounting"
    ),
)


def _gross_price(one: Line) -> tuple[Decimal, str] | None:
    """Return BT-148; CII cannot say a discount without it, so net and discount make it up."""
    if one.gross_price is None and one.price_discount is None:
        return None
    with localcontext(EXACT):
        derived = one.unit_price + (one.price_discount or Decimal(0))
    return derived if one.gross_price is None else one.gross_price, one.net.currency


def _gross_base(one: Line) -> tuple[Decimal, str] | None:
    return stated_base(one) if _gross_price(one) else None


_ITEM = t.group(
    "ram:SpecifiedTradeProduct",
    t.leaf("BT-157", "ram:GlobalID", "standard_item_id", IDENTIFIER),
    t.leaf("BT-155", "ram:SellerAssignedID", "seller_item_id"),
    t.leaf("BT-156", "ram:BuyerAssignedID", "buyer_item_id"),
    t.leaf("BT-153", "ram:Name", "name"),
    t.leaf("BT-154", "ram:Description", "description"),
    t.many(
        "ram:ApplicableProductCharacteristic",
        "attributes",
        pair,
        t.leaf("BT-160", "ram:Description", "name", get=itemgetter(0)),
        t.leaf("BT-161", "ram:Value", "value", get=itemgetter(1)),
    ),
    t.many(
        "ram:DesignatedProductClassification",
        "classifications",
        classification,
        t.leaf(
            "BT-158",
            "ram:ClassCode",
            "code",
            CLASS_CODE,
            get=lambda one: (one.code, one.scheme, one.version),
        ),
    ),
    t.leaf("BT-159", "ram:OriginTradeCountry/ram:ID", "origin_country"),
)

_PRICES = t.group(
    "ram:SpecifiedLineTradeAgreement",
    t.leaf("BT-132", "ram:BuyerOrderReferencedDocument/ram:LineID", "order_line"),
    t.group(
        "ram:GrossPriceProductTradePrice",
        t.leaf("BT-148", "ram:ChargeAmount", "gross_price", PRICE, get=_gross_price),
        t.leaf("BT-149", "ram:BasisQuantity", "gross_base", QUANTITY, get=_gross_base),
        PriceDiscount(),
    ),
    t.group(
        "ram:NetPriceProductTradePrice",
        t.leaf("BT-146", "ram:ChargeAmount", "unit_price", PRICE, get=stated_price),
        t.leaf("BT-149", "ram:BasisQuantity", "base_quantity", QUANTITY, get=stated_base),
    ),
)

_LINE_SETTLEMENT = t.group(
    "ram:SpecifiedLineTradeSettlement",
    tax_category("ram:ApplicableTradeTax", "BT-151", "BT-152"),
    t.part("ram:BillingSpecifiedPeriod", "period", record(Period), *period("BT-134", "BT-135")),
    allowances(),
    t.leaf(
        "BT-131",
        "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
        "net",
        AMOUNT,
    ),
    t.part(
        "ram:AdditionalReferencedDocument",
        "object_id",
        record(Identifier, value=("BT-128", "the line object's number")),
        t.leaf("BT-128", "ram:IssuerAssignedID", "value"),
        t.const("ram:TypeCode", INVOICED_OBJECT),
        t.leaf("BT-128", "ram:ReferenceTypeCode", "scheme"),
        where=lambda element: element.findtext(t.tag("ram:TypeCode")) == INVOICED_OBJECT,
    ),
    t.leaf("BT-133", "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID", "accounting"),
)

_LINES = t.many(
    "ram:IncludedSupplyChainTradeLineItem",
    "lines",
    line,
    t.group(
        "ram:AssociatedDocumentLineDocument",
        t.leaf("BT-126", "ram:LineID", "id"),
        t.leaf("BT-127", "ram:IncludedNote/ram:Content", "note"),
    ),
    _ITEM,
    _PRICES,
    t.leaf(
        "BT-129",
        "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
        "quantity",
        QUANTITY,
        get=lambda one: (one.quantity, one.unit),
    ),
    _LINE_SETTLEMENT,
    where=counts,
)

INVOICE: tuple[Node, ...] = (
    t.group(
        "rsm:ExchangedDocumentContext",
        t.leaf("BT-23", "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", "process"),
        t.leaf("BT-24", "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", "specification"),
    ),
    t.group(
        "rsm:ExchangedDocument",
        t.leaf("BT-1", "ram:ID", "number"),
        t.leaf("BT-3", "ram:TypeCode", "type_code"),
        day("BT-2", "ram:IssueDateTime", "issue_date"),
        t.many(
            "ram:IncludedNote",
            "notes",
            record(Note, text=("BT-22", "a note's text")),
            t.leaf("BT-22", "ram:Content", "text"),
            t.leaf("BT-21", "ram:SubjectCode", "subject"),
        ),
    ),
    t.group("rsm:SupplyChainTradeTransaction", _LINES, _AGREEMENT, _DELIVERY, _SETTLEMENT),
)
