"""QR codes: the payloads banks read, only where they can pay."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from net30.documents import pdf
from net30.documents.style import Style
from net30.documents.view import epc, qr, swiss
from net30.documents.view.presentation import present
from net30.domain.invoice import BankAccount, Invoice, PaymentInstructions
from net30.domain.party import Address, Party
from net30.kernel.money import Money
from tests.documents import examples

GERMAN = "DE89 3704 0044 0532 0130 00"
SWISS = "CH93 0076 2011 6238 5295 7"
SWISS_QR = "CH44 3199 9123 0008 8901 2"
QR_REFERENCE = "21 00000 00003 13947 14300 09017"


def _due(money: Money, account: str, remittance: str = "", bic: str = "") -> Invoice:
    whole = examples.invoice()
    paying = PaymentInstructions(
        accounts=(BankAccount(account=account, holder="Ébène & Fils", bic=bic),),
        remittance=remittance,
    )
    home = Address(line1="Bahnhofstrasse 1", postcode="8001", city="Zürich", country="CH")
    return replace(
        whole,
        currency=money.currency,
        seller=replace(whole.seller, address=home),
        totals=replace(whole.totals, due=money),
        payment=paying,
    )


def _swiss_lines(invoice: Invoice) -> list[str]:
    bill = swiss.swiss_bill(invoice)
    assert bill is not None
    return swiss.payload(bill).split("\n")


def test_a_sepa_payload_has_the_epcs_lines() -> None:
    invoice = _due(Money(1999, "EUR"), GERMAN, bic="COBADEFFXXX")
    assert epc.payload(invoice).split("\n") == [
        "BCD", "002", "1", "SCT", "COBADEFFXXX", "Ébène & Fils", "DE89370400440532013000",
        "EUR19.99", "", "", "FAC-2026-000118",
    ]  # fmt: skip


def test_a_creditor_reference_goes_to_its_own_line() -> None:
    lines = epc.payload(_due(Money(1, "EUR"), GERMAN, "RF18 5390 0754 7034", "wrong")).split("\n")
    assert lines[4] == ""
    assert lines[9:] == ["RF18539007547034"]


@pytest.mark.parametrize(
    ("money", "account"),
    [
        (Money(1999, "USD"), GERMAN),
        (Money(0, "EUR"), GERMAN),
        (Money(10**11, "EUR"), GERMAN),
        (Money(1999, "EUR"), "DE89 3704 0044 0532 0130 01"),
        (Money(1999, "EUR"), "not an account"),
    ],
)
def test_no_sepa_code_where_no_transfer_could_be_made(money: Money, account: str) -> None:
    assert epc.payload(_due(money, account)) == ""


def test_without_payment_instructions_there_is_nothing_to_encode() -> None:
    invoice = replace(_due(Money(1, "EUR"), GERMAN), payment=None)
    assert epc.payload(invoice) == ""
    assert swiss.swiss_bill(invoice) is None


def test_a_payload_too_long_for_the_standard_is_left_out() -> None:
    assert epc.payload(_due(Money(1, "EUR"), GERMAN, "é" * 140)) == ""


def test_a_swiss_payload_has_the_guidelines_lines() -> None:
    lines = _swiss_lines(_due(Money(194_975, "CHF"), SWISS_QR, QR_REFERENCE))
    assert lines[:11] == [
        "SPC", "0200", "1", "CH4431999123000889012", "S", "Société Ébène & Fils",
        "Bahnhofstrasse 1", "", "8001", "Zürich", "CH",
    ]  # fmt: skip
    assert lines[11:18] == [""] * 7
    assert lines[18:20] == ["1949.75", "CHF"]
    assert lines[20] == "S"
    assert lines[22:27] == ["Immeuble Rivonia, 4e étage", "", "", "Dakar", "SN"]
    assert lines[27:] == ["QRR", "210000000003139471430009017", "", "EPD"]


@pytest.mark.parametrize(
    ("account", "remittance", "kind", "message"),
    [
        (SWISS, "", "NON", "FAC-2026-000118"),
        (SWISS, "RF18 5390 0754 7034", "SCOR", ""),
        (SWISS, "Rechnung 7", "NON", "Rechnung 7"),
    ],
)
def test_a_plain_swiss_account_takes_no_qr_reference(
    account: str, remittance: str, kind: str, message: str
) -> None:
    lines = _swiss_lines(_due(Money(100, "CHF"), account, remittance))
    assert (lines[27], lines[29]) == (kind, message)


@pytest.mark.parametrize(
    ("money", "account", "remittance"),
    [
        (Money(100, "CHF"), SWISS_QR, ""),
        (Money(100, "CHF"), SWISS_QR, "210000000003139471430009018"),
        (Money(100, "CHF"), GERMAN, ""),
        (Money(100, "USD"), SWISS, ""),
        (Money(0, "CHF"), SWISS, ""),
    ],
)
def test_no_swiss_code_where_the_rules_are_not_kept(
    money: Money, account: str, remittance: str
) -> None:
    assert swiss.swiss_bill(_due(money, account, remittance)) is None


def test_a_creditor_without_a_town_has_no_swiss_code() -> None:
    invoice = _due(Money(100, "CHF"), SWISS)
    nowhere = replace(invoice.seller, address=Address(country="CH"))
    assert swiss.swiss_bill(replace(invoice, seller=nowhere)) is None


def test_a_customer_without_a_town_is_left_out() -> None:
    invoice = _due(Money(100, "CHF"), SWISS)
    nowhere = replace(invoice.customer, address=Address())
    lines = _swiss_lines(replace(invoice, customer=nowhere))
    assert lines[20:27] == [""] * 7


@pytest.mark.parametrize("text", ["", "12", "x" * 27, "210000000003139471430009018"])
def test_what_is_no_qr_reference(text: str) -> None:
    assert not swiss.is_qr_reference(text)


def test_the_swiss_code_carries_its_cross_and_the_plain_one_does_not() -> None:
    page = present(_due(Money(100, "CHF"), SWISS), Style(language="de"))
    assert page.pay_code is not None
    assert page.pay_code.svg.count("<rect") == 4
    plain = present(_due(Money(100, "EUR"), GERMAN), Style(language="de"))
    assert plain.pay_code is not None
    assert "<rect" not in plain.pay_code.svg
    assert "SEPA" in plain.pay_code.alt


def test_what_no_phone_could_read_is_not_drawn() -> None:
    assert qr.draw("") is qr.draw("x" * 1001) is None
    stamp = examples.credit_note().stamp
    assert stamp is not None
    huge = replace(examples.credit_note(), stamp=replace(stamp, qr_payload="x" * 5000))
    fiscal = present(huge, Style()).fiscal
    assert fiscal is not None
    assert fiscal.code is None


def test_a_swiss_invoice_ends_with_its_payment_slip() -> None:
    pages = PdfReader(BytesIO(pdf.write(_swiss_invoice(), Style(language="de")))).pages
    text = " ".join(pages[-1].extract_text().split())
    for expected in (
        "Empfangsschein", "Zahlteil", "Konto / Zahlbar an CH44 3199 9123 0008 8901 2",
        "Referenz 21 00000 00003 13947 14300 09017", "Zahlbar durch Pia Rutschmann",
        "9400 Rorschach", "CHF 1 949.75", "Annahmestelle",
    ):  # fmt: skip
        assert expected in text


@pytest.mark.parametrize(
    ("language", "heading"), [("fr", "Section paiement"), ("es", "Payment part")]
)
def test_the_slip_speaks_the_style_guides_languages(language: str, heading: str) -> None:
    slip = present(_swiss_invoice(), Style(language=language)).slip
    assert slip is not None
    assert slip.words["payment"] == heading


def test_a_payer_without_an_address_is_left_open() -> None:
    slip = present(replace(_swiss_invoice(), customer=Party(name="X")), Style()).slip
    assert slip is not None
    assert slip.payer == ()


def test_a_creditor_reference_stands_in_groups_of_four() -> None:
    scor = _due(Money(100, "CHF"), SWISS, "RF18 5390 0754 7034")
    abroad = replace(scor, customer=replace(scor.customer, name="X"))
    slip = present(abroad, Style()).slip
    assert slip is not None
    assert slip.reference == "RF18 5390 0754 7034"
    assert slip.payer[-1] == "SN-Dakar"


def test_a_draft_has_no_slip() -> None:
    assert present(replace(_swiss_invoice(), number=""), Style()).slip is None


def _swiss_invoice() -> Invoice:
    home = Address(line1="Marktgasse 28", postcode="9400", city="Rorschach", country="CH")
    invoice = _due(Money(194_975, "CHF"), SWISS_QR, QR_REFERENCE)
    return replace(invoice, customer=Party(name="Pia Rutschmann", address=home))
