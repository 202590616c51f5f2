"""The rules of EN 16931: a sound invoice breaks none, and each fault breaks its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from net30.domain.invoice import (
    CREDIT_NOTE,
    INVOICE,
    BankAccount,
    Delivery,
    Invoice,
    PaymentInstructions,
    PrecedingInvoice,
    SupportingDocument,
    Totals,
)
from net30.domain.line import AllowanceCharge, Classification, Line, Period
from net30.domain.party import Address, Identifier, Party, TaxRepresentative
from net30.domain.rules import check
from net30.domain.tax import TaxCategory, TaxRate, TaxSubtotal
from net30.domain.totals import compute_totals
from net30.kernel.findings import Severity, has_errors
from net30.kernel.money import Money

SELLER = Party(name="Acme", vat_id="FR40303265045", address=Address(country="FR"))
CUSTOMER = Party(name="Beta", vat_id="DE136695976", address=Address(country="DE"))
STANDARD = TaxRate(TaxCategory.STANDARD, Decimal(20))
DISCOUNT = AllowanceCharge(amount=Money(100, "EUR"), reason="Discount", tax=STANDARD)


def line(rate: TaxRate = STANDARD, **changes: Any) -> Line:
    made = Line(
        id="1",
        name="Consulting",
        quantity=Decimal(2),
        unit_price=Decimal(50),
        tax=rate,
        net=Money(10000, "EUR"),
    )
    return replace(made, **changes)


def sound(rate: TaxRate = STANDARD, **changes: Any) -> Invoice:
    """An invoice of 2 x 50.00 EUR that breaks no rule, then changed."""
    body = (line(rate),)
    made = Invoice(
        id="1",
        number="INV-1",
        type_code=INVOICE,
        currency="EUR",
        issue_date=date(2026, 11, 21),
        due_date=date(2026, 12, 21),
        seller=SELLER,
        customer=CUSTOMER,
        lines=body,
        totals=compute_totals("EUR", body),
    )
    return replace(made, **changes)


def with_lines(*lines: Line, **changes: Any) -> Invoice:
    """The same with other lines, and totals that fit them."""
    return sound(lines=lines, totals=compute_totals("EUR", lines), **changes)


def stated(**totals: Any) -> Invoice:
    """The same with totals that were changed by hand."""
    return sound(totals=replace(sound().totals, **totals))


def codes(invoice: Invoice) -> set[str]:
    return {finding.code for finding in check(invoice)}


def of_category(category: TaxCategory, percent: int = 0, **rate: str) -> Invoice:
    return sound(TaxRate(category, Decimal(percent), **rate))


def with_row(rate: TaxRate, taxable: int, tax: int) -> Totals:
    row = TaxSubtotal(rate, Money(taxable, "EUR"), Money(tax, "EUR"))
    return replace(sound(rate).totals, breakdown=(row,), tax=row.tax)


EXEMPT = TaxRate(TaxCategory.EXEMPT, Decimal(0), "Article 261")
INTRA = TaxRate(TaxCategory.INTRA_COMMUNITY, Decimal(0), "Intra-Community supply")
REVERSE = TaxRate(TaxCategory.REVERSE_CHARGE, Decimal(0), "Reverse charge")
OUTSIDE = TaxRate(TaxCategory.OUT_OF_SCOPE, Decimal(0), "Not subject to VAT")
NOWHERE = Delivery(name="Warehouse")
THERE = Delivery(day=date(2026, 11, 20), address=Address(country="DE"))
AGENT = TaxRepresentative(name="Agent", vat_id="FR1", address=Address(country="FR"))
FULL_CARD = PaymentInstructions(means="48", card_number="4111 1111 1111 1111")
BACKWARDS = Period(start=date(2026, 2, 1), end=date(2026, 1, 1))


@pytest.mark.parametrize(
    "invoice",
    [
        sound(),
        sound(type_code=CREDIT_NOTE),
        sound(due_date=None, terms="30 days"),
        sound(EXEMPT),
        sound(INTRA, delivery=THERE),
        sound(INTRA, delivery=replace(THERE, day=None), period=Period(start=date(2026, 11, 1))),
        sound(REVERSE),
        sound(REVERSE, customer=replace(CUSTOMER, vat_id="", legal_id=Identifier("HRB 1"))),
        sound(OUTSIDE, seller=replace(SELLER, vat_id="", legal_id=Identifier("7")),
              customer=replace(CUSTOMER, vat_id="")),
        sound(seller=replace(SELLER, vat_id="", tax_id="005467821 2G3")),
        sound(seller=replace(SELLER, vat_id="", ids=(Identifier("7"),)), tax_representative=AGENT),
        sound(payment=PaymentInstructions(accounts=(BankAccount(account="FR76"),))),
        sound(tax_currency="EUR"),
        sound(preceding=(PrecedingInvoice("INV-0"),)),
        sound(supporting=(SupportingDocument(reference="7"),)),
        sound(delivery=NOWHERE),
        with_lines(line(gross_price=Decimal(60), price_discount=Decimal(10))),
        with_lines(line(gross_price=Decimal(50))),
        with_lines(line(net=Money(9900, "EUR"), allowances=(
            replace(DISCOUNT, base=Money(1000, "EUR"), percent=Decimal(10)),))),
        with_lines(line(attributes=(("Colour", "red"),), standard_item_id=Identifier("1", "0160"),
                        classifications=(Classification(code="1", scheme="STI"),))),
        with_lines(line(period=Period(start=date(2026, 1, 1), end=date(2026, 1, 1)))),
    ],
)  # fmt: skip
def test_a_sound_invoice_breaks_no_rule(invoice: Invoice) -> None:
    assert check(invoice) == ()


@pytest.mark.parametrize(
    ("code", "invoice"),
    [
        ("BR-02", sound(number="")),
        ("BR-06", sound(seller=replace(SELLER, name=""))),
        ("BR-07", sound(customer=replace(CUSTOMER, name=""))),
        ("BR-09", sound(seller=replace(SELLER, address=Address()))),
        ("BR-11", sound(customer=replace(CUSTOMER, address=Address()))),
        ("BR-16", sound(lines=())),
        ("BR-17", sound(payee=Party(name=""))),
        ("BR-18", sound(tax_representative=replace(AGENT, name=""))),
        ("BR-20", sound(tax_representative=replace(AGENT, address=Address()))),
        ("BR-21", with_lines(line(id=""))),
        ("BR-23", with_lines(line(unit=""))),
        ("BR-25", with_lines(line(name=""))),
        ("BR-27", with_lines(line(unit_price=Decimal(-50), quantity=Decimal(-2)))),
        ("BR-28", with_lines(line(gross_price=Decimal(-50)))),
        ("BR-29", sound(period=BACKWARDS)),
        ("BR-30", with_lines(line(period=BACKWARDS))),
        ("BR-32", sound(allowances=(replace(DISCOUNT, tax=None),))),
        ("BR-33", sound(allowances=(replace(DISCOUNT, reason=""),))),
        ("BR-37", sound(charges=(replace(DISCOUNT, tax=None),))),
        ("BR-38", sound(charges=(replace(DISCOUNT, reason=""),))),
        ("BR-42", with_lines(line(allowances=(replace(DISCOUNT, reason=""),)))),
        ("BR-44", with_lines(line(charges=(replace(DISCOUNT, reason=""),)))),
        ("BR-51", sound(payment=FULL_CARD)),
        ("BR-52", sound(supporting=(SupportingDocument(reference=""),))),
        ("BR-53", sound(tax_currency="USD")),
        ("BR-54", with_lines(line(attributes=(("Colour", ""),)))),
        ("BR-55", sound(preceding=(PrecedingInvoice(""),))),
        ("BR-56", sound(tax_representative=replace(AGENT, vat_id=""))),
        ("BR-57", sound(delivery=Delivery(address=Address(city="Bonn")))),
        ("BR-61", sound(payment=PaymentInstructions())),
        ("BR-62", sound(seller=replace(SELLER, endpoint=Identifier("a@b.example")))),
        ("BR-63", sound(customer=replace(CUSTOMER, endpoint=Identifier("a@b.example")))),
        ("BR-64", with_lines(line(standard_item_id=Identifier("1")))),
        ("BR-65", with_lines(line(classifications=(Classification(code="1", scheme=""),)))),
        ("BR-CL-01", sound(type_code="999")),
        ("BR-CL-14", sound(seller=replace(SELLER, address=Address(country="France")))),
        ("BR-CO-03", sound(tax_point=date(2026, 11, 1), tax_point_code="35")),
        ("BR-CO-09", sound(seller=replace(SELLER, vat_id="40303265045"))),
        ("BR-CO-10", stated(line_net=Money(9999, "EUR"))),
        ("BR-CO-11", stated(allowances=Money(1, "EUR"))),
        ("BR-CO-12", stated(charges=Money(1, "EUR"))),
        ("BR-CO-13", stated(net=Money(9999, "EUR"))),
        ("BR-CO-14", stated(tax=Money(1999, "EUR"))),
        ("BR-CO-15", stated(gross=Money(11999, "EUR"))),
        ("BR-CO-16", stated(due=Money(11999, "EUR"))),
        ("BR-CO-18", sound(totals=replace(sound().totals, breakdown=()))),
        ("BR-CO-25", sound(due_date=None)),
        ("BR-CO-26", sound(seller=replace(SELLER, vat_id=""))),
        ("BR-S-01", sound(totals=with_row(EXEMPT, 10000, 0))),
        ("BR-S-02", sound(seller=replace(SELLER, vat_id="", legal_id=Identifier("7")))),
        ("BR-S-05", of_category(TaxCategory.STANDARD)),
        ("BR-S-08", sound(totals=with_row(STANDARD, 9000, 1800))),
        ("BR-S-09", sound(totals=with_row(STANDARD, 10000, 100))),
        ("BR-S-10", of_category(TaxCategory.STANDARD, 20, reason="None")),
        ("BR-Z-05", of_category(TaxCategory.ZERO, 5)),
        ("BR-E-08", sound(totals=with_row(EXEMPT, 10000, 0))),
        ("BR-E-09", sound(EXEMPT, totals=with_row(EXEMPT, 10000, 500))),
        ("BR-E-10", of_category(TaxCategory.EXEMPT)),
        ("BR-AE-02", sound(REVERSE, customer=replace(CUSTOMER, vat_id=""))),
        ("BR-IC-02", sound(INTRA, delivery=THERE, customer=replace(CUSTOMER, vat_id=""))),
        ("BR-IC-11", sound(INTRA)),
        ("BR-IC-12", sound(INTRA, delivery=NOWHERE)),
        ("BR-G-02", sound(TaxRate(TaxCategory.EXPORT, Decimal(0), "Export"),
                          seller=replace(SELLER, vat_id="", tax_id="1"))),
        ("BR-O-02", sound(OUTSIDE)),
        ("BR-O-11", with_lines(line(), line(OUTSIDE, id="2"))),
        ("PEPPOL-EN16931-R040", sound(charges=(
            replace(DISCOUNT, base=Money(10000, "EUR"), percent=Decimal(5)),))),
        ("PEPPOL-EN16931-R040", with_lines(line(allowances=(
            replace(DISCOUNT, base=Money(10000, "EUR"), percent=Decimal(5)),)))),
        ("PEPPOL-EN16931-R046", with_lines(line(gross_price=Decimal(60)))),
        ("PEPPOL-EN16931-R120", with_lines(line(unit_price=Decimal(49)))),
        ("UBL-SR-16", sound(customer=replace(CUSTOMER, ids=(Identifier("1"), Identifier("2"))))),
        ("UBL-SR-20", sound(payee=Party(name="P", ids=(Identifier("1"), Identifier("2"))))),
        ("amount_too_large", with_lines(line(quantity=Decimal(10) ** 30))),
    ],
)  # fmt: skip
def test_each_fault_is_found_by_its_rule(code: str, invoice: Invoice) -> None:
    assert code in codes(invoice)


def test_a_difference_is_told_with_both_amounts_and_where_it_is() -> None:
    (finding,) = check(stated(due=Money(11000, "EUR")))

    assert finding.path == "totals.due"
    assert finding.message == "states 110.00 EUR; it comes to 120.00 EUR"


def test_tax_that_is_a_cent_off_is_a_warning_and_an_euro_off_an_error() -> None:
    cent = sound(totals=replace(with_row(STANDARD, 10000, 1999), gross=Money(11999, "EUR"),
                                due=Money(11999, "EUR")))  # fmt: skip
    euro = sound(totals=replace(with_row(STANDARD, 10000, 1900), gross=Money(11900, "EUR"),
                                due=Money(11900, "EUR")))  # fmt: skip

    assert [finding.severity for finding in check(cent)] == [Severity.WARNING]
    assert has_errors(check(euro))


def test_totals_without_lines_are_spared_the_rules_about_lines() -> None:
    bare = sound(lines=(), totals=replace(sound().totals, breakdown=()))

    assert codes(bare) == {"BR-16"}


def test_totals_with_a_breakdown_and_no_lines_are_compared_with_it() -> None:
    assert codes(sound(lines=())) == {"BR-16"}
    assert "BR-S-09" in codes(sound(lines=(), totals=with_row(STANDARD, 10000, 1)))
