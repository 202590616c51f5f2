"""Invoice making: from the fields of a form to a draft or an issued invoice, once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine, draft
from net30.domain.identity.roles import Permission
from net30.domain.invoice import INVOICE, Invoice
from net30.domain.party import Address, Party
from net30.domain.tax import TaxRate
from net30.domain.terms import PaymentTerms
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError
from net30.kernel.money import currency_digits
from net30.services.context import Context, ReadContext
from net30.services.create_draft import create_draft
from net30.services.issue_invoice import issue_invoice
from net30.services.once import once
from net30.services.save_customer import save_customer
from net30.ui.pieces.clicks import done, token
from net30.ui.pieces.links import go
from net30.ui.pieces.notices import keep_notice
from net30.ui.visit import Visit
from net30.ui.words import Words

PREVIEW = "preview"
MILLIME_DIGITS = 3
_SPACES = re.compile(r"[\s']")
_POINT = re.compile(r"-?\d+\.\d+")
"""1.250 is one and a quarter: so numbers are written into the fields."""
_GROUPED = re.compile(r"-?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?")
UNITS = ("C62", "HUR", "DAY", "MON", "KGM", "LTR", "MTR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody has filled in: a known customer's id or a new one's name, lines, terms."""

    customer: str
    lines: tuple[NewLine, ...]
    is_new_customer: bool = False
    days: int | None = None
    due: date | None = None
    kind: str = INVOICE
    currency: str = ""
    notes: str = ""
    discount: Decimal | None = None

    def new(self, customer_id: str) -> NewInvoice:
        """Return what is asked of the books."""
        return NewInvoice(
            customer_id=customer_id,
            lines=self.lines,
            type_code=self.kind,
            currency=self.currency,
            terms=PaymentTerms(self.days) if self.days is not None else None,
            due_date=self.due,
            notes=(self.notes,) if self.notes.strip() else (),
            discount_percent=self.discount,
        )


def worked_out(ctx: ReadContext, wanted: Wanted) -> Invoice:
    """Return the invoice as it would be, with all totals; raise what drafting raises."""
    customer = (
        _newcomer(ctx, wanted.customer)
        if wanted.is_new_customer
        else ctx.tx.load(Customer, wanted.customer).value
    )
    return draft(
        wanted.new(customer.id),
        invoice_id=PREVIEW,
        seller=ctx.company,
        customer=customer,
        today=ctx.today,
    )


def make(visit: Visit, wanted: Wanted, form: str, *, issue: bool) -> None:
    """Make the draft or the invoice, tell it, and go to its page; once however often clicked."""
    needs = [Permission.INVOICES_WRITE]
    if wanted.is_new_customer:
        needs.append(Permission.CUSTOMERS_WRITE)
    with visit.change(*needs) as ctx:
        asked = f"screen:{form}:{issue}:{wanted!r}"
        made = once(ctx, token(form), asked, lambda: _made(ctx, wanted, issue=issue)).text
        invoice = ctx.tx.load(Invoice, made).value
    done(form)
    name = invoice.number or visit.t("draft")
    amount = visit.money(invoice.totals.due)
    text = (
        visit.t("{number} is issued: {amount}.", number=name, amount=amount)
        if issue
        else visit.t("The draft is saved: {amount}.", amount=amount)
    )
    keep_notice(text)
    go("invoice", number=invoice.number or invoice.id)


def _made(ctx: Context, wanted: Wanted, *, issue: bool) -> str:
    customer_id = wanted.customer
    if wanted.is_new_customer:
        customer_id = save_customer(ctx, _newcomer(ctx, wanted.customer)).id
    made = create_draft(ctx, wanted.new(customer_id))
    return issue_invoice(ctx, made.id).id if issue else made.id


def _newcomer(ctx: ReadContext, name: str) -> Customer:
    home = Address(country=ctx.company.party.address.country)
    return Customer(id="", party=Party(name=name, address=home))


def decimal_of(text: object, what: str) -> Decimal:
    """Return the number that somebody wrote, with a point or a comma; raise InputError.

    >>> [str(decimal_of(one, "a price")) for one in ("1.250,50", "1,250.50", "1 000", "2,5")]
    ['1250.50', '1250.50', '1000', '2.5']
    """
    bare = _SPACES.sub("", str(text))
    grouped = _GROUPED.fullmatch(bare)
    if grouped and not _POINT.fullmatch(bare):
        bare = bare.replace(grouped[1], "")
    try:
        return parse_decimal(bare.replace(",", "."))
    except InputError as error:
        raise InputError(
            f"{text!r} is no number", hint=f"write {what} such as 1250.50", code="number"
        ) from error


def amount_of(t: Words, text: object, what: str, currency: str) -> Decimal:
    """Return the amount that somebody wrote in a currency; raise InputError.

    Dinars have three decimals: but for English a comma before three digits is their decimal sign.
    """
    written = str(text)
    millimes = currency_digits().get(currency.strip().upper()) == MILLIME_DIGITS
    if millimes and t.language != "en" and written.count(",") == 1 and "." not in written:
        written = written.replace(",", ".")
    return decimal_of(written, what)


def line_of(row: dict[str, Any], price: Decimal, tax: TaxRate | None) -> NewLine:  # Any: cells
    """Return a line of a form's row."""
    return NewLine(
        name=str(row.get("name") or "").strip(),
        quantity=decimal_of(row.get("quantity") or 1, "a quantity"),
        unit=str(row.get("unit") or UNITS[0]),
        unit_price=price,
        tax=tax,
    )


def filled(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:  # Any: the same
    """Return the rows in which something stands."""
    return [row for row in rows if str(row.get("name") or "").strip() or row.get("price")]
