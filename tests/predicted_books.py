"""Books with a past and a published model, for tests of predictions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from net30.domain.aggregates import Key
from net30.domain.customer import Customer, fold
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import Invoice
from net30.services.create_draft import create_draft
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.services.issue_invoice import issue_invoice
from net30.services.past_invoices import of_books
from tests.desk import TODAY, Desk, open_desk
from tests.payers import payers_csv
from tests.published import publish_small

INVOICES = 700


def open_books(
    home: Path, *, learned: date | None = TODAY, drift: int = 0, today: date = TODAY
) -> Desk:
    """Seven customers who have paid for a year, and a model that learned until a day."""
    desk = open_desk(home)
    desk.clock.day = today
    with desk.app.change() as ctx:
        import_ledger(ctx, LedgerFile(content=payers_csv(INVOICES, today=today, drift=drift)))
    desk.app.settle()
    if learned:
        publish(desk, learned)
    return desk


def publish(desk: Desk, learned: date) -> Path:
    """One more version, which has learned until a day."""
    with desk.app.look() as ctx:
        return publish_small(ctx.models, of_books(ctx, ctx.today).history, learned)


def issued_to(desk: Desk, customer: str, price: int = 500_000, *, settle: bool = True) -> Invoice:
    """An invoice of our own, issued today to one of the imported customers."""
    with desk.app.change() as ctx:
        found = ctx.tx.find(Customer, Key.NAME, fold(customer))[0].value
        line = NewLine(name="consulting", unit_price=Decimal(price))
        draft = create_draft(ctx, NewInvoice(customer_id=found.id, lines=(line,)))
        invoice = issue_invoice(ctx, draft.id)
    if settle:
        desk.app.settle()
    return invoice
