"""What a document states, read by plain paths and nothing of net30: the amounts to be kept."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from lxml import etree

Amounts = dict[str, Counter[Decimal]]
"""By business term: each amount, and how often it stands there."""

_UBL = {
    "BT-92/99": "./{*}AllowanceCharge/{*}Amount",
    "BT-93/100": "./{*}AllowanceCharge/{*}BaseAmount",
    "BT-106": "./{*}LegalMonetaryTotal/{*}LineExtensionAmount",
    "BT-107": "./{*}LegalMonetaryTotal/{*}AllowanceTotalAmount",
    "BT-108": "./{*}LegalMonetaryTotal/{*}ChargeTotalAmount",
    "BT-109": "./{*}LegalMonetaryTotal/{*}TaxExclusiveAmount",
    "BT-110/111": "./{*}TaxTotal/{*}TaxAmount",
    "BT-112": "./{*}LegalMonetaryTotal/{*}TaxInclusiveAmount",
    "BT-113": "./{*}LegalMonetaryTotal/{*}PrepaidAmount",
    "BT-114": "./{*}LegalMonetaryTotal/{*}PayableRoundingAmount",
    "BT-115": "./{*}LegalMonetaryTotal/{*}PayableAmount",
    "BT-116": "./{*}TaxTotal/{*}TaxSubtotal/{*}TaxableAmount",
    "BT-117": "./{*}TaxTotal/{*}TaxSubtotal/{*}TaxAmount",
    "BT-129": "./{line}/{quantity}",
    "BT-131": "./{line}/{*}LineExtensionAmount",
    "BT-136/141": "./{line}/{*}AllowanceCharge/{*}Amount",
    "BT-137/142": "./{line}/{*}AllowanceCharge/{*}BaseAmount",
    "BT-146": "./{line}/{*}Price/{*}PriceAmount",
    "BT-147": "./{line}/{*}Price/{*}AllowanceCharge/{*}Amount",
    "BT-148": "./{line}/{*}Price/{*}AllowanceCharge/{*}BaseAmount",
    "BT-149": "./{line}/{*}Price/{*}BaseQuantity",
}
_HEAD = "./{*}SupplyChainTradeTransaction/{*}ApplicableHeaderTradeSettlement"
_SUM = f"{_HEAD}/{{*}}SpecifiedTradeSettlementHeaderMonetarySummation"
_LINE = "./{*}SupplyChainTradeTransaction/{*}IncludedSupplyChainTradeLineItem"
_SETTLED = f"{_LINE}/{{*}}SpecifiedLineTradeSettlement"
_PRICES = f"{_LINE}/{{*}}SpecifiedLineTradeAgreement"
_CII = {
    "BT-92/99": f"{_HEAD}/{{*}}SpecifiedTradeAllowanceCharge/{{*}}ActualAmount",
    "BT-93/100": f"{_HEAD}/{{*}}SpecifiedTradeAllowanceCharge/{{*}}BasisAmount",
    "BT-106": f"{_SUM}/{{*}}LineTotalAmount",
    "BT-107": f"{_SUM}/{{*}}AllowanceTotalAmount",
    "BT-108": f"{_SUM}/{{*}}ChargeTotalAmount",
    "BT-109": f"{_SUM}/{{*}}TaxBasisTotalAmount",
    "BT-110/111": f"{_SUM}/{{*}}TaxTotalAmount",
    "BT-112": f"{_SUM}/{{*}}GrandTotalAmount",
    "BT-113": f"{_SUM}/{{*}}TotalPrepaidAmount",
    "BT-114": f"{_SUM}/{{*}}RoundingAmount",
    "BT-115": f"{_SUM}/{{*}}DuePayableAmount",
    "BT-116": f"{_HEAD}/{{*}}ApplicableTradeTax/{{*}}BasisAmount",
    "BT-117": f"{_HEAD}/{{*}}ApplicableTradeTax/{{*}}CalculatedAmount",
    "BT-129": f"{_LINE}/{{*}}SpecifiedLineTradeDelivery/{{*}}BilledQuantity",
    "BT-131": f"{_SETTLED}/{{*}}SpecifiedTradeSettlementLineMonetarySummation/{{*}}LineTotalAmount",
    "BT-136/141": f"{_SETTLED}/{{*}}SpecifiedTradeAllowanceCharge/{{*}}ActualAmount",
    "BT-137/142": f"{_SETTLED}/{{*}}SpecifiedTradeAllowanceCharge/{{*}}BasisAmount",
    "BT-146": f"{_PRICES}/{{*}}NetPriceProductTradePrice/{{*}}ChargeAmount",
    "BT-147": f"{_PRICES}/{{*}}GrossPriceProductTradePrice"
    "/{*}AppliedTradeAllowanceCharge/{*}ActualAmount",
    "BT-148": f"{_PRICES}/{{*}}GrossPriceProductTradePrice/{{*}}ChargeAmount",
    "BT-149": f"{_PRICES}/{{*}}NetPriceProductTradePrice/{{*}}BasisQuantity",
}


def amounts_in(content: bytes) -> Amounts:
    """Return every amount, price and quantity of EN 16931 that a document states."""
    root = etree.fromstring(content)
    name = etree.QName(root).localname
    paths = _CII if name == "CrossIndustryInvoice" else _ubl_paths(name)
    return {
        term: Counter(Decimal(found.text or "0") for found in root.iterfind(path))
        for term, path in paths.items()
    }


def lost(before: Amounts, after: Amounts) -> dict[str, list[Decimal]]:
    """Return the amounts that one document states and the other does not.

    A zero says nothing that its absence does not say; a base quantity of 1 neither.
    """
    nothing = {"BT-149": 1}
    missing = {term: before[term] - after[term] for term in before}
    return {
        term: [amount for amount in count.elements() if amount != nothing.get(term, 0)]
        for term, count in missing.items()
        if any(amount != nothing.get(term, 0) for amount in count)
    }


def _ubl_paths(root: str) -> dict[str, str]:
    kind = ("InvoiceLine", "InvoicedQuantity")
    if root == "CreditNote":
        kind = ("CreditNoteLine", "CreditedQuantity")
    line, quantity = (f"{{*}}{name}" for name in kind)
    return {
        term: path.replace("{line}", line).replace("{quantity}", quantity)
        for term, path in _UBL.items()
    }
