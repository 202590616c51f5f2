"""The documents that pictures, golden texts and proofs are made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from net30.domain.invoice import (
    CREDIT_NOTE,
    INVOICE,
    BankAccount,
    FiscalStamp,
    Invoice,
    Note,
    PaymentInstructions,
    PrecedingInvoice,
    References,
)
from net30.domain.line import AllowanceCharge, Line, Period
from net30.domain.party import Address, Contact, Identifier, Party
from net30.domain.tax import TaxCategory, TaxRate
from net30.domain.terms import EarlyPaymentDiscount
from net30.domain.totals import Settling, compute_totals
from net30.kernel.money import Money

FULL = TaxRate(TaxCategory.STANDARD, Decimal(18))
REDUCED = TaxRate(TaxCategory.STANDARD, Decimal(9))

SELLER = Party(
    name="Société Ébène & Fils",
    legal_form="SARL au capital de 10 000 000 FCFA",
    legal_id=Identifier("CI-ABJ-2019-B-04217"),
    tax_id="1934567 K",
    tax_regime="Réel simplifié",
    tax_office="CDI Plateau 1",
    address=Address(line1="12, avenue Chardy", line2="01 BP 1234", city="Abidjan", country="CI"),
    contact=Contact(phone="+225 27 20 30 40 50", email="facturation@ebene.example"),
)
CUSTOMER = Party(
    name="شركة الأمل للتجارة 株式会社山田",
    legal_id=Identifier("SN-DKR-2015-B-11880"),
    tax_id="005467821 2G3",
    address=Address(
        line1="Immeuble Rivonia, 4e étage", line2="Rue Félix-Éboué", city="Dakar", country="SN"
    ),
    contact=Contact(name="Awa Ndiaye-Łukasz"),
)
IBAN = "CI93CI0080111301134291200589"

_ITEMS = (
    ("Conseil en organisation", "40", "HUR", "90000", FULL, "Atelier et plan d'action"),
    ("Développement de l'application", "12.5", "DAY", "325000", FULL, ""),
    ("Ciment Portland CPJ 35", "120", "XSA", "4750", FULL, "Sacs de 50 kg, livrés sur site"),
    ("Huile d'olive « première pression »", "36", "LTR", "6200", REDUCED, "زيت زيتون بكر ممتاز"),
    ("緑茶 Thé vert Sencha", "24", "KGM", "18500", REDUCED, "静岡県産、有機栽培"),
    ("Câble électrique 3 × 2,5 mm²", "850", "MTR", "1150", FULL, ""),
    ("Formation à la sécurité", "3", "DAY", "275000", FULL, "Session de novembre 2026"),
    ("Hébergement et sauvegarde", "12", "MON", "85000", FULL, ""),
    ("Manuels scolaires, lot nº 7", "60", "H87", "7900", REDUCED, ""),
    ("Transport Abidjan – Bouaké", "1", "LS", "480000", FULL, ""),
    ("Papier A4 80 g, carton de 5 ramettes", "45", "XCT", "16250", FULL, ""),
    ("Maintenance préventive", "2", "E48", "150000", FULL, "Passage trimestriel"),
)

LATIN_CUSTOMER = replace(CUSTOMER, name="Al-Amal Commerce SARL")
LATIN_NAMES = tuple(name.replace("緑茶 ", "") for name, *_ in _ITEMS)
"""The same without Arabic and Chinese, for tools that have no fonts for them."""


def invoice() -> Invoice:
    """Twelve lines, two VAT rates, two discounts; French accents, Arabic, Chinese, Japanese."""
    lines = tuple(_line(at, item) for at, item in enumerate(_ITEMS, 1))
    lines = (_discounted(lines[0], 10), *lines[1:])
    allowances = tuple(_five_percent(lines, rate) for rate in (FULL, REDUCED))
    totals = compute_totals(
        "XOF", lines, allowances, settling=Settling(prepaid=Money(1_500_000, "XOF"))
    )
    return Invoice(
        id="01jd0000000000000000000001",
        type_code=INVOICE,
        number="FAC-2026-000118",
        currency="XOF",
        language="fr",
        issue_date=date(2026, 11, 21),
        due_date=date(2026, 12, 21),
        seller=SELLER,
        customer=CUSTOMER,
        lines=lines,
        allowances=allowances,
        totals=totals,
        terms="Paiement à 30 jours, date de facture.",
        discount=EarlyPaymentDiscount(Decimal(2), 10),
        payment=PaymentInstructions(
            accounts=(BankAccount(account=IBAN, holder="Société Ébène & Fils", bic="SGCICIAB"),),
            remittance="FAC-2026-000118",
        ),
        references=References(order="BC-2026-0457", project="Rénovation du siège"),
        place="Abidjan",
        period=Period(start=date(2026, 11, 1), end=date(2026, 11, 20)),
        notes=(Note("Merci de votre confiance. Marchandises livrées non reprises."),),
    )


def credit_note() -> Invoice:
    """Two of those lines given back, certified by the tax office."""
    whole = invoice()
    lines = whole.lines[3:5]
    return replace(
        whole,
        id="01jd0000000000000000000002",
        type_code=CREDIT_NOTE,
        number="AV-2026-000009",
        issue_date=date(2026, 11, 28),
        due_date=None,
        discount=None,
        terms="",
        lines=lines,
        allowances=(),
        totals=compute_totals("XOF", lines),
        preceding=(PrecedingInvoice(whole.number, whole.issue_date),),
        notes=(Note("Retour de marchandises du 26 novembre 2026."),),
        stamp=FiscalStamp(
            country="CI",
            authority_number="2600118A26000000031",
            code="7F3A-99C2-4E11-B0D6",
            qr_payload="https://www.services.fne.dgi.gouv.ci/fr/verification/7F3A99C2",
            stamped_at="2026-11-28T09:41:07Z",
        ),
    )


def _line(at: int, item: tuple[str, str, str, str, TaxRate, str]) -> Line:
    name, quantity, unit, price, tax, text = item
    net = Money.rounded(Decimal(quantity) * Decimal(price), "XOF")
    return Line(
        id=str(at),
        name=name,
        description=text,
        quantity=Decimal(quantity),
        unit=unit,
        unit_price=Decimal(price),
        tax=tax,
        net=net,
    )


def _discounted(line: Line, percent: int) -> Line:
    amount = line.net.times(Decimal(percent).scaleb(-2))
    entry = AllowanceCharge(amount=amount, base=line.net, percent=Decimal(percent))
    return replace(line, allowances=(entry,), net=line.net - amount)


def _five_percent(lines: tuple[Line, ...], rate: TaxRate) -> AllowanceCharge:
    base = Money.total((line.net for line in lines if line.tax == rate), "XOF")
    return AllowanceCharge(
        amount=base.times(Decimal("0.05")),
        base=base,
        percent=Decimal(5),
        reason="Remise commerciale",
        tax=rate,
    )
