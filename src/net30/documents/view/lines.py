"""Lines: what was charged, as the rows of the table."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from net30.documents.view.facts import write_period
from net30.documents.view.page import Columns, Row
from net30.documents.view.tidy import shown, shown_inline
from net30.domain.invoice import Invoice
from net30.domain.line import AllowanceCharge, Line
from net30.domain.tax import TaxCategory
from net30.kernel.money import digits_of
from net30.language.amounts import write_amount, write_number, write_percent
from net30.language.units import unit_name
from net30.language.words import Words


def columns(invoice: Invoice, say: Words) -> Columns:
    """Return the heads of the table; they say whether prices include tax."""
    price = "Unit price incl. VAT" if invoice.prices_include_tax else "Unit price"
    return Columns(
        position=say("No."),
        name=say("Description"),
        quantity=say("Quantity"),
        price=say(price),
        tax=say("VAT"),
        amount=say("Amount excl. VAT"),
    )


def row(line: Line, invoice: Invoice, say: Words) -> Row:
    """Return one line as the table shows it."""
    language = say.language
    unit = unit_name(line.unit, line.quantity, language)
    return Row(
        position=shown_inline(line.id, 12),
        name=shown(line.name),
        details=tuple(detail for detail in _details(line, say) if detail),
        quantity=write_number(line.quantity, language),
        unit=shown_inline(unit),
        price=_price(line, invoice, say),
        tax=_rate(line, say),
        amount=write_amount(line.net, language),
    )


def discount_text(entry: AllowanceCharge, kind: str, say: Words) -> str:
    """Return why money comes off or on: the reason, and the percentage if there is one.

    `kind` is "Discount" or "Charge". A reason net30 wrote itself is shown in the language.
    """
    reason = shown_inline(entry.reason)
    text = say(kind) if reason in {"", "Discount", "Charge"} else reason
    if entry.percent is None:
        return text
    return f"{text} {write_percent(entry.percent, say.language)}"


def write_price(price: Decimal, currency: str, language: str) -> str:
    """Write a price with all its decimals, and at least those of its currency."""
    digits = max(digits_of(currency), -int(price.normalize().as_tuple().exponent))
    return write_number(price, language, digits)


def _price(line: Line, invoice: Invoice, say: Words) -> str:
    price = line.unit_price
    if invoice.prices_include_tax and line.price_with_tax is not None:
        price = line.price_with_tax
    written = write_price(price, invoice.currency, say.language)
    if line.base_quantity in {0, 1}:
        return written
    base = write_number(line.base_quantity, say.language)
    unit = unit_name(line.base_unit or line.unit, line.base_quantity, say.language)
    return f"{written} / {base} {shown_inline(unit)}"


def _rate(line: Line, say: Words) -> str:
    if line.tax.category is TaxCategory.EXEMPT:
        return say("Exempt")
    return write_percent(line.tax.percent, say.language)


def _details(line: Line, say: Words) -> Iterator[str]:
    yield shown(line.description)
    yield from (shown_inline(f"{name}: {value}") for name, value in line.attributes)
    if line.period is not None:
        yield write_period(line.period, say)
    for label, value in (
        ("Item", line.seller_item_id),
        ("Your item", line.buyer_item_id),
        ("Order line", line.order_line),
        ("Origin", line.origin_country),
    ):
        yield f"{say(label)}: {shown_inline(value)}" if value else ""
    yield from _reductions(line, say)
    yield shown(line.note)


def _reductions(line: Line, say: Words) -> Iterator[str]:
    currency = line.net.currency
    if line.gross_price is not None and line.price_discount:
        gross = write_price(line.gross_price, currency, say.language)
        off = write_price(line.price_discount, currency, say.language)
        yield say("Price {gross} less {discount}", gross=gross, discount=off)
    for entry in line.allowances:
        text = discount_text(entry, "Discount", say)
        yield f"{text}: {write_amount(-entry.amount, say.language)}"
    for entry in line.charges:
        text = discount_text(entry, "Charge", say)
        yield f"{text}: {write_amount(entry.amount, say.language)}"
