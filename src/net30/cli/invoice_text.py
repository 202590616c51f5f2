"""Invoice text: a document on a terminal, with its totals and where its files are."""

from __future__ import annotations

from collections.abc import Iterator

from net30.domain.invoice import CREDIT_NOTE, DEPOSIT, PRO_FORMA, QUOTE, Invoice
from net30.domain.open_item import OpenItem, status_of
from net30.domain.rendering import Rendering
from net30.kernel.errors import NotFound
from net30.kernel.money import Money
from net30.language.amounts import write_money, write_number, write_percent
from net30.language.units import unit_name
from net30.services.context import ReadContext
from net30.services.find_payments import find_payments
from net30.services.projections.documents import draft_files

LANGUAGE = "en"
TITLES = {
    CREDIT_NOTE: "Credit note",
    DEPOSIT: "Deposit invoice",
    PRO_FORMA: "Pro forma",
    QUOTE: "Quote",
}


def invoice_lines(ctx: ReadContext, invoice: Invoice) -> list[str]:
    """Return the document as lines of text: heading, lines, totals, payments, files."""
    return [
        *_heading(ctx, invoice),
        *_charges(invoice),
        *_totals(invoice),
        *_payments(ctx, invoice),
        *_files(ctx, invoice),
    ]


def _heading(ctx: ReadContext, invoice: Invoice) -> Iterator[str]:
    title = TITLES.get(invoice.type_code, "Invoice")
    if not invoice.is_issued:
        yield f"Draft {title.lower()} for {invoice.customer.name} ({invoice.id})"
        return
    yield f"{title} {invoice.number} for {invoice.customer.name}: {_status(ctx, invoice)}"


def _status(ctx: ReadContext, invoice: Invoice) -> str:
    try:
        item = ctx.tx.load(OpenItem, invoice.id).value
    except NotFound:  # an offer claims nothing
        return "issued"
    status = status_of(item, ctx.today).value.replace("_", " ")
    if item.balance and item.settlements:
        return f"{status}, {write_money(item.balance, LANGUAGE)} open"
    return status


def _charges(invoice: Invoice) -> Iterator[str]:
    due = f", due {invoice.due_date}" if invoice.due_date else ""
    yield f"  issued {invoice.issue_date}{due}"
    for line in invoice.lines:
        unit = unit_name(line.unit, line.quantity, LANGUAGE)
        price = write_number(line.unit_price, LANGUAGE)
        yield (
            f"  {line.name}: {write_number(line.quantity, LANGUAGE)} {unit} x {price}"
            f" = {write_money(line.net, LANGUAGE)}"
        )


def _totals(invoice: Invoice) -> Iterator[str]:
    totals = invoice.totals
    if totals.allowances:
        yield f"  discount  {write_money(-totals.allowances, LANGUAGE)}"
    if totals.charges:
        yield f"  charges   {write_money(totals.charges, LANGUAGE)}"
    yield f"  net       {write_money(totals.net, LANGUAGE)}"
    for row in totals.breakdown:
        rate = write_percent(row.rate.percent, LANGUAGE)
        yield f"  VAT {rate:<5} {write_money(row.tax, LANGUAGE)}"
    yield f"  total     {write_money(totals.gross, LANGUAGE)}"
    if totals.prepaid:
        yield f"  prepaid   {write_money(-totals.prepaid, LANGUAGE)}"
    if totals.rounding:
        yield f"  rounding  {write_money(totals.rounding, LANGUAGE)}"
    if totals.due != totals.gross:
        yield f"  due       {write_money(totals.due, LANGUAGE)}"


def _payments(ctx: ReadContext, invoice: Invoice) -> Iterator[str]:
    if not invoice.is_issued or not invoice.is_claim or invoice.is_credit_note:
        return
    for one in reversed(find_payments(ctx, invoice=invoice.number)):
        paid, gone = one.payment, one.payment.returned
        parts = gone.allocations if gone else paid.allocations
        amount = Money.total(
            (part.amount for part in parts if part.invoice_id == invoice.id), invoice.currency
        )
        why = f": {gone.reason}" if gone and gone.reason else ""
        back = f", returned {gone.day}{why}" if gone else ""
        yield f"  paid {paid.day} {write_money(amount, LANGUAGE)}{back} (payment {paid.id})"


def _files(ctx: ReadContext, invoice: Invoice) -> Iterator[str]:
    if invoice.is_issued:
        try:
            files = [file.blob for file in ctx.tx.load(Rendering, invoice.id).value.files]
        except NotFound:
            yield "  its files are not written yet"
            return
    else:
        files = draft_files(ctx, invoice.id)
    for blob in files:
        yield f"  {ctx.blobs.where(ctx.organisation, blob)}"
