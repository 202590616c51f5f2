"""Conversion: what follows from a quote: a deposit invoice, then the invoice itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from net30.domain.credit_note import creditable
from net30.domain.drafting import NewInvoice, NewLine, check_totals
from net30.domain.inclusive import share_out
from net30.domain.invoice import DEPOSIT, INVOICE, QUOTE, Invoice, PrecedingInvoice
from net30.domain.tax import check_percent
from net30.domain.terms import PaymentTerms
from net30.domain.totals import Settling, compute_totals
from net30.kernel.decimals import EXACT
from net30.kernel.errors import Conflict
from net30.kernel.money import Money


def invoice_from_quote(
    quote: Invoice,
    *,
    invoice_id: str,
    day: date,
    terms: PaymentTerms,
    deposits: Sequence[Invoice] = (),
    credit_notes: Sequence[Invoice] = (),
) -> Invoice:
    """Return the draft invoice of an accepted quote, less the deposits invoiced on it (BT-113).

    Deposits and invoice come to the quote's gross together, to the last unit; what was credited
    of a deposit (`credit_notes`) is charged again. Raises Conflict when the quote is none or not
    issued, or a deposit is not one on this quote; InputError when deposits exceed the quote.
    """
    _check_quote(quote)
    for deposit in deposits:
        _check_deposit(deposit, quote)
    prepaid = quote.totals.prepaid + Money.total(
        (creditable(deposit, credit_notes) for deposit in deposits), quote.currency
    )
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
    check_totals(totals)
    return replace(
        quote,
        id=invoice_id,
        number="",
        type_code=INVOICE,
        issue_date=day,
        due_date=terms.due_date(day),
        discount=terms.discount,
        references=replace(quote.references, sales_order=quote.number),
        preceding=tuple(
            PrecedingInvoice(deposit.number, deposit.issue_date) for deposit in deposits
        ),
        totals=totals,
    )


def deposit_on_quote(quote: Invoice, percent: Decimal, *, name: str, day: date) -> NewInvoice:
    """Return the request for a deposit invoice over a share of a quote, one line a tax rate.

    Where the quote's prices include tax, the deposit is that share of its gross to the last unit.
    """
    _check_quote(quote)
    share = check_percent(percent, "the deposit").scaleb(-2, EXACT)
    rows = [row for row in quote.totals.breakdown if row.taxable.minor > 0]
    grosses = [row.taxable + row.tax for row in rows]
    if quote.prices_include_tax:
        whole = (quote.totals.gross + quote.totals.rounding).times(share)
        parts = share_out(whole, grosses)
    else:
        parts = tuple(row.taxable.times(share) for row in rows)
    return NewInvoice(
        customer_id=quote.customer_id,
        type_code=DEPOSIT,
        currency=quote.currency,
        issue_date=day,
        language=quote.language,
        references=replace(quote.references, sales_order=quote.number),
        prices_include_tax=quote.prices_include_tax,
        tax_currency=quote.tax_currency,
        exchange_rate=quote.exchange_rate,
        lines=tuple(
            NewLine(name=name, unit_price=part.amount, tax=row.rate)
            for row, part in zip(rows, parts, strict=True)
        ),
    )


def _check_deposit(deposit: Invoice, quote: Invoice) -> None:
    if (
        deposit.type_code != DEPOSIT
        or not deposit.is_issued
        or deposit.references.sales_order != quote.number
    ):
        raise Conflict(
            f"{deposit.number or 'a draft'} is no deposit on {quote.number}",
            hint="take off only issued deposit invoices of this quote",
            code="no_deposit",
        )


def _check_quote(quote: Invoice) -> None:
    if quote.type_code != QUOTE or not quote.is_issued:
        raise Conflict(
            "only an issued quote can be invoiced", hint="issue the quote first", code="no_quote"
        )
