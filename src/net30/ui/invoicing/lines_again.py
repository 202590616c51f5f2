"""Lines again: what makes the same invoice once more."""

from __future__ import annotations

from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import OFFER_CODES, Invoice
from net30.domain.line import Line


def again(invoice: Invoice) -> NewInvoice:
    """Return what makes the same invoice once more, as of today."""
    return NewInvoice(
        customer_id=invoice.customer_id,
        lines=tuple(_line(line) for line in invoice.lines),
        type_code=invoice.type_code if invoice.type_code in OFFER_CODES else "380",
        currency=invoice.currency,
        language=invoice.language,
    )


def _line(line: Line) -> NewLine:
    percent = next((one.percent for one in line.allowances if one.percent), None)
    return NewLine(
        name=line.name,
        description=line.description,
        unit_price=line.unit_price,
        quantity=line.quantity,
        unit=line.unit,
        tax=line.tax,
        discount_percent=percent,
    )
