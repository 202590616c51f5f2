"""Random documents for laws: whole invoices with every field of EN 16931, and the parts of them.

    from tests.strategies import invoices

    @given(invoices())
    def test_...(invoice: Invoice) -> None: ...

What comes out is drawn as a careful seller would write it: amounts agree with lines and rates,
exempt rates say why, identifiers carry the prefixes that EN 16931 asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from net30.domain.invoice import (
    CORRECTED,
    CREDIT_NOTE,
    INVOICE,
    Delivery,
    Invoice,
    Note,
    PrecedingInvoice,
    References,
    SupportingDocument,
)
from net30.domain.party import Address, TaxRepresentative
from net30.domain.tax import TaxCategory, TaxRate
from net30.domain.totals import Settling, compute_totals
from tests.strategy_parts import (
    CURRENCIES,
    DAY,
    addresses,
    allowance_charges,
    amounts,
    codes,
    days,
    decimals,
    identifiers,
    lines,
    maybe,
    optional,
    parties,
    payees,
    payments,
    periods,
    sellers,
    some,
    tax_rates,
    texts,
    vat_ids,
)


@cache
def references() -> SearchStrategy[References]:
    """What other papers call this deal."""
    word = maybe(texts(12), "")
    words = ("buyer", "project", "contract", "order", "sales_order", "receiving_advice")
    more = ("despatch_advice", "tender", "accounting")
    return st.builds(
        References,
        invoiced_object=optional(identifiers("", "AAA")),
        **dict.fromkeys(words + more, word),
    )


@cache
def supporting_documents() -> SearchStrategy[SupportingDocument]:
    """A link, or a file."""
    link = st.builds(
        SupportingDocument,
        reference=texts(12),
        description=maybe(texts(), ""),
        uri=st.just("https://files.example/timesheet"),
    )
    file = st.builds(
        SupportingDocument,
        reference=texts(12),
        description=maybe(texts(), ""),
        filename=st.just("timesheet.csv"),
        media_type=st.just("text/csv"),
        content=st.binary(min_size=1, max_size=40),
    )
    return st.one_of(link, file)


@st.composite
def settlings(draw: DrawFn, currency: str) -> Settling:
    """Prepayment, cash rounding and a second tax currency, each as often absent as present."""
    second = draw(codes("EUR", "USD", "XOF"))
    return Settling(
        prepaid=draw(optional(amounts(currency, 5000))),
        cash_step=draw(st.sampled_from((1, 1, 5, 10, 25))),
        tax_currency="" if second == currency else second,
        exchange_rate=draw(decimals("0.0001", "700", 4)) if second not in {"", currency} else None,
    )


@st.composite
def invoices(
    draw: DrawFn,
    *,
    currencies: Sequence[str] = CURRENCIES,
    type_codes: Sequence[str] = (INVOICE, INVOICE, CORRECTED, CREDIT_NOTE),
    lines_max: int = 4,
) -> Invoice:
    """A whole issued invoice or credit note, its totals computed and its optional fields mixed."""
    currency = draw(st.sampled_from(currencies))
    rates = draw(st.lists(tax_rates(), min_size=1, max_size=3))
    count = draw(st.integers(1, lines_max))
    body = tuple(draw(lines(currency, rates, at)) for at in range(1, count + 1))
    on_document = [
        draw(some(allowance_charges(currency, draw(st.sampled_from(rates))))) for _ in range(2)
    ]
    settling = draw(settlings(currency))
    issued = draw(days())
    type_code = draw(st.sampled_from(type_codes))
    bare = Invoice(
        id=f"{draw(st.integers(0, 10**9)):026}",
        number=draw(texts(16)),
        type_code=type_code,
        currency=currency,
        issue_date=issued,
        due_date=issued + timedelta(days=draw(st.integers(0, 90))),
        terms=draw(texts(60)),
        seller=draw(sellers()),
        customer=draw(parties()),
        customer_id="acme",
        lines=body,
        allowances=on_document[0],
        charges=on_document[1],
        totals=compute_totals(currency, body, on_document[0], on_document[1], settling),
        tax_currency=settling.tax_currency,
        exchange_rate=settling.exchange_rate,
        delivery=_delivered_if(rates, TaxCategory.INTRA_COMMUNITY, issued),
        preceding=(PrecedingInvoice("INV-2025-000007", DAY),) if type_code == CREDIT_NOTE else (),
    )
    return _furnish(bare, draw(_furniture())) if draw(st.booleans()) else bare


def _delivered_if(rates: Sequence[TaxRate], category: TaxCategory, day: date) -> Delivery | None:
    # BR-IC-11, BR-IC-12: an intra-Community supply says when and to which country.
    if all(rate.category is not category for rate in rates):
        return None
    return Delivery(day=day, address=Address(city="Lyon", country="FR"))


def _furnish(bare: Invoice, more: dict[str, Any]) -> Invoice:
    if more["tax_point"]:
        more["tax_point_code"] = ""  # BR-CO-03: not both
    more["delivery"] = bare.delivery or more["delivery"]
    more["preceding"] = bare.preceding or more["preceding"]
    return replace(bare, **more)


@cache
def _furniture() -> SearchStrategy[dict[str, Any]]:
    """Every field of a document that may as well be empty."""
    delivery = st.builds(
        Delivery,
        name=maybe(texts(), ""),
        location=optional(identifiers("", "0088")),
        day=optional(days()),
        address=optional(addresses()),
    )
    agents = st.builds(TaxRepresentative, name=texts(), vat_id=vat_ids(), address=addresses())
    return st.fixed_dictionaries(
        {
            "tax_point": optional(days()),
            "tax_point_code": codes("3", "35", "432"),
            "payee": optional(payees()),
            "tax_representative": optional(agents),
            "delivery": optional(delivery.filter(lambda made: made != Delivery())),
            "period": optional(periods()),
            "payment": optional(payments()),
            "references": references(),
            "preceding": some(st.builds(PrecedingInvoice, texts(12), optional(days()))),
            "notes": some(st.builds(Note, texts(60), codes("AAI", "REG", "PMT"))),
            "supporting": some(supporting_documents()),
        }
    )
