"""One invoice with everything EN 16931 can say, and ways to say it wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from net30.domain.invoice import (
    CREDIT_NOTE,
    INVOICE,
    BankAccount,
    Delivery,
    Invoice,
    Note,
    PaymentInstructions,
    PrecedingInvoice,
    References,
    SupportingDocument,
)
from net30.domain.line import AllowanceCharge, Classification, Line, Period
from net30.domain.party import Address, Contact, Identifier, Party, TaxRepresentative
from net30.domain.tax import TaxCategory, TaxRate
from net30.domain.terms import EarlyPaymentDiscount
from net30.domain.totals import Settling, compute_totals
from net30.kernel.money import Money

CORE = "urn:cen.eu:en16931:2017"
STANDARD = TaxRate(TaxCategory.STANDARD, Decimal(20))
EXEMPT = TaxRate(TaxCategory.EXEMPT, Decimal(0), "Article 261", "VATEX-EU-132")
IBAN = "FR7630006000011234567890189"


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def address(of: str, country: str) -> Address:
    return Address(
        line1=f"{of} street",
        line2=f"{of} building",
        line3=f"{of} floor",
        postcode="75001",
        city=f"{of} city",
        subdivision=f"{of} region",
        country=country,
    )


SELLER = Party(
    name="Acme SARL",
    trading_name="Acme",
    ids=(Identifier("V-1"), Identifier("5790000436057", "0088")),
    legal_id=Identifier("403265045", "0002"),
    vat_id="FR40303265045",
    tax_id="T-77",
    legal_form="SARL au capital de 10 000 €",
    endpoint=Identifier("403265045", "0002"),
    address=address("Seller", "FR"),
    contact=Contact(name="Ann", phone="+33 1 23", email="ann@acme.example"),
)
CUSTOMER = Party(
    name="Beta GmbH",
    trading_name="Beta",
    ids=(Identifier("5790000435975", "0088"),),
    legal_id=Identifier("HRB 1", "0204"),
    vat_id="DE136695976",
    endpoint=Identifier("DE136695976", "9930"),
    address=address("Customer", "DE"),
    contact=Contact(name="Bob", phone="+49 1", email="bob@beta.example"),
)


def full() -> Invoice:
    """Every business term at least once, in two currencies, with a direct debit and attachments."""
    lines = (_first_line(), _second_line())
    allowances = (
        AllowanceCharge(
            amount=euros(1000),
            base=euros(10000),
            percent=Decimal(10),
            reason="Discount",
            reason_code="95",
            tax=STANDARD,
        ),
    )
    charges = (
        AllowanceCharge(amount=euros(500), reason="Freight", reason_code="FC", tax=STANDARD),
    )
    settling = Settling(
        prepaid=euros(1000),
        cash_step=5,
        tax_currency="USD",
        exchange_rate=Decimal("1.1"),
    )
    return Invoice(
        id="",
        number="INV-2026-000007",
        type_code=INVOICE,
        currency="EUR",
        issue_date=date(2026, 11, 21),
        due_date=date(2026, 12, 21),
        tax_point=date(2026, 11, 20),
        seller=SELLER,
        customer=CUSTOMER,
        lines=lines,
        allowances=allowances,
        charges=charges,
        totals=compute_totals("EUR", lines, allowances, charges, settling),
        tax_currency="USD",
        terms="30 days\nnet",
        discount=EarlyPaymentDiscount(Decimal("2.5"), 10),
        payee=Party(
            name="Factor SA", ids=(Identifier("F-1"),), legal_id=Identifier("552100554", "0002")
        ),
        tax_representative=TaxRepresentative(
            name="Agent SA", vat_id="FR12345678901", address=address("Agent", "FR")
        ),
        delivery=Delivery(
            name="Warehouse",
            location=Identifier("L-1", "0088"),
            day=date(2026, 11, 19),
            address=address("Warehouse", "DE"),
        ),
        period=Period(start=date(2026, 11, 1), end=date(2026, 11, 30)),
        payment=PaymentInstructions(
            means="59",
            means_text="SEPA direct debit",
            remittance="INV-2026-000007",
            accounts=(
                BankAccount(account=IBAN, holder="Acme", bic="AGRIFRPP"),
                BankAccount(account="12345"),
            ),
            card_number="4111",
            card_holder="Bob",
            mandate="M-1",
            creditor_id="FR72ZZZ123456",
            debited_account=IBAN,
        ),
        references=References(
            buyer="04011000-12345-34",
            project="P-1",
            contract="C-1",
            order="O-1",
            sales_order="S-1",
            receiving_advice="R-1",
            despatch_advice="D-1",
            tender="T-1",
            invoiced_object=Identifier("X-1", "ABT"),
            accounting="4711",
        ),
        preceding=(PrecedingInvoice("INV-1", date(2026, 1, 1)), PrecedingInvoice("INV-2")),
        notes=(Note("Thank you", "AAI"), Note("Second note")),
        supporting=(
            SupportingDocument(reference="A-1", description="Sheet", uri="https://acme.example/a"),
            SupportingDocument(
                reference="A-2", filename="a.csv", media_type="text/csv", content=b"a;b\n1;2\n"
            ),
        ),
        process="urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        specification=CORE,
    )


def _first_line() -> Line:
    line = Line(
        id="1",
        name="Paper",
        description="White, 80 g",
        note="Fragile",
        quantity=Decimal("12.5"),
        unit="XPK",
        unit_price=Decimal("99.5"),
        gross_price=Decimal("100.25"),
        price_discount=Decimal("0.75"),
        base_quantity=Decimal(10),
        base_unit="XPK",
        tax=STANDARD,
        allowances=(AllowanceCharge(amount=euros(100), reason="Old stock", reason_code="60"),),
        charges=(
            AllowanceCharge(
                amount=euros(124), base=euros(12438), percent=Decimal(1), reason="Handling"
            ),
        ),
        period=Period(start=date(2026, 11, 2)),
        object_id=Identifier("METER-1", "ABT"),
        order_line="10",
        accounting="4712",
        seller_item_id="S-100",
        buyer_item_id="B-100",
        standard_item_id=Identifier("04012345123456", "0160"),
        classifications=(Classification(code="14111507", scheme="TST", version="19"),),
        origin_country="FI",
        attributes=(("Colour", "white"), ("Format", "A4")),
        net=euros(0),
    )
    return replace(line, net=line.computed_net)


def _second_line() -> Line:
    return Line(
        id="2",
        name="Training",
        quantity=Decimal(1),
        unit_price=Decimal(300),
        tax=EXEMPT,
        net=euros(30000),
    )


def plain() -> Invoice:
    """The least that an invoice must say."""
    whole = full()
    line = replace(_second_line(), tax=STANDARD)
    return Invoice(
        id="",
        number="INV-1",
        type_code=INVOICE,
        currency="EUR",
        issue_date=whole.issue_date,
        due_date=whole.due_date,
        seller=replace(SELLER, contact=Contact()),
        customer=CUSTOMER,
        lines=(line,),
        totals=compute_totals("EUR", (line,)),
        specification=CORE,
    )


def credit(invoice: Invoice) -> Invoice:
    """The same as a credit note; UBL has another root for it, and other places."""
    return replace(invoice, type_code=CREDIT_NOTE)


def african() -> Invoice:
    """A seller and a customer of Senegal, known by their NINEA, in francs without decimals."""
    line = Line(
        id="1",
        name="Conseil",
        quantity=Decimal(40),
        unit="HUR",
        unit_price=Decimal(90000),
        tax=TaxRate(TaxCategory.STANDARD, Decimal(18)),
        net=Money(3_600_000, "XOF"),
    )
    ninea = "005467821 2G3"
    return replace(
        plain(),
        currency="XOF",
        seller=Party(name="Ébène", tax_id=ninea, address=Address(city="Dakar", country="SN")),
        customer=Party(name="Awa", tax_id="0012345", address=Address(city="Thiès", country="SN")),
        lines=(line,),
        totals=compute_totals("XOF", (line,)),
    )


def untaxed() -> Invoice:
    """Nobody here has to do with VAT: category O, whose rate may not even be said."""
    outside = TaxRate(TaxCategory.OUT_OF_SCOPE, Decimal(0), "Not subject to VAT", "VATEX-EU-O")
    line = replace(plain().lines[0], tax=outside)
    charge = AllowanceCharge(amount=euros(500), reason="Freight", tax=outside)
    return replace(
        plain(),
        seller=replace(SELLER, vat_id="", tax_id=""),
        customer=replace(CUSTOMER, vat_id=""),
        lines=(line,),
        charges=(charge,),
        totals=compute_totals("EUR", (line,), charges=(charge,)),
    )
