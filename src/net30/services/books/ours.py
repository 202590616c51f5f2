"""Ours: an issued document as an accounting program is told of it, exact to the last unit.

Our tax is rounded once per rate; there every line has its own. So each line is given its share,
and the last line of a rate what is left: the shares add up to our tax.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from net30.domain.invoice import Invoice
from net30.domain.line import Line
from net30.domain.tax import TaxRate
from net30.kernel.decimals import EXACT
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.ports.books import OurDocument, OurLine

_Charged = tuple[str, Decimal, Decimal, Money, TaxRate]
"""Text, quantity, unit price, net and rate of what is charged."""


def our_document(invoice: Invoice, customer_id: str) -> OurDocument:
    """Return an issued document for a customer there; raise InputError for one that cannot be.

    Allowances and charges of the document are lines of their own there.
    """
    if invoice.totals.prepaid.minor:
        raise InputError(
            f"{invoice.number} has {invoice.totals.prepaid} taken off that was paid before",
            hint="book it there by hand",
            code="books_prepaid",
        )
    currency = invoice.currency
    left = {row.rate.group: row.tax for row in invoice.totals.breakdown}
    charged = list(_charged(invoice))
    last = {rate.group: at for at, (_, _, _, _, rate) in enumerate(charged)}
    lines = []
    for at, (text, quantity, price, net, rate) in enumerate(charged):
        share = net.times(rate.percent.scaleb(-2, EXACT))
        tax = left[rate.group] if last[rate.group] == at else share
        left[rate.group] -= tax
        lines.append(
            OurLine(
                text=text,
                quantity=quantity,
                unit_price=price,
                net=net,
                tax=tax,
                tax_percent=rate.percent,
            )
        )
    rounding = invoice.totals.rounding
    if rounding.minor:
        lines.append(_plain_line("rounding", rounding))
    preceding = invoice.preceding[0].number if invoice.preceding else ""
    return OurDocument(
        number=invoice.number,
        is_credit_note=invoice.is_credit_note,
        customer_id=customer_id,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        lines=tuple(lines),
        net=Money.total((line.net for line in lines), currency),
        tax=invoice.totals.tax,
        reference=preceding or invoice.references.buyer or invoice.references.order,
    )


def _charged(invoice: Invoice) -> Iterator[_Charged]:
    for line in invoice.lines:
        text = f"{line.name}: {line.description}" if line.description else line.name
        yield (text, *_priced(line), line.net, line.tax)
    for entry in invoice.allowances:
        assert entry.tax is not None  # an issued document has them
        net = -entry.amount
        yield (entry.reason or "allowance", Decimal(1), net.amount, net, entry.tax)
    for entry in invoice.charges:
        assert entry.tax is not None
        yield (entry.reason or "charge", Decimal(1), entry.amount.amount, entry.amount, entry.tax)


def _priced(line: Line) -> tuple[Decimal, Decimal]:
    """Return quantity and price where they come to the net amount by themselves, else one of it."""
    exact = EXACT.multiply(line.quantity, line.unit_price)
    whole = line.base_quantity == 1 and not line.allowances and not line.charges
    if whole and exact == line.net.amount:
        return line.quantity, line.unit_price
    return Decimal(1), line.net.amount


def _plain_line(text: str, amount: Money) -> OurLine:
    return OurLine(
        text=text,
        quantity=Decimal(1),
        unit_price=amount.amount,
        net=amount,
        tax=Money.zero(amount.currency),
        tax_percent=Decimal(0),
    )
