"""Invoices: drafts, issued invoices and credit notes, their documents, and what happens to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.etag import tag_of
from net30.api.answers.paging import ROWS_USUAL, Cursor, Limit, Listed, reply_page
from net30.api.answers.reply import reply_file
from net30.api.asked import ID_CHARACTERS_MAX, Currency, Day, Number
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.drafting import NewInvoice
from net30.domain.events import InvoiceSent
from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem, Status, status_of
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.kernel.money import Money
from net30.ports.search import Query as Question
from net30.ports.search import Sort
from net30.services.context import Context, ReadContext
from net30.services.create_draft import create_draft, delete_draft
from net30.services.credit_invoice import credit_invoice, void_invoice, write_off_invoice
from net30.services.find_invoices import InvoiceRow, find_invoices, row_of
from net30.services.found import customer_by_name, invoice_by_number, open_item_by_number
from net30.services.issue_invoice import issue_invoice, issue_new_invoice
from net30.services.render_document import file_name, format_of, render, style_of
from net30.services.send_invoice import send_invoice

routes = Resource("invoices", "Drafts, issued invoices, credit notes and offers.")

NumberOrId = Annotated[
    str,
    Path(description="An issued document's number, or an id.", max_length=ID_CHARACTERS_MAX),
]
MEDIA = ("application/pdf", "text/html", "application/json", "application/xml")
DRAFT = {
    "customer_id": "Acme Corp",
    "lines": [{"name": "consulting", "quantity": "40", "unit_price": "90000", "unit": "HUR"}],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceShown:
    """A document, what is still open of it (null for drafts and offers), where it stands today."""

    invoice: Invoice
    open_item: OpenItem | None
    balance: Money | None
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class To:
    """Where to send a document: empty for the customer's own address."""

    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why; it is printed on a credit note."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """How much to credit (null: all that is left) and why."""

    amount: Money | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """The credit note and what is still open of the invoice it reduces."""

    credit_note: Invoice
    open_item: OpenItem
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOff:
    """The claim with what was given up of it."""

    open_item: OpenItem
    written_off: Money


@routes.get("/invoices", Permission.INVOICES_READ, gives=Listed[InvoiceRow])
def list_invoices(
    visit: Looking,
    *,
    text: Annotated[str, Query(description="Words; may be misspelt.", max_length=200)] = "",
    status: Annotated[list[Status] | None, Query(description="One or several.")] = None,
    type_code: Annotated[
        list[str] | None, Query(description="One or several: 380, 381, 384, 386, 310, 325.")
    ] = None,
    customer: Annotated[str, Query(description="Name or id.", max_length=200)] = "",
    issued_from: Day | None = None,
    issued_to: Day | None = None,
    due_from: Day | None = None,
    due_to: Day | None = None,
    currency: Currency = "",
    amount_min: Annotated[Number | None, Query(description="With `currency`.")] = None,
    amount_max: Annotated[Number | None, Query(description="With `currency`.")] = None,
    sort: Sort = Sort.ISSUE_DATE,
    descending: bool = True,
    limit: Limit = ROWS_USUAL,
    cursor: Cursor = "",
) -> Response:
    """List and search documents; a change shows here a moment after it was answered."""
    with visit.look() as ctx:
        page = find_invoices(
            ctx,
            Question(
                as_of=ctx.today,
                text=text,
                statuses=frozenset(status or ()),
                type_codes=frozenset(type_code or ()),
                customer_id=customer_by_name(ctx, customer).value.id if customer else "",
                issued_from=issued_from,
                issued_to=issued_to,
                due_from=due_from,
                due_to=due_to,
                currency=currency,
                amount_min=_minor(amount_min, currency),
                amount_max=_minor(amount_max, currency),
                sort=sort,
                descending=descending,
                limit=limit,
                cursor=cursor,
            ),
        )
    visit.note_read("invoices", len(page.hits))
    return reply_page(
        visit.request, tuple(row_of(hit) for hit in page.hits), page.cursor, page.total
    )


@routes.post(
    "/invoices",
    Permission.INVOICES_WRITE,
    takes=NewInvoice,
    gives=Invoice,
    status=201,
    example=DRAFT,
)
def draft_invoice(visit: Changing) -> Response:
    """Draft an invoice with every line, tax and total worked out; `customer_id` may be a name."""
    new = visit.body(NewInvoice)
    return visit.once(lambda ctx: drafted(ctx, new), at=address)


@routes.post(
    "/invoices/issued",
    Permission.INVOICES_WRITE,
    takes=NewInvoice,
    gives=Invoice,
    status=201,
    example=DRAFT,
)
def draft_and_issue_invoice(visit: Changing) -> Response:
    """Draft an invoice and issue it at once: the answer has its number."""
    new = visit.body(NewInvoice)
    return visit.once(lambda ctx: issue_new_invoice(ctx, named(ctx, new)), at=address)


@routes.get("/invoices/{number}", Permission.INVOICES_READ, gives=InvoiceShown)
def get_invoice(visit: Looking, number: NumberOrId) -> Response:
    """Show a document, what is open of it and where it stands today."""
    with visit.look() as ctx:
        found, tag = _shown(ctx, number)
    return visit.reply(found, tag=tag)


@routes.delete("/invoices/{number}", Permission.INVOICES_WRITE)
def delete_invoice_draft(visit: Changing, number: NumberOrId) -> Response:
    """Throw a draft away; an issued document stays for ever (409)."""

    def deleted(ctx: Context) -> tuple[object, str]:
        found, tag = _shown(ctx, number)
        visit.check_match(tag)
        delete_draft(ctx, found.invoice.id)
        return None, ""

    return visit.keyless(deleted)


@routes.post("/invoices/{number}/issue", Permission.INVOICES_WRITE, gives=Invoice)
def issue_invoice_draft(visit: Changing, number: NumberOrId) -> Response:
    """Issue a draft: it gets its number and can change no more."""
    return visit.once(lambda ctx: issue_invoice(ctx, invoice_by_number(ctx, number).value.id))


@routes.get("/invoices/{number}/documents/{form}", Permission.INVOICES_READ, media=MEDIA)
def get_invoice_document(
    visit: Looking,
    number: NumberOrId,
    form: Annotated[str, Path(description="pdf, html, json, ubl, cii or facturx.", max_length=20)],
) -> Response:
    """Download a document in one format; an issued one has the same bytes for ever."""
    with visit.look() as ctx:
        invoice = invoice_by_number(ctx, number).value
        media = str(format_of(form).MEDIA_TYPE)
        content = render(invoice, form, style_of(ctx.blobs, ctx.company, invoice))
    name = file_name(invoice, form).encode("ascii", "replace").decode().replace("?", "-")
    return reply_file(visit.request, content, media, name)


@routes.post("/invoices/{number}/send", Permission.INVOICES_WRITE, takes=To, gives=InvoiceSent)
def send_invoice_by_mail(visit: Changing, number: NumberOrId) -> Response:
    """Send an issued document by mail; it leaves a moment after the answer."""
    wanted = visit.body(To)
    return visit.once(lambda ctx: send_invoice(ctx, number, wanted.to))


@routes.post("/invoices/{number}/void", Permission.INVOICES_CANCEL, takes=Reason, gives=Credited)
def void_issued_invoice(visit: Changing, number: NumberOrId) -> Response:
    """Take an untouched invoice back by a full credit note of today."""
    reason = visit.body(Reason).reason

    def voided(ctx: Context) -> Credited:
        note = void_invoice(ctx, number, reason=reason)
        return _credited(ctx, number, note)

    return visit.once(voided)


@routes.post(
    "/invoices/{number}/credit-notes",
    Permission.INVOICES_CANCEL,
    takes=Credit,
    gives=Credited,
    status=201,
    example={"reason": "two hours too many"},
)
def credit_issued_invoice(visit: Changing, number: NumberOrId) -> Response:
    """Issue a credit note on an invoice, whole or in part."""
    wanted = visit.body(Credit)

    def credited(ctx: Context) -> Credited:
        invoice = open_item_by_number(ctx, number).value
        _check_currency(wanted.amount, invoice)
        note = credit_invoice(ctx, number, wanted.amount, reason=wanted.reason)
        return _credited(ctx, number, note)

    return visit.once(credited)


@routes.post(
    "/invoices/{number}/write-off", Permission.INVOICES_CANCEL, takes=Reason, gives=WrittenOff
)
def write_off_issued_invoice(visit: Changing, number: NumberOrId) -> Response:
    """Give up what is still open of an invoice."""
    reason = visit.body(Reason).reason

    def written_off(ctx: Context) -> WrittenOff:
        lost = open_item_by_number(ctx, number).value.balance
        item = write_off_invoice(ctx, number, reason=reason)
        return WrittenOff(open_item=item, written_off=lost)

    return visit.once(written_off)


def drafted(ctx: Context, new: NewInvoice) -> Invoice:
    """Return a new draft; its customer may be named."""
    return create_draft(ctx, named(ctx, new))


def _credited(ctx: Context, number: str, note: Invoice) -> Credited:
    item = open_item_by_number(ctx, number).value
    return Credited(credit_note=note, open_item=item, balance=item.balance)


def named(ctx: ReadContext, new: NewInvoice) -> NewInvoice:
    """Return what is to be invoiced with its customer's id, whom a name may mean."""
    return replace(new, customer_id=customer_by_name(ctx, new.customer_id).value.id)


