"""VAT: the rules of each category (BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O, BR-AF ...)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from net30.domain.invoice import Invoice
from net30.domain.tax import WITH_RATE, WITH_REASON, TaxCategory, TaxRate, TaxSubtotal
from net30.domain.totals import tax_on
from net30.kernel.findings import Finding, Severity
from net30.kernel.money import Money

RULES = {
    TaxCategory.STANDARD: "S",
    TaxCategory.ZERO: "Z",
    TaxCategory.EXEMPT: "E",
    TaxCategory.REVERSE_CHARGE: "AE",
    TaxCategory.INTRA_COMMUNITY: "IC",
    TaxCategory.EXPORT: "G",
    TaxCategory.OUT_OF_SCOPE: "O",
    TaxCategory.CANARY_ISLANDS: "AF",
    TaxCategory.CEUTA_MELILLA: "AG",
    TaxCategory.SPLIT_PAYMENT: "B",
}
"""The part of the rule's number that names each category: BR-S-01."""

_POSITIVE_RATE = frozenset({TaxCategory.STANDARD, TaxCategory.SPLIT_PAYMENT})
_SELLER_VAT_ID = frozenset({TaxCategory.INTRA_COMMUNITY, TaxCategory.EXPORT})
_SLACK = Decimal(1)
"""Major units that the schematron lets a group be off (BR-S-08, BR-S-09, BR-CO-17)."""


def check(invoice: Invoice) -> Iterator[Finding]:
    """Yield a finding for each rule on VAT that the invoice breaks."""
    if not invoice.lines and not invoice.totals.breakdown:
        return  # a profile without lines and breakdown (Factur-X MINIMUM)
    if not invoice.totals.breakdown:
        yield Finding("BR-CO-18", "totals.breakdown", "the VAT breakdown (BG-23) is missing")
    for path, rate in _rates(invoice):
        yield from _rate(rate, path)
    used = {rate.category for _, rate in _rates(invoice)}
    used |= {row.rate.category for row in invoice.totals.breakdown}
    for category in sorted(used):
        yield from _parties(invoice, category)
    if invoice.lines:
        yield from _groups(invoice)
    for at, row in enumerate(invoice.totals.breakdown):
        yield from _row(row, f"totals.breakdown[{at}]")
    yield from _special(invoice, used)


def _rates(invoice: Invoice) -> Iterator[tuple[str, TaxRate]]:
    for at, line in enumerate(invoice.lines):
        yield f"lines[{at}].tax", line.tax
    for name, entries in (("allowances", invoice.allowances), ("charges", invoice.charges)):
        for at, entry in enumerate(entries):
            if entry.tax is not None:
                yield f"{name}[{at}].tax", entry.tax


def _rate(rate: TaxRate, path: str) -> Iterator[Finding]:
    rule = f"BR-{RULES[rate.category]}-05"
    if rate.category in _POSITIVE_RATE and rate.percent <= 0:
        yield Finding(rule, path, f"category {rate.category} needs a rate above 0")
    if rate.category not in WITH_RATE and rate.percent != 0:
        yield Finding(rule, path, f"category {rate.category} has no rate, but {rate.percent} %")


def _parties(invoice: Invoice, category: TaxCategory) -> Iterator[Finding]:
    seller, customer = invoice.seller, invoice.customer
    agent = invoice.tax_representative.vat_id if invoice.tax_representative else ""
    rule = f"BR-{RULES[category]}-02"
    vat_ids = seller.vat_id or agent
    if category is TaxCategory.OUT_OF_SCOPE:
        if vat_ids or customer.vat_id:
            message = "what is not subject to VAT is sold and bought without VAT identifiers"
            yield Finding(rule, "seller.vat_id", message)
        return
    if not vat_ids and (category in _SELLER_VAT_ID or not seller.tax_id):
        yield Finding(rule, "seller", f"VAT category {category} needs the seller's tax number")
    if category is TaxCategory.REVERSE_CHARGE and not (customer.vat_id or customer.legal_id):
        yield Finding(rule, "customer", "reverse charge needs the customer's VAT or legal number")
    if category is TaxCategory.INTRA_COMMUNITY and not customer.vat_id:
        yield Finding(
            rule, "customer.vat_id", "an intra-community supply needs the customer's VAT identifier"
        )


def _groups(invoice: Invoice) -> Iterator[Finding]:
    """Compare each group of the breakdown with its lines, allowances and charges."""
    sums: dict[tuple[TaxCategory, Decimal], Money] = {}
    for rate, amount in _amounts(invoice):
        before = sums.get(rate.group, Money.zero(invoice.currency))
        sums[rate.group] = before + amount
    stated: dict[tuple[TaxCategory, Decimal], Money] = {}
    for row in invoice.totals.breakdown:
        before = stated.get(row.rate.group, Money.zero(invoice.currency))
        stated[row.rate.group] = before + row.taxable
    for group in sorted(sums.keys() | stated.keys()):
        name = RULES[group[0]]
        if group not in stated:
            yield Finding(f"BR-{name}-01", "totals.breakdown", f"no row for {_spelt(group)}")
        else:
            computed = sums.get(group, Money.zero(invoice.currency))
            yield from _differs(f"BR-{name}-08", _spelt(group), stated[group], computed)


def _amounts(invoice: Invoice) -> Iterator[tuple[TaxRate, Money]]:
    for line in invoice.lines:
        yield line.tax, line.net
    for entry in invoice.allowances:
        if entry.tax is not None:
            yield entry.tax, -entry.amount
    for entry in invoice.charges:
        if entry.tax is not None:
            yield entry.tax, entry.amount


def _row(row: TaxSubtotal, path: str) -> Iterator[Finding]:
    name = RULES[row.rate.category]
    yield from _differs(f"BR-{name}-09", f"{path}.tax", row.tax, tax_on(row.taxable, row.rate))
    said = row.rate.reason or row.rate.reason_code
    if row.rate.category in WITH_REASON and not said:
        yield Finding(
            f"BR-{name}-10",
            path,
            f"category {row.rate.category} must say why no tax is charged (BT-120 or BT-121)",
        )
    if row.rate.category not in WITH_REASON and said:
        yield Finding(
            f"BR-{name}-10", path, f"category {row.rate.category} has no exemption reason"
        )


def _special(invoice: Invoice, used: Iterable[TaxCategory]) -> Iterator[Finding]:
    categories = set(used)
    if TaxCategory.OUT_OF_SCOPE in categories and len(categories) > 1:
        yield Finding(
            "BR-O-11", "totals.breakdown", "'not subject to VAT' stands alone or not at all"
        )
    if TaxCategory.INTRA_COMMUNITY in categories:
        delivery = invoice.delivery
        if not (delivery and delivery.day) and invoice.period is None:
            yield Finding(
                "BR-IC-11",
                "delivery.day",
                "an intra-community supply needs the delivery date or the invoicing period",
            )
        if not (delivery and delivery.address and delivery.address.country):
            yield Finding(
                "BR-IC-12",
                "delivery.address",
                "an intra-community supply needs the deliver-to country",
            )


def _differs(rule: str, path: str, stated: Money, computed: Money) -> Iterator[Finding]:
    if stated == computed:
        return
    off = abs((stated - computed).amount)
    severity = Severity.WARNING if off < _SLACK else Severity.ERROR
    yield Finding(rule, path, f"states {stated}; it comes to {computed}", severity)


def _spelt(group: tuple[TaxCategory, Decimal]) -> str:
    return f"{group[0]} {group[1]:f} %"
