"""Completeness: what an invoice must say before anyone can pay it (BR-01 to BR-65, BR-CO)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from net30.domain.invoice import CREDIT_NOTE_CODES, Invoice
from net30.domain.line import AllowanceCharge, Line, Period
from net30.domain.party import Identifier
from net30.kernel.findings import Finding, Severity

# fmt: off
INVOICE_CODES = frozenset(
    {
        "71", "80", "81", "82", "84", "102", "130", "202", "203", "204", "211", "218",
        "219", "295", "325", "326", "331", "380", "382", "383", "384", "385", "386", "387",
        "388", "389", "390", "393", "394", "395", "456", "457", "471", "472", "473", "500",
        "501", "527", "553", "575", "623", "633", "751", "780", "817", "870", "875", "876",
        "877", "935",
    }
)
# fmt: on
"""Type codes that claim money (EN 16931 BR-CL-01, invoice list)."""

CREDIT_TRANSFERS = frozenset({"30", "58"})
"""Payment means that need an account (BR-61): credit transfer, SEPA credit transfer."""

CARD_DIGITS_MAX = 10
"""Digits of a card that may be shown: the first six and the last four (BR-51)."""

_Rule = tuple[str, str, object, str]


def check(invoice: Invoice) -> Iterator[Finding]:
    """Yield a finding for everything that is missing or contradicts itself."""
    yield from _wanted(_document_rules(invoice))
    yield from _coded(invoice)
    yield from _vat_ids(invoice)
    yield from _payment(invoice)
    yield from _one_identifier(invoice)
    for at, line in enumerate(invoice.lines):
        yield from _line(line, f"lines[{at}]")
    for name, entries in (("allowances", invoice.allowances), ("charges", invoice.charges)):
        for at, entry in enumerate(entries):
            yield from _entry(entry, f"{name}[{at}]", _DOCUMENT_RULES[name])
            if entry.tax is None:
                rule = "BR-32" if name == "allowances" else "BR-37"
                yield Finding(rule, f"{name}[{at}].tax", f"{name}[{at}] has no VAT category")
    yield from _period(invoice.period, "period", "BR-29")


_DOCUMENT_RULES = {"allowances": "BR-33", "charges": "BR-38"}
_LINE_RULES = {"allowances": "BR-42", "charges": "BR-44"}


def _wanted(rules: Iterable[_Rule]) -> Iterator[Finding]:
    for code, path, value, what in rules:
        if not value:
            yield Finding(code, path, f"{what} is missing")


def _document_rules(invoice: Invoice) -> Iterator[_Rule]:
    seller, customer = invoice.seller, invoice.customer
    yield "BR-02", "number", invoice.number, "the invoice number (BT-1)"
    yield "BR-06", "seller.name", seller.name, "the seller's name (BT-27)"
    yield "BR-07", "customer.name", customer.name, "the customer's name (BT-44)"
    yield "BR-09", "seller.address.country", seller.address.country, "the seller's country (BT-40)"
    yield (
        "BR-11",
        "customer.address.country",
        customer.address.country,
        "the customer's country (BT-55)",
    )
    yield "BR-16", "lines", invoice.lines, "an invoice line (BG-25)"
    known = seller.ids or seller.legal_id or seller.vat_id or seller.tax_id
    yield "BR-CO-26", "seller", known, "an identifier of the seller (BT-29, BT-30 or BT-31)"
    agreed = invoice.due_date or invoice.terms or invoice.discount
    yield (
        "BR-CO-25",
        "due_date",
        agreed or invoice.totals.due.minor <= 0,
        "the due date (BT-9) or the payment terms (BT-20) of an amount due",
    )
    if invoice.payee is not None:
        yield "BR-17", "payee.name", invoice.payee.name, "the payee's name (BT-59)"
    agent = invoice.tax_representative
    if agent is not None:
        yield "BR-18", "tax_representative.name", agent.name, "the tax representative's name"
        yield "BR-56", "tax_representative.vat_id", agent.vat_id, "the tax representative's VAT id"
        yield "BR-20", "tax_representative", agent.address.country, "the representative's country"
    if invoice.delivery is not None and invoice.delivery.address is not None:
        country = invoice.delivery.address.country
        yield "BR-57", "delivery.address.country", country, "the deliver-to country (BT-80)"
    if invoice.tax_currency and invoice.tax_currency != invoice.currency:
        amount = invoice.totals.tax_in_tax_currency
        yield "BR-53", "totals", amount is not None, "the VAT total in the tax currency (BT-111)"
    for at, before in enumerate(invoice.preceding):
        yield "BR-55", f"preceding[{at}]", before.number, "a preceding invoice's number (BT-25)"
    for at, paper in enumerate(invoice.supporting):
        yield "BR-52", f"supporting[{at}]", paper.reference, "a document's reference (BT-122)"


def _coded(invoice: Invoice) -> Iterator[Finding]:
    if invoice.type_code not in INVOICE_CODES | CREDIT_NOTE_CODES:
        yield Finding(
            "BR-CL-01", "type_code", f"{invoice.type_code!r} is no invoice type of UNTDID 1001"
        )
    if invoice.tax_point and invoice.tax_point_code:
        yield Finding("BR-CO-03", "tax_point", "BT-7 and BT-8 exclude each other")
    for path, country in (
        ("seller.address.country", invoice.seller.address.country),
        ("customer.address.country", invoice.customer.address.country),
    ):
        if country and not re.fullmatch("[A-Z]{2}|1A", country):
            yield Finding("BR-CL-14", path, f"{country!r} is no country code of ISO 3166-1")
    for rule, path, endpoint in (
        ("BR-62", "seller.endpoint", invoice.seller.endpoint),
        ("BR-63", "customer.endpoint", invoice.customer.endpoint),
    ):
        yield from _schemed(endpoint, path, rule, "the electronic address")


def _vat_ids(invoice: Invoice) -> Iterator[Finding]:
    agent = invoice.tax_representative
    for path, number in (
        ("seller.vat_id", invoice.seller.vat_id),
        ("customer.vat_id", invoice.customer.vat_id),
        ("tax_representative.vat_id", agent.vat_id if agent else ""),
    ):
        if number and not re.match("[A-Z]{2}", number):
            yield Finding(
                "BR-CO-09",
                path,
                f"the VAT identifier {number!r} does not begin with a country code",
            )


def _payment(invoice: Invoice) -> Iterator[Finding]:
    payment = invoice.payment
    if payment is None:
        return
    if payment.means in CREDIT_TRANSFERS and not any(one.account for one in payment.accounts):
        yield Finding(
            "BR-61", "payment.accounts", "a credit transfer needs the account to pay to (BT-84)"
        )
    if len("".join(filter(str.isdigit, payment.card_number))) > CARD_DIGITS_MAX:
        yield Finding(
            "BR-51", "payment.card_number", "the full card number is shown", Severity.WARNING
        )


def _one_identifier(invoice: Invoice) -> Iterator[Finding]:
    for rule, path, party in (
        ("UBL-SR-16", "customer.ids", invoice.customer),
        ("UBL-SR-20", "payee.ids", invoice.payee),
    ):
        if party is not None and len(party.ids) > 1:
            message = "EN 16931 has one identifier here; UBL carries one, preferably with a scheme"
            yield Finding(rule, path, message, Severity.NOTE)


def _line(line: Line, path: str) -> Iterator[Finding]:
    yield from _wanted(
        (
            ("BR-21", f"{path}.id", line.id, "the line's number (BT-126)"),
            ("BR-23", f"{path}.unit", line.unit, "the unit of the quantity (BT-130)"),
            ("BR-25", f"{path}.name", line.name, "the item's name (BT-153)"),
        )
    )
    if line.unit_price < 0:
        yield Finding("BR-27", f"{path}.unit_price", f"the price {line.unit_price} is below zero")
    if line.gross_price is not None and line.gross_price < 0:
        yield Finding("BR-28", f"{path}.gross_price", f"the price {line.gross_price} is below zero")
    yield from _period(line.period, f"{path}.period", "BR-30")
    for name, entries in (("allowances", line.allowances), ("charges", line.charges)):
        for at, entry in enumerate(entries):
            yield from _entry(entry, f"{path}.{name}[{at}]", _LINE_RULES[name])
    for name, value in line.attributes:
        if not name or not value:
            yield Finding("BR-54", f"{path}.attributes", "an attribute needs a name and a value")
    yield from _schemed(line.standard_item_id, f"{path}.standard_item_id", "BR-64", "the item's id")
    for one in line.classifications:
        named = Identifier(one.code, one.scheme)
        yield from _schemed(named, f"{path}.classifications", "BR-65", "the item's class")


def _entry(entry: AllowanceCharge, path: str, rule: str) -> Iterator[Finding]:
    if not entry.reason and not entry.reason_code:
        yield Finding(rule, path, "an allowance or charge needs a reason or its code")


def _period(period: Period | None, path: str, rule: str) -> Iterator[Finding]:
    if period and period.start and period.end and period.end < period.start:
        yield Finding(rule, path, f"the period ends {period.end}, before it starts {period.start}")


def _schemed(number: Identifier | None, path: str, rule: str, what: str) -> Iterator[Finding]:
    if number is not None and not number.scheme:
        yield Finding(rule, path, f"{what} {number.value!r} does not say its scheme")
