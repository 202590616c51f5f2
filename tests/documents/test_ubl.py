"""UBL: every term goes out and comes back; what others write otherwise is understood or told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from net30.documents import ubl
from net30.domain.invoice import (
    PRO_FORMA,
    BankAccount,
    Invoice,
    PaymentInstructions,
    References,
)
from net30.domain.line import Period
from net30.domain.party import Identifier, Party
from net30.domain.terms import EarlyPaymentDiscount
from net30.kernel.errors import InputError
from net30.kernel.findings import Severity
from net30.kernel.money import Money
from tests.documents.einvoices import african, credit, full, plain, untaxed

CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"


def read(content: bytes) -> Invoice:
    """The invoice that net30 reads; a refusal fails the test with its reasons."""
    reading = ubl.read(content)
    assert reading.invoice is not None, reading.findings
    return reading.invoice


def told(content: bytes) -> dict[str, str]:
    """What reading tells: the last message of each code."""
    return {finding.code: finding.message for finding in ubl.read(content).findings}


def changed(before: str, after: str, invoice: Invoice | None = None) -> bytes:
    """A written invoice with one piece said in another way."""
    written = ubl.write(invoice or plain()).decode()
    assert before in written, written
    return written.replace(before, after, 1).encode()


def test_every_term_comes_back() -> None:
    assert read(ubl.write(full())) == full()


def test_every_term_of_a_credit_note_comes_back_from_its_other_places() -> None:
    root = etree.fromstring(ubl.write(credit(full())))

    assert etree.QName(root).localname == "CreditNote"
    assert root.find(f"{CBC}DueDate") is None
    assert root.find(f".//{CBC}PaymentDueDate") is not None
    assert read(ubl.write(credit(full()))) == credit(full())


def test_a_credit_note_without_payment_instructions_keeps_its_due_date() -> None:
    note = credit(plain())

    assert read(ubl.write(note)) == note


def test_the_same_invoice_gives_the_same_bytes() -> None:
    assert ubl.write(full()) == ubl.write(full())


def test_francs_have_no_decimals_and_a_ninea_is_no_vat_identifier() -> None:
    written = ubl.write(african()).decode()

    assert '<cbc:PayableAmount currencyID="XOF">4248000</cbc:PayableAmount>' in written
    assert "<cbc:ID>FC</cbc:ID>" in written
    # BR-CO-26 wants an identifier besides the tax number: the seller's stands twice.
    assert written.count("005467821 2G3") == 2
    assert read(written.encode()) == african()


def test_what_is_not_subject_to_vat_says_no_rate() -> None:
    written = ubl.write(untaxed())

    assert b"Percent" not in written
    assert read(written) == untaxed()
    assert ubl.read(written).findings == ()


def test_a_sales_order_without_an_order_gets_the_placeholder_ubl_demands() -> None:
    invoice = replace(plain(), references=References(sales_order="S-1"))

    assert b"<cbc:ID>NA</cbc:ID>" in ubl.write(invoice)
    assert read(ubl.write(invoice)) == invoice


def test_the_creditor_identifier_is_the_sellers_when_nobody_else_is_paid() -> None:
    payment = PaymentInstructions(means="59", creditor_id="FR72ZZZ123456", mandate="M-1")
    invoice = replace(plain(), payment=payment)

    assert b'<cbc:ID schemeID="SEPA">FR72ZZZ123456</cbc:ID>' in ubl.write(invoice)
    assert read(ubl.write(invoice)) == invoice


def test_a_gross_price_without_a_discount_says_that_the_discount_is_nothing() -> None:
    line = replace(plain().lines[0], gross_price=Decimal(300))
    invoice = replace(plain(), lines=(line,))

    assert read(ubl.write(invoice)).lines[0].price_discount == 0


def test_a_customer_with_two_identifiers_says_the_one_with_a_scheme() -> None:
    ids = (Identifier("C-1"), Identifier("5790000435975", "0088"))
    invoice = replace(plain(), customer=replace(plain().customer, ids=ids))

    assert read(ubl.write(invoice)).customer.ids == ids[1:]


def test_control_characters_are_left_out_because_xml_cannot_hold_them() -> None:
    line = replace(plain().lines[0], name="Bell\x07 & \ud800<b>", unit="C\x0062")
    invoice = replace(plain(), lines=(line,))

    assert read(ubl.write(invoice)).lines[0].name == "Bell & <b>"
    assert read(ubl.write(invoice)).lines[0].unit == "C62"


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("", "urn:cen.eu:en16931:2017"),
        ("urn:cen.eu:en16931:2017#compliant#urn:x", "urn:cen.eu:en16931:2017#compliant#urn:x"),
        ("urn:cen.eu:en16931:2017#conformant#urn:x", "urn:cen.eu:en16931:2017"),
        ("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", "urn:cen.eu:en16931:2017"),
        ("urn:cen.eu:en16931:2017#compliant#urn:zugferd.de:2p0:basic", "urn:cen.eu:en16931:2017"),
    ],
)  # fmt: skip
def test_a_document_claims_the_core_or_the_usage_it_names(stated: str, written: str) -> None:
    invoice = replace(plain(), specification=stated)

    assert read(ubl.write(invoice)).specification == written


def test_a_quote_is_not_written() -> None:
    with pytest.raises(InputError, match="claims nothing"):
        ubl.write(replace(plain(), type_code=PRO_FORMA))


def test_an_invoice_without_lines_is_not_written() -> None:
    with pytest.raises(InputError) as refused:
        ubl.write(replace(plain(), lines=()))

    assert refused.value.code == "BR-16"


def test_a_draft_is_written_without_its_number_so_no_validator_takes_it() -> None:
    written = ubl.write(replace(plain(), number=""))

    assert read(written).number == ""
    assert "BR-02" in told(written)


def test_any_prefix_will_do() -> None:
    other = ubl.write(plain()).replace(b"cbc:", b"b:").replace(b"xmlns:cbc", b"xmlns:b")

    assert read(other) == plain()


def test_a_discount_that_machines_can_read_is_read_from_the_terms() -> None:
    terms = "#SKONTO#TAGE=7#PROZENT=2.00#\n#SKONTO#TAGE=14#PROZENT=1.00#"
    invoice = read(ubl.write(replace(plain(), terms=terms)))

    assert invoice.discount == EarlyPaymentDiscount(Decimal("2.00"), 7)
    assert invoice.terms == terms
    assert read(ubl.write(invoice)) == invoice


def test_net_30_in_words_gives_the_due_date_and_2_10_the_discount() -> None:
    written = ubl.write(replace(plain(), due_date=None, terms="2/10 net 30"))

    assert read(written).due_date == date(2026, 12, 21)
    assert read(written).discount == EarlyPaymentDiscount(Decimal(2), 10)
    assert "follows from the terms" in told(written)["due_date_derived"]


@pytest.mark.parametrize(
    "terms", ["payable at once", "net 9999", "500/10 and so on", "#SKONTO#TAGE=5#PROZENT=120#"]
)
def test_terms_that_say_no_day_leave_the_due_date_empty(terms: str) -> None:
    invoice = read(ubl.write(replace(plain(), due_date=None, terms=terms)))

    assert invoice.due_date is None
    assert invoice.discount is None
    assert invoice.terms == terms


def test_absurd_discounts_in_plain_terms_are_no_discount() -> None:
    invoice = read(ubl.write(replace(plain(), terms="2/999 net 30")))

    assert invoice.discount is None


def test_the_stated_due_date_wins_over_the_terms() -> None:
    assert read(ubl.write(replace(plain(), terms="net 90"))).due_date == plain().due_date


def test_an_amount_with_too_many_decimals_is_rounded_and_told() -> None:
    content = changed(">300.00</cbc:LineExtensionAmount>", ">300.005</cbc:LineExtensionAmount>")

    assert read(content).totals.line_net == Money(30001, "EUR")
    assert (
        told(content)["BR-DEC"] == "300.005 has more decimals than EUR allows; kept as 300.01 EUR"
    )


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (">360.00</cbc:PayableAmount>", ">3,60</cbc:PayableAmount>", "number"),
        (">360.00</cbc:PayableAmount>", f">{'9' * 30}</cbc:PayableAmount>", "amount_too_large"),
        ('"EUR">360.00</cbc:PayableAmount>', '"USD">360.00</cbc:PayableAmount>', "currency"),
        ("<cbc:IssueDate>2026-11-21", "<cbc:IssueDate>2026-02-30", "BR-03"),
        ("<cbc:IssueDate>2026-11-21</cbc:IssueDate>", "", "BR-03"),
        (">EUR</cbc:DocumentCurrencyCode>", ">EURO</cbc:DocumentCurrencyCode>", "BR-05"),
        (">EUR</cbc:DocumentCurrencyCode>", "></cbc:DocumentCurrencyCode>", "BR-05"),
        ("<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "", "BR-04"),
        ("<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>", "", "BR-01"),
        ("urn:cen.eu:en16931:2017<", "urn:cen.eu:en16931:2017:extended<", "unknown_profile"),
        ("<cbc:RegistrationName>Acme SARL</cbc:RegistrationName>", "", "BR-06"),
        (">S</cbc:ID>", ">Q</cbc:ID>", "BR-CL-18"),
        ("<cbc:ID>S</cbc:ID>", "", "BR-CL-18"),
        ("<cbc:Percent>20</cbc:Percent>", "", "BR-48"),
        ('<cbc:PriceAmount currencyID="EUR">300</cbc:PriceAmount>', "", "BR-26"),
        ('<cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>', "", "BR-22"),
        (' unitCode="C62">1<', ">1<", "BR-23"),
        ("<cbc:Name>Training</cbc:Name>", "", "BR-25"),
        ("<cbc:ID>2</cbc:ID>", "", "BR-21"),
        ('<cbc:LineExtensionAmount currencyID="EUR">300.00</cbc:LineExtensionAmount>', "", "BR-12"),
        ('<cbc:TaxExclusiveAmount currencyID="EUR">300.00</cbc:TaxExclusiveAmount>', "", "BR-13"),
        ('<cbc:TaxInclusiveAmount currencyID="EUR">360.00</cbc:TaxInclusiveAmount>', "", "BR-14"),
        ('<cbc:PayableAmount currencyID="EUR">360.00</cbc:PayableAmount>', "", "BR-15"),
        ('<cbc:TaxableAmount currencyID="EUR">300.00</cbc:TaxableAmount>', "", "BR-45"),
        ("<cbc:ID>VAT</cbc:ID>", "<cbc:ID>GST</cbc:ID>", "not_carried"),
    ],
)  # fmt: skip
def test_each_fault_is_told_by_its_rule(before: str, after: str, code: str) -> None:
    assert code in told(changed(before, after))


def test_a_line_without_a_net_amount_is_worked_out_and_told() -> None:
    written = ubl.write(plain()).decode()
    at = written.index("<cac:InvoiceLine>")
    amount = '<cbc:LineExtensionAmount currencyID="EUR">300.00</cbc:LineExtensionAmount>'
    content = (written[:at] + written[at:].replace(amount, "")).encode()

    assert read(content).lines[0].net == Money(30000, "EUR")
    assert "taken as 300.00 EUR" in told(content)["BR-24"]


def test_a_missing_party_is_told_and_stays_empty() -> None:
    written = ubl.write(plain()).decode()
    start, end = (written.index(f"<{slash}cac:AccountingCustomerParty>") for slash in ("", "/"))
    content = (written[:start] + written[end + len("</cac:AccountingCustomerParty>") :]).encode()

    assert read(content).customer == Party(name="")
    assert told(content)["BR-07"]


def test_a_trading_name_stands_in_for_a_missing_name() -> None:
    content = changed("<cbc:RegistrationName>Acme SARL</cbc:RegistrationName>", "")

    assert read(content).seller.name == "Acme"
    assert "stands in" in told(content)["BR-06"]


@pytest.mark.parametrize("day", ["2026-11-21Z", "2026-11-21+01:00", " 2026-11-21T00:00:00 "])
def test_a_time_zone_behind_a_day_is_dropped(day: str) -> None:
    content = changed("<cbc:IssueDate>2026-11-21<", f"<cbc:IssueDate>{day}<")

    assert read(content).issue_date == date(2026, 11, 21)


def test_empty_elements_say_nothing() -> None:
    content = changed("<cbc:InvoiceTypeCode>", "<cbc:DueDate/><cbc:Note/><cbc:InvoiceTypeCode>")

    assert read(content).notes == ()
    assert ubl.read(content).findings == ()


def test_what_has_no_place_is_told_with_where_it_stands() -> None:
    content = changed("<cbc:IssueDate>", "<cbc:UUID>abc</cbc:UUID><cbc:IssueDate>")
    (finding,) = ubl.read(content).findings

    assert finding.message == "net30 does not carry UUID: 'abc'"
    assert finding.path == "/Invoice/UUID"
    assert finding.severity is Severity.NOTE


def test_a_great_many_left_out_pieces_are_counted() -> None:
    many = "<cbc:UUID>a</cbc:UUID>" * 150
    findings = ubl.read(changed("<cbc:IssueDate>", f"{many}<cbc:IssueDate>")).findings

    assert len(findings) == 101
    assert findings[-1].message == "50 more elements are not carried"


def test_a_great_many_findings_are_counted() -> None:
    lines = tuple(replace(plain().lines[0], id=str(at)) for at in range(1100))
    content = ubl.write(replace(plain(), lines=lines)).replace(b' unitCode="C62"', b"")

    assert told(content)["more"] == "100 more findings are left out"


def test_more_lines_than_any_invoice_has_are_refused() -> None:
    head, line = ubl.write(plain()).split(b"<cac:InvoiceLine>")
    reading = ubl.read(head + b"<cac:InvoiceLine/>" * 10_001 + b"</Invoice>")

    assert reading.invoice is None
    assert [finding.code for finding in reading.findings] == ["too_many_lines"]
    assert line


def test_an_attachment_that_is_no_base64_is_told_and_left_out() -> None:
    content = changed("YTtiCjE7Mgo=", "%%%", full())

    assert read(content).supporting[1].content == b""
    assert "not valid base64" in told(content)["attachment"]


def test_attachments_beyond_the_limit_are_told_and_left_out() -> None:
    paper = replace(full().supporting[1], content=bytes(6_000_000))
    content = ubl.write(replace(plain(), supporting=(paper, paper)))

    assert [len(one.content) for one in read(content).supporting] == [6_000_000, 0]
    assert "left out" in told(content)["attachment_size"]


def test_a_second_payment_means_of_another_kind_is_told() -> None:
    payment = PaymentInstructions(means="30", accounts=(BankAccount(account="FR76"),))
    other = "<cac:PaymentMeans><cbc:PaymentMeansCode>48</cbc:PaymentMeansCode></cac:PaymentMeans>"
    content = changed("<cac:TaxTotal>", f"{other}<cac:TaxTotal>", replace(plain(), payment=payment))

    assert read(content).payment == payment
    assert "PaymentMeans: '48'" in told(content)["not_carried"]


def test_a_second_payment_reference_is_told() -> None:
    payment = replace(full().payment or PaymentInstructions(), remittance="R-1")
    written = ubl.write(replace(full(), payment=payment)).decode()
    first, second = "<cbc:PaymentID>R-1<", "<cbc:PaymentID>R-2<"
    content = second.join(written.rsplit(first, 1)).encode()

    assert read(content).payment == payment
    assert "'R-2' is not carried" in told(content)["not_carried"]


def test_payment_means_without_a_code_are_taken_as_not_defined() -> None:
    payment = PaymentInstructions(means="30", remittance="R-1")
    content = changed(
        "<cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>", "", replace(plain(), payment=payment)
    )

    assert read(content).payment == PaymentInstructions(means="1", remittance="R-1")
    assert told(content)["BR-49"]


def test_allowances_without_an_amount_are_left_out_and_told() -> None:
    content = changed('<cbc:Amount currencyID="EUR">10.00</cbc:Amount>', "", full())

    assert read(content).allowances == ()
    assert told(content)["BR-31"]


def test_an_indicator_that_says_nothing_counts_as_an_allowance() -> None:
    content = changed("<cbc:ChargeIndicator>true<", "<cbc:ChargeIndicator>maybe<", full())

    assert told(content)["CII-SR-463"].startswith("the charge indicator says 'maybe'")


def test_a_reason_for_no_tax_on_the_line_that_differs_is_told() -> None:
    reason = "<cbc:TaxExemptionReason>Because</cbc:TaxExemptionReason>"
    written = ubl.write(full()).decode()
    at = written.rindex("<cac:TaxScheme>")
    content = (written[:at] + reason + written[at:]).encode()

    assert read(content).lines[1].tax.reason == "Article 261"
    assert "'Because'" in told(content)["not_carried"]


def test_totals_in_a_third_currency_or_twice_are_told() -> None:
    total = '<cac:TaxTotal><cbc:TaxAmount currencyID="{}">1</cbc:TaxAmount></cac:TaxTotal>'
    twice = total.format("EUR") + total.format("EUR")
    content = changed("<cac:LegalMonetaryTotal>", f"{twice}<cac:LegalMonetaryTotal>")
    unknown = changed("<cac:LegalMonetaryTotal>", f"{total.format('ZZZ')}<cac:LegalMonetaryTotal>")

    assert "TaxTotal" in told(content)["not_carried"]
    assert "'ZZZ' is not a currency" in told(unknown)["currency"]


def test_a_tax_total_without_an_amount_follows_from_its_rows() -> None:
    amount = '<cbc:TaxAmount currencyID="EUR">60.00</cbc:TaxAmount>'
    content = changed(amount, "")

    assert read(content).totals.tax == Money(6000, "EUR")
    assert told(content)["BT-110"]


def test_a_supporting_document_without_a_reference_is_told() -> None:
    content = changed("<cbc:ID>A-1</cbc:ID>", "", full())

    assert read(content).supporting[0].reference == ""
    assert told(content)["BR-52"]


def test_an_attribute_without_a_value_is_told() -> None:
    content = changed("<cbc:Value>white</cbc:Value>", "", full())

    assert read(content).lines[0].attributes[0] == ("Colour", "")
    assert told(content)["BR-54"]


def test_an_open_period_stays_open() -> None:
    invoice = replace(plain(), period=Period(end=date(2026, 11, 30)), tax_point_code="35")

    assert read(ubl.write(invoice)) == invoice


def test_another_ubl_document_is_named_and_not_read() -> None:
    content = b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'

    assert "a Order" in told(content)["not_an_invoice"]


def test_an_envelope_around_the_invoice_is_opened() -> None:
    space = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    inner = ubl.write(plain()).split(b"?>", 1)[1]
    content = b'<StandardBusinessDocument xmlns="%b"><H/>%b</StandardBusinessDocument>' % (
        space.encode(),
        inner,
    )

    assert read(content) == plain()
    assert "inside a StandardBusinessDocument" in told(content)["envelope"]


def test_amounts_beyond_any_account_end_in_a_finding() -> None:
    rows = (replace(plain().totals.breakdown[0], tax=Money(9 * 10**17, "EUR")),) * 2
    totals = replace(plain().totals, breakdown=rows)
    content = changed(
        '<cbc:TaxAmount currencyID="EUR">60.00</cbc:TaxAmount>', "", replace(plain(), totals=totals)
    )

    assert ubl.read(content).invoice is None
    assert "is too large" in told(content)["amount_too_large"]
