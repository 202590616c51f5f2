"""Random requests for invoices, from one source of chance; used by laws and by proof R9."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine, draft
from net30.domain.invoice import Invoice
from net30.domain.line import AllowanceCharge
from net30.domain.organisation import Organisation
from net30.domain.party import Address, Party
from net30.domain.tax import TaxCategory, TaxRate
from net30.domain.terms import EarlyPaymentDiscount, PaymentTerms
from net30.kernel.money import Money
from tests.laws import oracle

TODAY = date(2026, 11, 21)
CURRENCIES = ("XOF", "XAF", "JPY", "EUR", "USD", "CHF", "TND", "KWD", "CLF")
PERCENTS = ("18", "19.25", "20", "5.5", "10", "2.1", "7.7", "33.333", "100")
EXEMPT = TaxRate(TaxCategory.EXEMPT, Decimal(0), "Exonéré")
RATES = (
    *(TaxRate(TaxCategory.STANDARD, Decimal(percent)) for percent in PERCENTS),
    TaxRate(TaxCategory.ZERO, Decimal(0)),
    EXEMPT,
    TaxRate(TaxCategory.REVERSE_CHARGE, Decimal(0), reason_code="VATEX-EU-AE"),
)
SELLER = Organisation(
    id="lagune",
    party=Party(name="Lagune Conseil SARL", address=Address(city="Abidjan", country="CI")),
    currency="XOF",
)
ACME = Customer(id="acme", party=Party(name="Acme Corp", address=Address(country="CI")))


def drafted(new: NewInvoice, invoice_id: str = "i1") -> Invoice:
    """The draft of a request, for Acme."""
    return draft(new, invoice_id=invoice_id, seller=SELLER, customer=ACME, today=TODAY)


def random_request(chance: Random, *, prices_include_tax: bool | None = None) -> NewInvoice:
    """A request with lines, discounts, allowances, charges, prepayment, coins, second currency."""
    currency = chance.choice(CURRENCIES)
    rates = chance.sample(RATES, chance.randint(1, 3))
    count = chance.choice((1, 1, 2, 3, 5, 12))
    lines = tuple(_line(chance, chance.choice(rates), currency) for _ in range(count))
    discount = _maybe_percent(chance)
    bare = NewInvoice(customer_id="acme", lines=lines, currency=currency, discount_percent=discount)
    groups = [(rate.category, rate.percent) for line in lines if (rate := line.tax)]
    room = oracle.stated_total(bare, currency, groups) // 4
    second = chance.choice(("", "", "EUR", "XOF", "KWD"))
    second = "" if second == currency else second
    included = chance.random() < 0.5 if prices_include_tax is None else prices_include_tax
    return NewInvoice(
        customer_id="acme",
        lines=lines,
        currency=currency,
        terms=PaymentTerms(30, discount=EarlyPaymentDiscount(Decimal(2), 10)),
        prices_include_tax=included,
        discount_percent=discount,
        allowances=_entries(chance, rates, currency, room),
        charges=_entries(chance, rates, currency, room),
        prepaid=Money(chance.randint(0, room), currency) if chance.random() < 0.3 else None,
        cash_step=chance.choice((1, 1, 1, 5, 10, 25)),
        tax_currency=second,
        exchange_rate=_decimal(chance, 700, 6) + Decimal("0.000001") if second else None,
    )


def _line(chance: Random, rate: TaxRate, currency: str) -> NewLine:
    digits = oracle.DIGITS[currency]
    price = _decimal(chance, 10 ** chance.randint(0, 6), chance.choice((digits, digits, 4, 6)))
    whole = Decimal(chance.randint(1, 500))
    return NewLine(
        name="work",
        quantity=chance.choice((Decimal(1), whole, _decimal(chance, 200, 3) + Decimal("0.001"))),
        unit_price=Decimal(0) if chance.random() < 0.05 else price,  # 5 %: given for free
        tax=rate,
        discount_percent=_maybe_percent(chance),
    )


def _entries(
    chance: Random, rates: list[TaxRate], currency: str, room: int
) -> tuple[AllowanceCharge, ...]:
    count = chance.choice((0, 0, 0, 1, 2))
    return tuple(
        AllowanceCharge(
            amount=Money(chance.randint(0, room // count), currency),
            reason="agreed",
            tax=chance.choice(rates),
        )
        for _ in range(count)
    )


def _maybe_percent(chance: Random) -> Decimal | None:
    texts = (None, None, None, "10", "2.5", "33.33", "99.9", "100", "0")
    text = chance.choice(texts)
    return None if text is None else Decimal(text)


def _decimal(chance: Random, most: int, places: int) -> Decimal:
    return Decimal(chance.randint(0, most * 10**places)).scaleb(-places)
