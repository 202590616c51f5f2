"""Quotes: offers, the deposits on them, and the invoice that follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.answers.paging import ROWS_USUAL, Cursor, Limit, Listed, reply_page
from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.routes.invoices import DRAFT, address, named
from net30.api.visit import Changing, Looking
from net30.domain.drafting import NewInvoice
from net30.domain.identity.roles import Permission
from net30.domain.invoice import OFFER_CODES, QUOTE, Invoice
from net30.kernel.errors import InputError
from net30.ports.search import Query as Question
from net30.services.context import Context
from net30.services.convert_quote import convert_quote, deposit_for_quote
from net30.services.create_draft import create_draft
from net30.services.find_invoices import InvoiceRow, find_invoices, row_of

routes = Resource("quotes", "Offers: they claim nothing until an invoice is made of them.")

WRITE = Permission.INVOICES_WRITE
Number = Annotated[str, Path(description="The quote's number.", max_length=ID_CHARACTERS_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """Which share of a quote to ask for beforehand, in percent, and what to call it."""

    percent: Decimal
    name: str = "Deposit"


@routes.get("/quotes", Permission.INVOICES_READ, gives=Listed[InvoiceRow])
def list_quotes(visit: Looking, limit: Limit = ROWS_USUAL, cursor: Cursor = "") -> Response:
    """List offers, the newest first: quotes and pro formas, drafts of them too."""
    with visit.look() as ctx:
        question = Question(as_of=ctx.today, type_codes=OFFER_CODES, limit=limit, cursor=cursor)
        page = find_invoices(ctx, question)
    rows = tuple(row_of(hit) for hit in page.hits)
    return reply_page(visit.request, rows, page.cursor, page.total)


@routes.post("/quotes", WRITE, takes=NewInvoice, gives=Invoice, status=201, example=DRAFT)
def draft_quote(visit: Changing) -> Response:
    """Draft a quote, or a pro forma (`type_code` 325); POST /invoices/{id}/issue gives a number."""
    new = visit.body(NewInvoice)
    if new.type_code not in OFFER_CODES:
        new = replace(new, type_code=QUOTE)
    return visit.once(lambda ctx: create_draft(ctx, named(ctx, new)), at=address)


@routes.post("/quotes/{number}/invoices", WRITE, gives=Invoice, status=201)
def invoice_quote(visit: Changing, number: Number) -> Response:
    """Draft the invoice of an issued quote, less the deposits that were issued on it."""
    return visit.once(lambda ctx: convert_quote(ctx, number), at=address)


@routes.post(
    "/quotes/{number}/deposits",
    WRITE,
    takes=Deposit,
    gives=Invoice,
    status=201,
    example={"percent": "30"},
)
def draft_deposit_on_quote(visit: Changing, number: Number) -> Response:
    """Draft a deposit invoice over a share of an issued quote."""
    wanted = visit.body(Deposit)
    if not wanted.name.strip():
        raise InputError(
            "the deposit has no name", hint="say what the line is called", code="no_description"
        )

    def drafted(ctx: Context) -> Invoice:
        return deposit_for_quote(ctx, number, wanted.percent, name=wanted.name)

    return visit.once(drafted, at=address)
