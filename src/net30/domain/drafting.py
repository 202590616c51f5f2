"""Drafting: from what someone asks for to an invoice with every amount worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext

from net30.domain.customer import Customer
from net30.domain.inclusive import Body, remove_tax
from net30.domain.invoice import (
    INVOICE,
    Delivery,
    Invoice,
    Note,
    PaymentInstructions,
    PrecedingInvoice,
    References,
    Totals,
)
from net30.domain.line import PIECE, AllowanceCharge, Line, Period, line_net
from net30.domain.organisation import Organisation
from net30.domain.tax import TaxRate, check_percent
from net30.domain.terms import PaymentTerms
from net30.domain.text import clean
from net30.domain.totals import Settling, compute_totals
from net30.kernel.dates import check_date
from net30.kernel.decimals import EXACT
from net30.kernel.errors import InputError, LimitExceeded
from net30.kernel.money import Money

LINES_MAX = 1000
NAME_CHARACTERS_MAX = 500
TEXT_CHARACTERS_MAX = 10_000
QUANTITY_MAX = Decimal(10) ** 9
INVOICE_MINOR_MAX = 10**15


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """One thing to charge: what, how much of it, at which price for one.

    Without `tax` the customer's or the organisation's rate applies; `discount_percent` comes off
    this line.
    """

    name: str
    unit_price: Decimal
    quantity: Decimal = Decimal(1)
    unit: str = PIECE
    tax: TaxRate | None = None
    discount_percent: Decimal | None = None
    description: str = ""
    period: Period | None = None
    seller_item_id: str = ""


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
    references: References = References()
    preceding: tuple[PrecedingInvoice, ...] = ()
    delivery: Delivery | None = None
    period: Period | None = None
    payment: PaymentInstructions | None = None


def draft(
    new: NewInvoice, *, invoice_id: str, seller: Organisation, customer: Customer, today: date
) -> Invoice:
    """Return the draft invoice of a request, with every line, tax and total computed.

    Raises InputError for amounts, dates or texts that make no invoice, LimitExceeded for more
    than 1,000 lines or totals beyond 10^15 minor units.
    """
    _check(new)
    currency = new.currency or customer.currency or seller.currency
    default = customer.tax or seller.tax
    issued = check_date(new.issue_date or today)
    terms = new.terms or customer.terms or seller.terms
    due = check_date(new.due_date) if new.due_date else terms.due_date(issued)
    if due < issued:
        raise InputError(
            f"the due date {due} is before the issue date {issued}",
            hint="give a due date on or after the issue date",
            code="due_date",
        )
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
            tax_currency=new.tax_currency,
            exchange_rate=new.exchange_rate,
        ),
    )
    _check_totals(totals)
    return Invoice(
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
        tax_currency=new.tax_currency,
        exchange_rate=new.exchange_rate,
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


def _line(new: NewLine, at: int, currency: str, tax: TaxRate) -> Line:
    with localcontext(EXACT):
        base = Money.rounded(new.quantity * new.unit_price, currency)
    percent = new.discount_percent
    allowances: tuple[AllowanceCharge, ...] = ()
    if percent:
        allowances = (_percent_off(base, check_percent(percent, "the discount"), None),)
    line = Line(
        id=str(at),
        name=clean(new.name, "the description", NAME_CHARACTERS_MAX),
        description=clean(new.description, "the details", TEXT_CHARACTERS_MAX),
        quantity=new.quantity,
        unit=new.unit,
        unit_price=new.unit_price,
        tax=tax,
        allowances=allowances,
        period=new.period,
        seller_item_id=new.seller_item_id,
        net=Money.zero(currency),
    )
    return replace(line, net=line_net(line))


def _discount(new: NewInvoice, lines: Sequence[Line], currency: str) -> tuple[AllowanceCharge, ...]:
    """Return a discount on the document: one allowance for each tax group (BR-32)."""
    if not new.discount_percent:
        return ()
    percent = check_percent(new.discount_percent, "the discount")
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
    amount = base.times(percent.scaleb(-2))
    return AllowanceCharge(
        amount=amount, base=base, percent=percent, reason="Discount", reason_code="95", tax=tax
    )


def _check(new: NewInvoice) -> None:
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
    for note in new.notes:
        clean(note, "the note", TEXT_CHARACTERS_MAX)
    if new.prepaid is not None and new.prepaid.minor < 0:
        raise InputError(
            f"the prepaid amount of {new.prepaid} is below zero",
            hint="give what was paid already as a positive amount",
            code="prepaid",
        )


def _check_line(line: NewLine, path: str) -> None:
    if not line.name.strip():
        raise InputError(
            f"{path} has no description", hint="say what is charged", code="no_description"
        )
    if not line.unit_price.is_finite() or line.unit_price < 0:
        raise InputError(  # EN 16931 BR-27
            f"the price {line.unit_price} of {path} is below zero",
            hint="use a discount or a credit note to take money off",
            code="negative_price",
        )
    if not line.quantity.is_finite() or not 0 < line.quantity <= QUANTITY_MAX:
        raise InputError(
            f"the quantity {line.quantity} of {path} is not between 0 and {QUANTITY_MAX:,}",
            hint="use a credit note to take something back",
            code="quantity",
        )


def _check_totals(totals: Totals) -> None:
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