def _shown(ctx: ReadContext, number: str) -> tuple[InvoiceShown, str]:
    found = invoice_by_number(ctx, number)
    invoice = found.value
    try:
        item = ctx.tx.load(OpenItem, invoice.id)
    except NotFound:
        status = Status.ISSUED if invoice.is_issued else Status.DRAFT
        shown = InvoiceShown(invoice=invoice, open_item=None, balance=None, status=status)
        return shown, tag_of(found.version, 0, status)
    status = status_of(item.value, ctx.today)
    shown = InvoiceShown(
        invoice=invoice, open_item=item.value, balance=item.value.balance, status=status
    )
    return shown, tag_of(found.version, item.version, status)


def _minor(amount: Number | None, currency: str) -> int | None:
    if amount is None:
        return None
    if not currency:
        raise InputError(
            "an amount is asked for without its currency",
            hint="add currency=XOF, for instance",
            code="currency",
        )
    return Money.of(amount, currency).minor


def _check_currency(amount: Money | None, item: OpenItem) -> None:
    if amount is not None and amount.currency != item.amount.currency:
        raise Conflict(
            f"{item.number} is in {item.amount.currency}, not {amount.currency}",
            hint=f"give the amount in {item.amount.currency}",
            code="currency",
        )


def address(made: object) -> str:
    """Return where a document that was made can be read."""
    assert isinstance(made, Invoice)
    return f"/api/v1/invoices/{made.id}"
