"""Drafting: from what someone asks for to an invoice with every amount worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from net30.domain.customer import Customer
from net30.domain.inclusive import Body, remove_tax
from net30.domain.invoice import (
    DRAFTED_CODES,
    INVOICE,
    NO_REFERENCES,
    Delivery,
    Invoice,
    Note,
    PaymentInstructions,
    PrecedingInvoice,
    References,
    Totals,
)
from net30.domain.line import PIECE, AllowanceCharge, Line, Period
from net30.domain.organisation import Organisation
from net30.domain.tax import TaxRate, check_percent, check_rate
from net30.domain.terms import PaymentTerms
from net30.domain.text import NAME_CHARACTERS_MAX, clean, cleaned
from net30.domain.totals import Settling, compute_totals
from net30.kernel.dates import check_date
from net30.kernel.decimals import EXACT, is_acceptable
from net30.kernel.errors import InputError, LimitExceeded
from net30.kernel.money import Money

LINES_MAX = 1000
QUANTITY_MAX = Decimal(10) ** 9
INVOICE_MINOR_MAX = 10**15
CASH_STEP_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """One thing to charge: what, how much of it, at which price for one.

    Without `tax` the customer's or the organisation's rate applies; `discount_percent` comes off
    this line. With `product`, a code, the name, price, unit and tax that are left out are those of
    the catalogue on the day of drafting.
    """

    name: str = ""
    unit_price: Decimal | None = None
    quantity: Decimal = Decimal(1)
    unit: str = PIECE
    tax: TaxRate | None = None
    discount_percent: Decimal | None = None
    description: str = ""
    period: Period | None = None
    seller_item_id: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvoice:
    """What someone asks to be invoiced; what is left out takes the customer's defaults.

    `discount_percent` comes off the whole document, `prepaid` off the amount due. With
    `prices_include_tax` the unit prices are gross and the amount due is exactly their sum.
    """

    customer_id: str
    lines: tuple[NewLine, ...]
    type_code: str = INVOICE
    currency: str = ""
    issue_date: date | None = None
    due_date: date | None = None
    terms: PaymentTerms | None = None
    prices_include_tax: bool = False
    discount_percent: Decimal | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    charges: tuple[AllowanceCharge, ...] = ()
    prepaid: Money | None = None
    cash_step: int = 1
    tax_currency: str = ""
    exchange_rate: Decimal | None = None
    language: str = ""
    notes: tuple[str, ...] = ()
    references: References = NO_REFERENCES
    preceding: tuple[PrecedingInvoice, ...] = ()
    delivery: Delivery | None = None
    period: Period | None = None
    payment: PaymentInstructions | None = None


def draft(
    new: NewInvoice, *, invoice_id: str, seller: Organisation, customer: Customer, today: date
) -> Invoice:
    """Return the draft invoice of a request, with every line, tax and total computed.

    Texts lose control characters and direction overrides. Raises InputError for amounts, dates or
    texts that make no invoice, LimitExceeded for more than 1,000 lines, texts of more than 10,000
    characters or totals beyond 10^15 minor units.
    """
    _check(new)
    currency = new.currency or customer.currency or seller.currency
    default = customer.tax or seller.tax
    issued = check_date(new.issue_date or today)
    terms = new.terms or customer.terms or seller.terms
    due = check_date(new.due_date) if new.due_date else terms.due_date(issued)
    _check_order(issued, due, "due_date", "the due date {end} is before the issue date {start}")
    tax_currency = "" if new.tax_currency == currency else new.tax_currency
    lines = tuple(
        _line(entry, at, currency, entry.tax or default) for at, entry in enumerate(new.lines, 1)
    )
    body = Body(lines, new.allowances + _discount(new, lines, currency), new.charges)
    stated = None
    if new.prices_include_tax:
        body, stated = remove_tax(body, currency)
    totals = compute_totals(
        currency,
        body.lines,
        body.allowances,
        body.charges,
        Settling(
            prepaid=new.prepaid,
            stated_gross=stated,
            cash_step=new.cash_step,
            tax_currency=tax_currency,
            exchange_rate=new.exchange_rate,
        ),
    )
    check_totals(totals)
    invoice = Invoice(
        id=invoice_id,
        type_code=new.type_code,
        currency=currency,
        issue_date=issued,
        due_date=due,
        seller=seller.party,
        customer=customer.party,
        customer_id=customer.id,
        lines=body.lines,
        totals=totals,
        allowances=body.allowances,
        charges=body.charges,
        prices_include_tax=new.prices_include_tax,
        tax_currency=tax_currency,
        exchange_rate=new.exchange_rate if tax_currency else None,
        language=new.language or customer.language or seller.language,
        discount=terms.discount,
        notes=tuple(Note(text) for text in new.notes),
        references=new.references,
        preceding=new.preceding,
        delivery=new.delivery,
        period=new.period,
        payment=new.payment or seller.payment,
        place=seller.place,
    )
    return cleaned(invoice, "the document")


def _line(new: NewLine, at: int, currency: str, tax: TaxRate) -> Line:
    price = new.unit_price
    assert price is not None, "a line without a price was refused"
    base = net = Money.rounded(EXACT.multiply(new.quantity, price), currency)
    allowances: tuple[AllowanceCharge, ...] = ()
    if new.discount_percent:
        allowances = (_percent_off(base, new.discount_percent, None),)
        net = base - allowances[0].amount  # as line_net has it, for one unit of quantity
    return Line(
        id=str(at),
        name=new.name,
        description=new.description,
        quantity=new.quantity,
        unit=new.unit,
        unit_price=price,
        tax=tax,
        allowances=allowances,
        period=new.period,
        seller_item_id=new.seller_item_id,
        net=net,
    )


def _discount(new: NewInvoice, lines: Sequence[Line], currency: str) -> tuple[AllowanceCharge, ...]:
    """Return a discount on the document: one allowance for each tax group (BR-32)."""
    if not new.discount_percent:
        return ()
    percent = new.discount_percent
    rates = {line.tax.group: line.tax for line in lines}
    return tuple(
        _percent_off(
            Money.total((line.net for line in lines if line.tax.group == group), currency),
            percent,
            rate,
        )
        for group, rate in sorted(rates.items())
    )


def _percent_off(base: Money, percent: Decimal, tax: TaxRate | None) -> AllowanceCharge:
    # UNTDID 5189 code 95: discount. BR-33 and BR-42 want a reason or a code.
    amount = base.times(percent.scaleb(-2, EXACT))
    return AllowanceCharge(
        amount=amount, base=base, percent=percent, reason="Discount", reason_code="95", tax=tax
    )


def _check(new: NewInvoice) -> None:
    if new.type_code not in DRAFTED_CODES:
        raise InputError(
            f"documents of type {new.type_code!r} are not drafted from a request",
            hint="use 380, 384, 386, 310 or 325; a credit note is made from its invoice",
            code="type_code",
        )
    if not new.lines:
        raise InputError(
            "the invoice has no line", hint="say what is charged and its price", code="no_lines"
        )
    if len(new.lines) > LINES_MAX:
        raise LimitExceeded(
            f"the invoice has {len(new.lines):,} lines",
            hint=f"net30 takes at most {LINES_MAX:,} lines an invoice; split it",
            code="too_many_lines",
        )
    for at, line in enumerate(new.lines):
        _check_line(line, f"lines[{at}]")
    for entry in (*new.allowances, *new.charges):
        _check_entry(entry)
    _check_percent(new.discount_percent)
    _check_period(new.period)
    if new.prepaid is not None and new.prepaid.minor < 0:
        raise InputError(
            f"the prepaid amount of {new.prepaid} is below zero",
            hint="give what was paid already as a positive amount",
            code="prepaid",
        )
    if not 1 <= new.cash_step <= CASH_STEP_MAX:
        raise InputError(
            f"a smallest coin of {new.cash_step} minor units cannot be rounded to",
            hint=f"give 1 to {CASH_STEP_MAX:,}, e.g. 5 for Swiss francs in cash",
            code="cash_step",
        )


def _check_line(line: NewLine, path: str) -> None:
    if not clean(line.name, "the description", NAME_CHARACTERS_MAX):
        raise InputError(
            f"{path} has no description", hint="say what is charged", code="no_description"
        )
    if not line.unit.strip():
        raise InputError(  # EN 16931 BR-23
            f"{path} has no unit", hint="use C62 for pieces, HUR for hours", code="no_unit"
        )
    if line.unit_price is None:
        raise InputError(
            f"{path} has no price", hint="say what one costs, or name a product", code="no_price"
        )
    if not is_acceptable(line.unit_price) or line.unit_price < 0:
        raise InputError(  # EN 16931 BR-27
            f"the price {line.unit_price:.6} of {path} is below zero or no amount",
            hint="use a discount or a credit note to take money off",
            code="negative_price",
        )
    if not is_acceptable(line.quantity) or not 0 < line.quantity <= QUANTITY_MAX:
        raise InputError(
            f"the quantity {line.quantity:.6} of {path} is not between 0 and {QUANTITY_MAX:,}",
            hint="use a credit note to take something back",
            code="quantity",
        )
    if line.tax is not None:
        check_rate(line.tax)
    _check_percent(line.discount_percent)
    _check_period(line.period)


def _check_entry(entry: AllowanceCharge) -> None:
    if entry.amount.minor < 0:
        raise InputError(
            f"an allowance or charge of {entry.amount} is below zero",
            hint="give an allowance instead of a negative charge, and the other way round",
            code="allowance_amount",
        )
    if (entry.base is None) is not (entry.percent is None):
        raise InputError(  # Peppol BIS R041, R042
            "an allowance or charge has a base without a percentage, or the other way round",
            hint="give both or neither",
            code="allowance_base",
        )
    if entry.tax is not None:
        check_rate(entry.tax)


def _check_percent(percent: Decimal | None) -> None:
    if percent is not None:
        check_percent(percent, "the discount")


def _check_period(period: Period | None) -> None:
    if period is not None and period.start is not None and period.end is not None:
        # EN 16931 BR-29, BR-30
        text = "the period would end on {end}, before it starts on {start}"
        _check_order(period.start, period.end, "period", text)


def _check_order(start: date, end: date, code: str, text: str) -> None:
    if end < start:
        raise InputError(
            text.format(start=start, end=end),
            hint=f"give {start} or a later day",
            code=code,
        )


def check_totals(totals: Totals) -> None:
    """Refuse a document that is too large, or that would owe the customer money."""
    if totals.gross.minor > INVOICE_MINOR_MAX:
        raise LimitExceeded(
            f"a total of {totals.gross} is too large for one invoice",
            hint=f"net30 takes at most {INVOICE_MINOR_MAX:,} minor units; check the price",
            code="amount_too_large",
        )
    if totals.gross.minor < 0 or totals.due.minor < 0:
        raise InputError(
            f"the invoice would come to {totals.due}",
            hint="discounts and prepayments may not be more than the charge; use a credit note",
            code="negative_total",
        )
