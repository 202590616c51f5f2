"""Credit note: what takes back a whole invoice, or part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from net30.domain.inclusive import net_of_group, share_out
from net30.domain.invoice import CREDIT_NOTE, Invoice, Note, PrecedingInvoice
from net30.domain.line import Line
from net30.domain.tax import TaxSubtotal
from net30.domain.text import NAME_CHARACTERS_MAX, clean
from net30.domain.totals import Settling, compute_totals
from net30.kernel.errors import Conflict, InputError
from net30.kernel.money import Money


def credit_whole(invoice: Invoice, *, credit_id: str, day: date, reason: str) -> Invoice:
    """Return the draft credit note that mirrors an invoice to the last unit.

    What had been prepaid is credited too: the customer gets back all that was charged. Raises
    Conflict for a draft, an offer or a credit note, InputError for a day before the invoice.
    """
    _check(invoice, day)
    return replace(
        _credit(invoice, credit_id, day, reason),
        totals=replace(
            invoice.totals,
            prepaid=Money.zero(invoice.currency),
            due=invoice.totals.gross + invoice.totals.rounding,
        ),
    )


def credit_part(
    invoice: Invoice, amount: Money, *, credit_id: str, day: date, reason: str
) -> Invoice:
    """Return the draft credit note over a gross amount, shared out over the invoice's tax groups.

    What no net amount can reach goes to the rounding amount (BT-114), so the customer is credited
    exactly what was said. Raises InputError for an amount of nothing or above the invoice's.
    """
    _check(invoice, day)
    whole = invoice.totals.gross + invoice.totals.rounding
    if amount.minor <= 0 or amount > whole:
        raise InputError(
            f"{amount} cannot be credited on {invoice.number}, which came to {whole}",
            hint=f"credit more than zero and at most {whole}",
            code="credit_amount",
        )
    rows = [row for row in invoice.totals.breakdown if (row.taxable + row.tax).minor > 0]
    parts = share_out(amount, [row.taxable + row.tax for row in rows])
    credit = _credit(invoice, credit_id, day, reason)
    name = credit.notes[0].text if credit.notes else invoice.number
    charged = [(row, part) for row, part in zip(rows, parts, strict=True) if part]
    lines = tuple(_line(at, row, part, name) for at, (row, part) in enumerate(charged, 1))
    totals = compute_totals(
        invoice.currency,
        lines,
        settling=Settling(
            stated_gross=amount,
            tax_currency=invoice.tax_currency,
            exchange_rate=invoice.exchange_rate,
        ),
    )
    return replace(
        credit, lines=lines, allowances=(), charges=(), totals=totals, prices_include_tax=False
    )


def _credit(invoice: Invoice, credit_id: str, day: date, reason: str) -> Invoice:
    text = clean(reason, "the reason", NAME_CHARACTERS_MAX)
    return replace(
        invoice,
        id=credit_id,
        number="",
        type_code=CREDIT_NOTE,
        issue_date=day,
        due_date=None,
        discount=None,
        # BR-CO-25 wants a word on payment here too: it is settled against that invoice.
        terms=invoice.number,
        stamp=None,
        preceding=(PrecedingInvoice(invoice.number, invoice.issue_date),),
        notes=(Note(text),) if text else (),
        supporting=(),
    )


def _line(at: int, row: TaxSubtotal, gross: Money, name: str) -> Line:
    net = net_of_group(gross, row.rate)
    return Line(
        id=str(at),
        name=name,
        quantity=Decimal(1),
        unit_price=net.amount,
        tax=row.rate,
        net=net,
    )


def _check(invoice: Invoice, day: date) -> None:
    if not invoice.is_issued or not invoice.is_claim or invoice.is_credit_note:
        raise Conflict(
            "only an issued invoice can be credited",
            hint="change or delete a draft instead",
            code="not_creditable",
        )
    if day < invoice.issue_date:
        raise InputError(
            f"the credit note's date {day} is before the invoice's {invoice.issue_date}",
            hint="date it on or after the invoice",
            code="credit_date",
        )


def credited_so_far(credit_notes: Sequence[Invoice], currency: str) -> Money:
    """Return what the credit notes on one invoice come to."""
    return Money.total((credit.totals.due for credit in credit_notes), currency)


def creditable(invoice: Invoice, credit_notes: Sequence[Invoice]) -> Money:
    """Return what of an invoice can still be credited.

    Of the credit notes only those on this invoice count, drafts too.
    """
    on_it = [
        note
        for note in credit_notes
        if note.is_credit_note and invoice.number in {before.number for before in note.preceding}
    ]
    whole = invoice.totals.gross + invoice.totals.rounding
    return whole - credited_so_far(on_it, invoice.currency)
