"""Parts of random documents: texts, amounts, lines, parties, payment instructions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from net30.domain.invoice import BankAccount, PaymentInstructions
from net30.domain.line import AllowanceCharge, Classification, Line, Period
from net30.domain.party import Address, Contact, Identifier, Party
from net30.domain.tax import TaxCategory, TaxRate
from net30.kernel.decimals import plain
from net30.kernel.money import Money

T = TypeVar("T")

CURRENCIES = ("XOF", "XAF", "JPY", "EUR", "USD", "CHF", "GBP", "MAD")
"""Of no or two decimals: EN 16931 takes no more (BR-DEC)."""

ALL_DIGITS = ("XOF", "EUR", "TND", "KWD", "CLF", "UYW")
"""Currencies of 0, 2, 3, 3, 4 and 4 decimals, for laws of money that know no EN 16931."""

COUNTRIES = ("CI", "SN", "CM", "FR", "DE", "BE", "US", "GB")
UNITS = ("C62", "HUR", "DAY", "MON", "KGM", "LTR", "MTR", "KWH")
PERCENTS = ("18", "19.25", "20", "5.5", "7", "21", "2.1", "0.5", "100")
DAY = date(2026, 1, 31)

REASONS = {
    TaxCategory.EXEMPT: ("Exonéré, article 355", "VATEX-EU-132"),
    TaxCategory.REVERSE_CHARGE: ("Autoliquidation", "VATEX-EU-AE"),
    TaxCategory.INTRA_COMMUNITY: ("Intra-Community supply", "VATEX-EU-IC"),
    TaxCategory.EXPORT: ("Export outside the EU", "VATEX-EU-G"),
}

_LETTERS = "abcXYZ0189 éèçüßñŁ&<>'\"-.,/№€عمدة株式山田"
_WORDS = (
    "x",
    "consulting",
    "Société Ébène & Fils",
    "<b>Acme</b>",
    "]]>",
    "&amp;",
    "0",
    "-1",
    "=1+1",
    "#let x = 1",
    "$a_1$ *b*",
    "l'été",
    '"quoted"',
    "شركة الأمل",
    "株式会社山田",
    "Łódź №7",
    "€ 500,00",
    "a/b\\c",
    "{seq}",
    "%s",
)


@cache
def texts(size: int = 24) -> SearchStrategy[str]:
    """Texts with accents, markup, Arabic and Chinese; trimmed, with single spaces, never empty."""
    free = st.text(_LETTERS, min_size=1, max_size=size).map(
        lambda text: " ".join(text.split()) or "x"
    )
    return st.one_of(st.sampled_from([word for word in _WORDS if len(word) <= size]), free)


def maybe(strategy: SearchStrategy[T], empty: T) -> SearchStrategy[T]:
    """As often nothing as something."""
    return st.one_of(st.just(empty), strategy)


def optional(strategy: SearchStrategy[T]) -> SearchStrategy[T | None]:
    """The same with None for nothing."""
    return st.one_of(st.none(), strategy)


@cache
def codes(*values: str) -> SearchStrategy[str]:
    """One of some codes, or none."""
    return st.sampled_from(("", *values))


def some(strategy: SearchStrategy[T], most: int = 2) -> SearchStrategy[tuple[T, ...]]:
    """From none to a few."""
    return st.lists(strategy, max_size=most).map(tuple)


@cache
def days() -> SearchStrategy[date]:
    """Days around the turn of years, February included."""
    return st.integers(0, 800).map(lambda after: DAY + timedelta(days=after))


@cache
def decimals(least: str, most: str, places: int) -> SearchStrategy[Decimal]:
    """Exact numbers in their shortest spelling, so that reading them back gives the same."""
    numbers = st.decimals(Decimal(least), Decimal(most), places=places, allow_nan=False)
    return numbers.map(lambda number: Decimal(plain(number)))


@cache
def amounts(currency: str, most: int = 10**7) -> SearchStrategy[Money]:
    """Amounts from zero up."""
    return st.integers(0, most).map(lambda minor: Money(minor, currency))


@cache
def tax_rates() -> SearchStrategy[TaxRate]:
    """Rates that may stand side by side on one document: S, Z, E and AE, K, G (never O)."""
    taxed = st.sampled_from(PERCENTS).map(lambda text: TaxRate(TaxCategory.STANDARD, Decimal(text)))
    zero = st.just(TaxRate(TaxCategory.ZERO, Decimal(0)))
    free = st.sampled_from(sorted(REASONS)).map(
        lambda category: TaxRate(category, Decimal(0), *REASONS[category])
    )
    return st.one_of(taxed, taxed, zero, free)


@cache
def periods() -> SearchStrategy[Period]:
    """Periods with an end or two."""
    whole = st.tuples(days(), st.integers(0, 90)).map(
        lambda drawn: Period(start=drawn[0], end=drawn[0] + timedelta(days=drawn[1]))
    )
    return st.one_of(
        whole,
        days().map(lambda day: Period(start=day)),
        days().map(lambda day: Period(end=day)),
    )


@cache
def identifiers(*schemes: str) -> SearchStrategy[Identifier]:
    """Identifiers of one of some schemes."""
    return st.builds(Identifier, texts(12), st.sampled_from(schemes))


@st.composite
def allowance_charges(draw: DrawFn, currency: str, tax: TaxRate | None = None) -> AllowanceCharge:
    """An allowance or charge with its reason, half of them a percentage of a base."""
    reason = draw(texts())
    if draw(st.booleans()):
        return AllowanceCharge(amount=draw(amounts(currency, 5000)), reason=reason, tax=tax)
    base, percent = draw(amounts(currency)), draw(decimals("0", "100", 2))
    amount = base.times(percent.scaleb(-2))
    return AllowanceCharge(amount=amount, base=base, percent=percent, reason=reason, tax=tax)


@st.composite
def lines(draw: DrawFn, currency: str, rates: Sequence[TaxRate], at: int = 1) -> Line:
    """A line with a quantity of either sign, a base quantity, allowances and charges."""
    price, gross, off = draw(_prices())
    line = Line(
        id=str(at),
        name=draw(texts()),
        quantity=draw(_quantities()),
        unit=draw(st.sampled_from(UNITS)),
        unit_price=price,
        gross_price=gross,
        price_discount=off,
        base_quantity=draw(_BASES),
        tax=draw(st.sampled_from(rates)),
        allowances=draw(some(allowance_charges(currency))),
        charges=draw(some(allowance_charges(currency))),
        net=Money.zero(currency),
    )
    line = replace(line, net=line.computed_net)
    return replace(line, **draw(_described())) if draw(st.booleans()) else line


_BASES = st.sampled_from((Decimal(1), Decimal(1), Decimal(12), Decimal("0.5")))


@cache
def _prices() -> SearchStrategy[tuple[Decimal, Decimal | None, Decimal | None]]:
    """Net price, and before it gross price and discount where they are told (Peppol R046)."""
    net = decimals("0", "500000", 4)
    both = st.tuples(net, decimals("0", "500", 2)).map(
        lambda drawn: (drawn[0], Decimal(plain(drawn[0] + drawn[1])), drawn[1])
    )
    return st.one_of(net.map(lambda price: (price, None, None)), both)


@cache
def _quantities() -> SearchStrategy[Decimal]:
    return st.one_of(decimals("0", "5000", 3), decimals("-50", "5000", 0))


@cache
def _described() -> SearchStrategy[dict[str, Any]]:
    kinds = st.builds(
        Classification,
        code=texts(8),
        scheme=st.sampled_from(("STI", "MP", "CC")),
        version=codes("1", "26"),
    )
    return st.fixed_dictionaries(
        {
            "description": maybe(texts(60), ""),
            "note": maybe(texts(60), ""),
            "period": optional(periods()),
            "object_id": optional(identifiers("", "AAA")),
            "order_line": maybe(texts(6), ""),
            "accounting": maybe(texts(8), ""),
            "seller_item_id": maybe(texts(8), ""),
            "buyer_item_id": maybe(texts(8), ""),
            "standard_item_id": optional(identifiers("0160", "0088")),
            "classifications": some(kinds),
            "origin_country": codes(*COUNTRIES),
            "attributes": some(st.tuples(texts(8), texts(8))),
        }
    )


@cache
def addresses() -> SearchStrategy[Address]:
    """Addresses; the country is always there (BR-09, BR-11)."""
    part = maybe(texts(), "")
    return st.builds(
        Address,
        line1=part,
        line2=part,
        line3=part,
        postcode=part,
        city=part,
        subdivision=part,
        country=st.sampled_from(COUNTRIES),
    )


@cache
def vat_ids() -> SearchStrategy[str]:
    """VAT identifiers with their country (BR-CO-09)."""
    number = st.integers(10**7, 10**9).map(str)
    return st.builds(str.__add__, st.sampled_from(COUNTRIES), number)


@cache
def parties(ids_most: int = 1) -> SearchStrategy[Party]:
    """Companies with a VAT identifier, a register number and an electronic address."""
    contacts = st.builds(Contact, name=texts(), phone=texts(12), email=st.just("a.b@mail.example"))
    return st.builds(
        Party,
        name=texts(),
        trading_name=maybe(texts(), ""),
        ids=some(identifiers("", "0088", "0002"), ids_most),
        legal_id=identifiers("", "0002", "0190"),
        vat_id=vat_ids(),
        endpoint=optional(identifiers("0088", "0002")),
        address=addresses(),
        contact=maybe(contacts, Contact()),
    )


@cache
def sellers() -> SearchStrategy[Party]:
    """Companies with what only a seller has: a local tax number and a legal form."""
    more = st.tuples(maybe(texts(10), ""), maybe(texts(), ""))
    return st.tuples(parties(2), more).map(
        lambda drawn: replace(drawn[0], tax_id=drawn[1][0], legal_form=drawn[1][1])
    )


@cache
def payees() -> SearchStrategy[Party]:
    """Who is paid instead of the seller: a name and ids, no more (BG-10)."""
    own = identifiers("", "0088").map(lambda one: replace(one, value=f"F-{one.value}"))
    ids = some(own, 1)  # BR-17: neither the seller's name nor one of its ids
    legal_id = optional(identifiers("", "0002"))
    return st.builds(
        Party, name=texts().map(lambda name: f"{name} Factoring"), ids=ids, legal_id=legal_id
    )


@cache
def payments() -> SearchStrategy[PaymentInstructions]:
    """Credit transfers, cards and direct debits, each with what it needs (BR-50, BR-51, BR-61)."""
    account = st.builds(
        BankAccount,
        account=st.sampled_from(("FR7630006000011234567890189", "CI93CI0080111301134291200589")),
        holder=maybe(texts(), ""),
        bic=codes("AGRIFRPP", "BCEACIAB"),
    )
    words = {"remittance": maybe(texts(), ""), "means_text": maybe(texts(), "")}
    transfer = st.builds(
        PaymentInstructions,
        means=st.sampled_from(("30", "58")),
        accounts=st.lists(account, min_size=1, max_size=2).map(tuple),
        **words,
    )
    card = st.builds(
        PaymentInstructions,
        means=st.just("48"),
        card_number=st.integers(1000, 9999).map(str),
        card_holder=maybe(texts(), ""),
        **words,
    )
    debit = st.builds(
        PaymentInstructions,
        means=st.sampled_from(("49", "59")),
        mandate=texts(12),
        creditor_id=st.just("FR72ZZZ123456"),
        debited_account=st.just("FR7630006000011234567890189"),
        **words,
    )
    return st.one_of(transfer, transfer, card, debit)
