"""Conversion: what follows from a quote: a deposit invoice, then the invoice itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import DEPOSIT, INVOICE, QUOTE, Invoice, PrecedingInvoice
from net30.domain.tax import check_percent
from net30.domain.terms import PaymentTerms
from net30.domain.totals import Settling, compute_totals
from net30.kernel.errors import Conflict
from net30.kernel.money import Money


def invoice_from_quote(
    quote: Invoice,
    *,
    invoice_id: str,
    day: date,
    terms: PaymentTerms,
    deposits: Sequence[Invoice] = (),
) -> Invoice:
    """Return the draft invoice of an accepted quote, less the deposits invoiced on it (BT-113)."""
    _check_quote(quote)
    prepaid = Money.total((deposit.totals.due for deposit in deposits), quote.currency)
    totals = compute_totals(
        quote.currency,
        quote.lines,
        quote.allowances,
        quote.charges,
        Settling(
            prepaid=prepaid,
            stated_gross=quote.totals.gross + quote.totals.rounding,
            tax_currency=quote.tax_currency,
            exchange_rate=quote.exchange_rate,
        ),
    )
    return replace(
        quote,
        id=invoice_id,
        number="",
        type_code=INVOICE,
        issue_date=day,
        due_date=terms.due_date(day),
        references=replace(quote.references, sales_order=quote.number),
        preceding=tuple(
            PrecedingInvoice(deposit.number, deposit.issue_date) for deposit in deposits
        ),
        totals=totals,
    )


def deposit_on_quote(quote: Invoice, percent: Decimal, *, name: str, day: date) -> NewInvoice:
    """Return the request for a deposit invoice over a share of a quote, one line a tax rate."""
    _check_quote(quote)
    share = check_percent(percent, "the deposit").scaleb(-2)
    return NewInvoice(
        customer_id=quote.customer_id,
        type_code=DEPOSIT,
        currency=quote.currency,
        issue_date=day,
        language=quote.language,
        references=replace(quote.references, sales_order=quote.number),
        lines=tuple(
            NewLine(name=name, unit_price=row.taxable.times(share).amount, tax=row.rate)
            for row in quote.totals.breakdown
            if row.taxable.minor > 0
        ),
    )


def _check_quote(quote: Invoice) -> None:
    if quote.type_code != QUOTE or not quote.is_issued:
        raise Conflict(
            "only an issued quote can be invoiced", hint="issue the quote first", code="no_quote"
        )
