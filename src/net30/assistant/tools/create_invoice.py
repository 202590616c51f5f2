"""Draft an invoice for a client: lines with quantity, price and tax; totals are computed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Counted, Result
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.identity.roles import Permission
from net30.domain.inclusive import net_price
from net30.domain.line import PIECE
from net30.domain.tax import TaxCategory, TaxRate
from net30.kernel.decimals import plain
from net30.kernel.errors import InputError
from net30.language.units import unit_code
from net30.services.context import Context
from net30.services.create_draft import create_draft
from net30.services.found import customer_by_name

ACCESS = Access.WRITE
NEEDS = (Permission.INVOICES_WRITE,)


class LineArgs(Arguments):
    """One thing to charge; a flat price has quantity 1 and no unit."""

    description: str = Field(description="What is sold, without quantity, unit and price.")
    quantity: Decimal = Field(default=Decimal(1), description="How many; 1 for a flat price.")
    unit: str | None = Field(
        default=None, description="hour, day, week, month, half-day ...; none for pieces."
    )
    unit_price: Decimal = Field(description="Price of one unit before tax, in major units.")
    tax_rate: Decimal | None = Field(
        default=None, description="Tax in percent; 0 for exempt; left out for the usual rate."
    )
    discount_percent: Decimal | None = Field(
        default=None, description="Discount on this line in percent."
    )
    price_with_tax: Decimal | None = Field(
        default=None,
        description="The price as it was said, if it held tax; unit_price is then what is left.",
    )


class Args(Arguments):
    """Whom to invoice for what; what is left out takes the client's defaults."""

    client: str = Field(description="The client's name.")
    currency: str | None = Field(
        default=None, description="ISO 4217 code; left out for the client's own."
    )
    issue_date: date | None = Field(default=None, description="Date of the invoice; today.")
    due_date: date | None = Field(default=None, description="Last day to pay.")
    terms_days: int | None = Field(
        default=None, ge=0, le=730, description="Days to pay from the issue date, if no due date."
    )
    lines: tuple[LineArgs, ...] = Field(description="What is charged, line by line.")
    notes: str | None = Field(default=None, description="A remark printed on the invoice.")


def run(ctx: Context, args: Args) -> Result:
    """Make the draft and return its totals."""
    customer = customer_by_name(ctx, args.client).value
    invoice = create_draft(ctx, _new(ctx, customer.id, args))
    totals = invoice.totals
    return Result(
        "draft_made",
        {
            "client": customer.name,
            "net": totals.net,
            "tax": totals.tax,
            "total": totals.due,
            "due": invoice.due_date or invoice.issue_date,
        },
        tuple(
            (line.name, Counted(line.quantity, line.unit), line.unit_price, line.net)
            for line in invoice.lines
        ),
        reference=invoice.id,
        parts=(Result("draft_next"),),
    )


def _new(ctx: Context, customer_id: str, args: Args) -> NewInvoice:
    due = args.due_date
    if args.terms_days is not None and due is None:
        due = (args.issue_date or ctx.today) + timedelta(days=args.terms_days)
    # Only where every price held tax is the sum of them what the customer was told to pay.
    with_tax = all(line.price_with_tax is not None for line in args.lines)
    return NewInvoice(
        customer_id=customer_id,
        lines=tuple(_line(line, with_tax=with_tax) for line in args.lines),
        prices_include_tax=with_tax,
        currency=args.currency or "",
        issue_date=args.issue_date,
        due_date=due,
        notes=(args.notes,) if args.notes else (),
    )


def _line(args: LineArgs, *, with_tax: bool) -> NewLine:
    _check_told(args)
    return NewLine(
        name=args.description,
        unit_price=args.price_with_tax if with_tax else args.unit_price,
        quantity=args.quantity,
        unit=_unit(args.unit),
        tax=None if args.tax_rate is None else _tax(args.tax_rate),
        discount_percent=args.discount_percent,
    )


def _check_told(args: LineArgs) -> None:
    """Refuse a price with tax that is not the line's own price and tax rate."""
    told = args.price_with_tax
    if told is not None and args.unit_price != net_price(told, args.tax_rate or Decimal(0)):
        raise InputError(
            f"a price of {plain(told)} with tax is not {plain(args.unit_price)} without",
            hint="give unit_price and tax_rate, and leave price_with_tax out",
            code="price_with_tax",
        )


def _unit(name: str | None) -> str:
    try:
        return unit_code(name) if name else PIECE
    except InputError:  # a counted thing: samples, chairs, meals
        return PIECE


def _tax(percent: Decimal) -> TaxRate:
    return TaxRate(TaxCategory.STANDARD if percent else TaxCategory.ZERO, percent)
