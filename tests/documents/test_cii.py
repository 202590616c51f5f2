"""CII: every term goes out and comes back; what others write otherwise is understood or told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from net30.documents import cii
from net30.domain.invoice import BankAccount, Delivery, Invoice, PaymentInstructions
from net30.domain.party import Identifier
from net30.domain.terms import EarlyPaymentDiscount
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from tests.documents.einvoices import african, credit, full, plain, untaxed

CORE = ">urn:cen.eu:en16931:2017<"


def read(content: bytes) -> Invoice:
    """The invoice that net30 reads; a refusal fails the test with its reasons."""
    reading = cii.read(content)
    assert reading.invoice is not None, reading.findings
    return reading.invoice


def told(content: bytes) -> dict[str, str]:
    """What reading tells: the last message of each code."""
    return {finding.code: finding.message for finding in cii.read(content).findings}


def in_one_line(invoice: Invoice) -> str:
    """The written invoice without the space between its elements."""
    return re.sub(r">\s+<", "><", cii.write(invoice).decode())


def changed(before: str, after: str, invoice: Invoice | None = None) -> bytes:
    """A written invoice with one piece said in another way."""
    written = in_one_line(invoice or plain())
    assert before in written, written
    return written.replace(before, after, 1).encode()


def test_every_term_comes_back() -> None:
    assert read(cii.write(full())) == full()


def test_a_credit_note_differs_by_its_type_code_only() -> None:
    assert read(cii.write(credit(full()))) == credit(full())


def test_the_tax_point_code_is_said_in_the_list_that_cii_uses() -> None:
    invoice = replace(plain(), tax_point_code="432")

    assert b"<ram:DueDateTypeCode>72<" in cii.write(invoice)
    assert read(cii.write(invoice)) == invoice


def test_what_is_not_subject_to_vat_says_no_rate() -> None:
    written = cii.write(untaxed())

    assert b"RateApplicablePercent" not in written
    assert read(written) == untaxed()


def test_a_discount_on_a_price_needs_the_gross_price_in_cii() -> None:
    line = replace(plain().lines[0], price_discount=Decimal(50))
    written = cii.write(replace(plain(), lines=(line,)))

    assert read(written).lines[0].gross_price == 350


def test_a_customers_local_tax_number_goes_where_cii_has_room() -> None:
    assert read(cii.write(african())).customer.legal_id == Identifier("0012345")

    registered = replace(african().customer, legal_id=Identifier("SN-DKR-1"))
    customer = read(cii.write(replace(african(), customer=registered))).customer
    assert customer.ids == (Identifier("0012345"),)
    assert customer.legal_id == Identifier("SN-DKR-1")


def test_a_location_without_a_scheme_is_said_as_an_id() -> None:
    invoice = replace(plain(), delivery=Delivery(location=Identifier("Gate 7")))

    assert b"<ram:ID>Gate 7</ram:ID>" in cii.write(invoice)
    assert read(cii.write(invoice)) == invoice


def test_a_document_claims_the_core_only() -> None:
    usage = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"

    assert CORE.encode() in cii.write(replace(plain(), specification=usage))


def test_an_invoice_without_lines_is_not_written() -> None:
    with pytest.raises(InputError):
        cii.write(replace(plain(), lines=()))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ('<udt:DateTimeString format="102">20261121</udt:DateTimeString>', date(2026, 11, 21)),
        ('<udt:DateTimeString format="102">2026-11-21</udt:DateTimeString>', date(2026, 11, 21)),
        ('<udt:DateTimeString format="203">202611211200</udt:DateTimeString>', date(2026, 11, 21)),
        ("<udt:DateTime>2026-11-21T00:00:00</udt:DateTime>", date(2026, 11, 21)),
    ],
)
def test_dates_are_read_in_the_forms_people_send(text: str, day: date) -> None:
    stated = '<udt:DateTimeString format="102">20261121</udt:DateTimeString>'
    start, end = "<ram:IssueDateTime>", "</ram:IssueDateTime>"

    assert read(changed(start + stated + end, start + text + end)).issue_date == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (">2026-11-21<", "date_format"),
        (">202611211200<", "date_format"),
        (">20261399<", "date"),
        (">soon<", "date"),
        ("><", "BR-03"),
    ],
)
def test_a_date_in_another_form_is_told(text: str, code: str) -> None:
    assert code in told(changed(">20261121<", text))


def test_a_preceding_invoices_date_is_read_in_either_namespace() -> None:
    before = '<qdt:DateTimeString format="102">20260101</qdt:DateTimeString>'
    after = '<udt:DateTimeString format="102">20260101</udt:DateTimeString>'

    assert read(changed(before, after, full())) == full()


def test_a_department_is_a_contact_where_nobody_is_named() -> None:
    content = changed(
        "<ram:PersonName>Ann</ram:PersonName>",
        "<ram:DepartmentName>Sales</ram:DepartmentName>",
        full(),
    )

    assert read(content).seller.contact.name == "Sales"


def test_two_discounts_on_a_price_are_added_up_and_a_surcharge_is_told() -> None:
    step = (
        "<ram:AppliedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>{}</udt:Indicator>"
        "</ram:ChargeIndicator><ram:ActualAmount>0.25</ram:ActualAmount>"
        "</ram:AppliedTradeAllowanceCharge>"
    )
    end = "</ram:GrossPriceProductTradePrice>"
    two = changed(end, step.format("false") + end, full())
    plus = changed(end, step.format("true") + end, full())

    assert read(two).lines[0].price_discount == Decimal("1.00")
    assert "2 discounts" in told(two)["added_up"]
    assert read(plus).lines[0].price_discount == Decimal("0.75")
    assert "AppliedTradeAllowanceCharge" in told(plus)["not_carried"]


def test_a_gross_price_for_another_quantity_is_told() -> None:
    content = changed(
        '<ram:BasisQuantity unitCode="XPK">10</ram:BasisQuantity>',
        '<ram:BasisQuantity unitCode="XPK">1</ram:BasisQuantity>',
        full(),
    )

    assert read(content).lines[0].base_quantity == 10
    assert "another quantity" in told(content)["not_carried"]


def test_a_logistics_charge_is_kept_as_a_charge() -> None:
    logistics = (
        "<ram:SpecifiedLogisticsServiceCharge><ram:Description>Van</ram:Description>"
        "<ram:AppliedAmount>5.80</ram:AppliedAmount><ram:AppliedTradeTax>"
        "<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode>"
        "<ram:RateApplicablePercent>20</ram:RateApplicablePercent></ram:AppliedTradeTax>"
        "</ram:SpecifiedLogisticsServiceCharge><ram:SpecifiedLogisticsServiceCharge/>"
    )
    before = "<ram:SpecifiedTradePaymentTerms>"
    content = changed(before, logistics + before)
    (charge,) = read(content).charges

    assert (charge.amount, charge.reason) == (Money(580, "EUR"), "Van")
    assert charge.tax == plain().lines[0].tax
    assert "kept as a charge" in told(content)["carried_as_charge"]


TERMS = (
    "<ram:SpecifiedTradePaymentTerms><ram:Description>2 % in 10 days</ram:Description>"
    '<ram:DueDateDateTime><udt:DateTimeString format="102">20261201</udt:DateTimeString>'
    "</ram:DueDateDateTime><ram:ApplicableTradePaymentDiscountTerms>"
    '<ram:BasisPeriodMeasure unitCode="{unit}">{days}</ram:BasisPeriodMeasure>'
    "<ram:CalculationPercent>2</ram:CalculationPercent></ram:ApplicableTradePaymentDiscountTerms>"
    "</ram:SpecifiedTradePaymentTerms>"
)


def test_terms_with_a_discount_do_not_set_the_due_date() -> None:
    before = "<ram:SpecifiedTradePaymentTerms>"
    content = changed(before, TERMS.format(unit="DAY", days="10") + before)

    assert read(content).due_date == date(2026, 12, 21)
    assert read(content).discount == EarlyPaymentDiscount(Decimal(2), 10)
    assert any("2 % in 10 days" in finding.message for finding in cii.read(content).findings)


def test_terms_that_are_all_there_is_set_the_due_date() -> None:
    written = in_one_line(plain())
    start, end = (written.index(f"<{slash}ram:SpecifiedTradePaymentTerms>") for slash in ("", "/"))
    content = written[:start] + TERMS.format(unit="DAY", days="10") + written[end + 33 :]

    assert read(content.encode()).due_date == date(2026, 12, 1)
    assert read(content.encode()).terms == "2 % in 10 days"


@pytest.mark.parametrize(("unit", "days"), [("MON", "1"), ("DAY", "x"), ("DAY", "9999")])
def test_a_discount_that_is_no_number_of_days_is_told(unit: str, days: str) -> None:
    before = "<ram:SpecifiedTradePaymentTerms>"
    content = changed(before, TERMS.format(unit=unit, days=days) + before)

    assert read(content).discount is None
    assert "not_carried" in told(content)


def test_group_and_information_lines_do_not_count_twice() -> None:
    reason = "<ram:LineStatusReasonCode>GROUP</ram:LineStatusReasonCode>"
    written = in_one_line(plain())
    start = written.index("<ram:IncludedSupplyChainTradeLineItem>")
    end = written.index("<ram:ApplicableHeaderTradeAgreement>")
    group = written[start:end].replace("</ram:LineID>", f"</ram:LineID>{reason}")
    content = (written[:start] + group + written[start:]).encode()

    assert len(read(content).lines) == 1
    assert "a group or information line" in told(content)["not_carried"]


def test_a_second_means_of_another_kind_and_a_second_card_are_told() -> None:
    means = (
        "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>{}</ram:TypeCode>"
        "<ram:Information>other</ram:Information></ram:SpecifiedTradeSettlementPaymentMeans>"
    )
    before = "<ram:ApplicableTradeTax><ram:CalculatedAmount>"
    payment = PaymentInstructions(means="30", means_text="x", accounts=(BankAccount(account="1"),))
    invoice = replace(plain(), payment=payment)
    another = changed(before, means.format("48") + before, invoice)
    twice = changed(before, means.format("30") + before, invoice)

    assert read(another).payment == payment
    assert "PaymentMeans" in told(another)["not_carried"]
    assert "'other' is not carried" in told(twice)["not_carried"]


def test_a_reference_alone_is_payment_by_means_not_defined() -> None:
    before = "<ram:InvoiceCurrencyCode>"
    content = changed(before, f"<ram:PaymentReference>R-1</ram:PaymentReference>{before}")

    assert read(content).payment == PaymentInstructions(means="1", remittance="R-1")


def test_a_second_tax_point_is_told() -> None:
    written = cii.write(full()).decode()
    day = '<udt:DateString format="102">{}</udt:DateString>'
    content = day.format("20260101").join(written.rsplit(day.format("20261120"), 1)).encode()

    assert read(content).tax_point == full().tax_point
    assert "a second tax point" in told(content)["not_carried"]


def test_a_document_referenced_without_a_type_is_a_supporting_one() -> None:
    paper = (
        "<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>X</ram:IssuerAssignedID>"
        "</ram:AdditionalReferencedDocument><ram:AdditionalReferencedDocument>"
        "<ram:TypeCode>130</ram:TypeCode></ram:AdditionalReferencedDocument>"
        "<ram:AdditionalReferencedDocument/>"
    )
    before = "</ram:ApplicableHeaderTradeAgreement>"
    content = changed(before, paper + before)

    assert [one.reference for one in read(content).supporting] == ["X"]


def test_a_total_in_an_unknown_currency_is_told() -> None:
    total = '<ram:TaxTotalAmount currencyID="{}">1</ram:TaxTotalAmount>'
    before = "<ram:RoundingAmount>"
    unknown = changed(before, total.format("ZZZ") + before)
    third = changed(before, total.format("USD") + total.format("GBP") + before)

    assert "'ZZZ' is not a currency" in told(unknown)["currency"]
    assert read(third).totals.tax_in_tax_currency == Money(100, "USD")
    assert "TaxTotalAmount" in told(third)["not_carried"]


def test_profiles_without_lines_give_totals_and_say_so() -> None:
    written = in_one_line(plain())
    start = written.index("<ram:IncludedSupplyChainTradeLineItem>")
    end = written.index("<ram:ApplicableHeaderTradeAgreement>")
    bare = written[:start] + written[end:]
    content = bare.replace(CORE, ">urn:factur-x.eu:1p0:basicwl<").encode()
    reading = cii.read(content)

    assert reading.is_clean
    assert reading.invoice is not None
    assert reading.invoice.lines == ()
    assert reading.invoice.totals.due == Money(36000, "EUR")
    assert "the profile BASIC WL states totals" in told(content)["profile_without_lines"]
    assert not cii.read(bare.encode()).is_clean


def test_a_test_document_is_told_and_a_real_one_is_not() -> None:
    mark = "<ram:TestIndicator><udt:Indicator>{}</udt:Indicator></ram:TestIndicator>"
    before = "<ram:GuidelineSpecified"

    assert "test document" in told(changed(before, mark.format("true") + before))["not_carried"]
    assert told(changed(before, mark.format("false") + before)) == {}


def test_an_element_that_lost_its_namespace_is_told() -> None:
    content = changed(
        "<ram:PostcodeCode>75001</ram:PostcodeCode>", "<PostcodeCode>1</PostcodeCode>"
    )

    assert "has no namespace" in told(content)["not_carried"]


def test_an_identifier_with_a_scheme_where_none_belongs_is_told() -> None:
    content = changed("<ram:SellerAssignedID>", '<ram:SellerAssignedID schemeID="Z">', full())

    assert told(content)["not_carried"] == "the scheme 'Z' is not carried"


def test_zugferd_1_is_named() -> None:
    content = b'<CrossIndustryDocument xmlns="urn:ferd:CrossIndustryDocument:invoice:1p0"/>'

    assert "this is ZUGFeRD 1" in told(content)["zugferd_1"]
