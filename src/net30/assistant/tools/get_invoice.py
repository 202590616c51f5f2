"""Show one invoice: its client, lines, total, balance, status, history and files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Counted, Result, Shown, Word
from net30.domain.customer import Customer
from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem, Settlement, SettlementKind, status_of
from net30.domain.payment import Payment
from net30.domain.rendering import Rendering
from net30.kernel.errors import NotFound
from net30.services.context import ReadContext
from net30.services.find_payments import find_payments
from net30.services.found import invoice_by_number, open_item_by_number
from net30.services.projections.documents import draft_files

ACCESS = Access.READ
NEEDS = (Permission.INVOICES_READ, Permission.PAYMENTS_READ)

FILES_SHOWN = (".pdf", ".html")


class Args(Arguments):
    """Which invoice."""

    number: str = Field(description="The invoice's number, or the id of a draft.")


def run(ctx: ReadContext, args: Args) -> Result:
    """Return where the invoice stands today, what is on it, and what happened to it."""
    try:
        invoice = invoice_by_number(ctx, args.number).value
    except NotFound:
        item = _imported(ctx, args.number)
        if item is None:
            raise
        return _claim(ctx, item, item.number, ())
    lines = tuple(
        (line.name, Counted(line.quantity, line.unit), line.unit_price, line.net)
        for line in invoice.lines
    )
    charged = Result(
        "charges",
        {"net": invoice.totals.net, "tax": invoice.totals.tax, "total": invoice.totals.due},
        lines,
    )
    try:
        item = ctx.tx.load(OpenItem, invoice.id).value
    except NotFound:  # drafts and offers claim nothing
        return _unclaimed(ctx, invoice, charged)
    return _claim(ctx, item, invoice.number, (charged, *_files(ctx, invoice)))


def _imported(ctx: ReadContext, number: str) -> OpenItem | None:
    """Return the claim of an imported invoice, whose document stayed in the other system."""
    try:
        return open_item_by_number(ctx, number).value
    except NotFound:
        return None


def _claim(ctx: ReadContext, item: OpenItem, number: str, parts: tuple[Result, ...]) -> Result:
    """Return an issued invoice or credit note, imported or ours."""
    code = "credit_note_shown" if item.amount.minor < 0 else "invoice_shown"
    values: dict[str, Shown] = {
        "number": number,
        "client": ctx.tx.load(Customer, item.customer_id).value.name,
        "total": item.amount,
        "balance": item.balance,
        "status": Word("status", status_of(item, ctx.today).value),
        "issued": item.issue_date,
        "due": item.due_date,
    }
    shown, files = parts[:1], parts[1:]
    happened = sorted(_history(ctx, item), key=_day)
    history = Result("history", rows=tuple(happened))
    return Result(code, values, reference=number, parts=(*shown, history, *files))


def _unclaimed(ctx: ReadContext, invoice: Invoice, charged: Result) -> Result:
    values: dict[str, Shown] = {
        "number": invoice.number,
        "client": invoice.customer.name,
        "total": invoice.totals.due,
        "issued": invoice.issue_date,
        "due": invoice.due_date or invoice.issue_date,
    }
    return Result(
        "offer_shown" if invoice.is_issued else "draft_shown",
        values,
        reference=invoice.number or invoice.id,
        parts=(charged, *_files(ctx, invoice)),
    )


def _history(ctx: ReadContext, item: OpenItem) -> Iterator[tuple[date, Word, Shown, Shown]]:
    """Yield what happened: day, what, amount, and who or what it was about."""
    yield item.issue_date, Word("event", "issued"), item.amount, ""
    if item.sent_on:
        yield item.sent_on, Word("event", "sent"), "", ""
    for settled in item.settlements:
        word = Word("event", settled.kind.value)
        yield settled.day, word, settled.amount, _about(ctx, settled)
    yield from _returned(ctx, item)
    for reminder in item.reminders:
        yield reminder.day, Word("event", "reminded"), "", reminder.to
    for dispute in item.disputes:
        yield dispute.opened, Word("event", "disputed"), "", dispute.reason
        if dispute.closed:
            yield dispute.closed, Word("event", "dispute_closed"), "", ""
    for promise in item.promises:
        yield promise.made, Word("event", "promised"), promise.amount, promise.day


def _returned(ctx: ReadContext, item: OpenItem) -> Iterator[tuple[date, Word, Shown, Shown]]:
    """Yield payments that the bank took back, when they came and when they went."""
    for one in find_payments(ctx, invoice=item.number):
        gone = one.payment.returned
        for part in gone.allocations if gone else ():
            if gone and part.invoice_id == item.id:
                method = Word("method", one.payment.method.value)
                yield one.payment.day, Word("event", "payment"), part.amount, method
                yield gone.day, Word("event", "returned"), part.amount, gone.reason


def _about(ctx: ReadContext, settled: Settlement) -> Shown:
    """Return how money came, or the number of the credit note."""
    try:
        if settled.kind is SettlementKind.PAYMENT:
            method = ctx.tx.load(Payment, settled.source_id).value.method
            return Word("method", method.value)
        if settled.kind is SettlementKind.CREDIT:
            return ctx.tx.load(OpenItem, settled.source_id).value.number
    except NotFound:  # settled in the system it was imported from
        return ""
    return ""


def _day(row: tuple[date, Word, Shown, Shown]) -> date:
    return row[0]


def _files(ctx: ReadContext, invoice: Invoice) -> tuple[Result, ...]:
    """Return where the page to read and the page to print are kept."""
    if invoice.is_issued:
        try:
            names = [file.blob for file in ctx.tx.load(Rendering, invoice.id).value.files]
        except NotFound:  # written after the commit, a moment later
            names = []
    else:
        names = draft_files(ctx, invoice.id)
    places = tuple(
        (ctx.blobs.where(ctx.organisation, name),) for name in names if name.endswith(FILES_SHOWN)
    )
    return (Result("files", rows=places),) if places else ()
