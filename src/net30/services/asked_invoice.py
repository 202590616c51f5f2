"""Asked invoice: the invoice a prediction is asked about, if there is anything left to predict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from net30.features.coding import Words, day_number
from net30.features.invoices import OPEN, Invoices
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.kernel.money import Money
from net30.services.context import ReadContext
from net30.services.customer_history import CustomerHistory
from net30.services.found import invoice_by_number, open_item_by_number

CURRENCY = "currency"
_UNKNOWN, _UNPAID = np.array([-1]), np.array([OPEN])


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedInvoice:
    """An invoice that is not paid yet; `balance` is what is open of its `amount`.

    `issued` and `due` are days; a draft is asked about as if it were issued on its date.
    """

    id: str
    number: str
    customer_id: str
    amount: Money
    balance: Money
    issued: date
    due: date

    @property
    def terms(self) -> int:
        """Return the days from issue to due."""
        return max((self.due - self.issued).days, 0)


def asked_invoice(ctx: ReadContext, number: str) -> AskedInvoice:
    """Return the claim with a number, or the draft with that id.

    Raises NotFound, Conflict for what is settled, a credit note or an offer, and InputError for an
    invoice without a due date: it cannot be late.
    """
    try:
        item = open_item_by_number(ctx, number).value
    except NotFound:
        return _draft(ctx, number)
    if item.amount.minor < 0 or not item.balance:
        raise Conflict(
            f"nothing is open on {item.number}, so there is nothing to predict",
            hint="ask about an invoice that is not paid yet",
            code="nothing_open",
        )
    return AskedInvoice(
        id=item.id,
        number=item.number,
        customer_id=item.customer_id,
        amount=item.amount,
        balance=item.balance,
        issued=item.issue_date,
        due=_due(item.number, item.due_date),
    )


def row_of(
    asked: AskedInvoice, history: CustomerHistory, place: int | None, words: Words
) -> Invoices:
    """Return the invoice as features are made of it; `place` is where it stands in the ledger.

    What else stood beside an imported invoice is taken from there.
    """
    every = history.invoices
    codes = dict.fromkeys(words, _UNKNOWN)
    if place is not None:
        codes = {name: column[place : place + 1] for name, column in every.words.items()}
    elif CURRENCY in words and asked.amount.currency in words[CURRENCY]:
        codes[CURRENCY] = np.array([words[CURRENCY].index(asked.amount.currency)])
    return Invoices(
        customer=every.customer[:1] if len(every) else np.zeros(1, np.int64),
        issued=np.array([day_number(asked.issued)]),
        due=np.array([day_number(asked.due)]),
        amount=np.array([asked.amount.minor]),
        paid=_UNPAID,
        known=_UNPAID,
        words=codes,
    )


def _draft(ctx: ReadContext, number: str) -> AskedInvoice:
    invoice = invoice_by_number(ctx, number).value
    due = invoice.totals.due
    if not invoice.is_claim or invoice.is_credit_note or due.minor <= 0:
        raise Conflict(
            f"{number!r} claims no money, so there is nothing to predict",
            hint="ask about an invoice",
            code="nothing_open",
        )
    return AskedInvoice(
        id=invoice.id,
        number=invoice.number or invoice.id,
        customer_id=invoice.customer_id,
        amount=due,
        balance=due,
        issued=invoice.issue_date,
        due=_due(number, invoice.due_date),
    )


def _due(number: str, due: date | None) -> date:
    if due is None:
        raise InputError(
            f"{number} has no due date, so it cannot be late",
            hint="ask about an invoice with a due date",
            code="no_due_date",
        )
    return due
