"""Invoice: one document: where it stands, what happened, when it will be paid, its files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from net30.domain.aggregates import Key
from net30.domain.identity.roles import Permission
from net30.domain.invoice import CREDIT_NOTE_CODES, OFFER_CODES, Invoice
from net30.domain.open_item import OpenItem, Status, status_of
from net30.kernel.errors import NotFound
from net30.services.context import ReadContext
from net30.services.found import invoice_by_number
from net30.services.render_document import file_name, format_of, render, style_of
from net30.ui.invoicing.claim import (
    expected,
    history,
    imported_page,
    more_parts,
    settled,
    show_parts,
)
from net30.ui.invoicing.invoice_actions import actions
from net30.ui.invoicing.quick_invoice import sums_told
from net30.ui.pieces.links import link
from net30.ui.pieces.shown import STATUS_COLOURS, plain, status_name
from net30.ui.pieces.tables import table
from net30.ui.pieces.watching import watch
from net30.ui.place import Place, Section
from net30.ui.visit import Visit

FORMATS = {
    "pdf": "PDF",
    "facturx": "Factur-X",
    "ubl": "UBL",
    "cii": "CII",
    "html": "HTML",
    "json": "JSON",
}
HEIGHT = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A document, its claim and where it stands."""

    invoice: Invoice
    item: OpenItem | None
    status: Status


def show(visit: Visit) -> None:
    """Show the document that the address names."""
    t = visit.t
    top = st.container(horizontal=True)
    link("invoices", t("All invoices"), top, icon="arrow_back")
    asked = str(st.query_params.get("number", ""))
    with visit.look(Permission.INVOICES_READ) as ctx:
        try:
            found = _found(ctx, asked)
        except NotFound:  # its words are for who talks to the assistant
            st.error(t("There is no invoice {number}.", number=plain(repr(asked))))
            return
    customer = found.customer_id if isinstance(found, OpenItem) else found.invoice.customer_id
    link("customer", t("To the customer"), top, asked={"id": customer}, icon="person")
    if isinstance(found, OpenItem):
        imported_page(visit, found)
        return
    invoice, item = found.invoice, found.item
    head = st.container(horizontal=True, vertical_alignment="center")
    head.title(plain(_title(visit, invoice)), width="content")
    head.badge(status_name(found.status, t.language), color=STATUS_COLOURS[found.status])  # type: ignore[arg-type] # its words
    watch(visit, item or invoice)
    _facts(visit, found)
    actions(visit, invoice, item, found.status)
    parts = {
        t("Overview"): partial(_overview, visit, found),
        t("Document"): partial(_document, visit, invoice),
        t("History"): partial(history, visit, invoice if invoice.is_issued else None, item),
    }
    show_parts(parts | more_parts(visit, item, invoice.id))


def _found(ctx: ReadContext, asked: str) -> Shown | OpenItem:
    """Return the document that a number or an id means, or the claim that was imported."""
    try:
        invoice = invoice_by_number(ctx, asked).value
    except NotFound:
        imported = (
            ctx.tx.find(OpenItem, Key.NUMBER, asked) or ctx.tx.load_many(OpenItem, [asked]).values()
        )
        for stored in imported:
            return stored.value
        raise
    try:
        item = ctx.tx.load(OpenItem, invoice.id).value
    except NotFound:
        status = Status.ISSUED if invoice.is_issued else Status.DRAFT
        return Shown(invoice=invoice, item=None, status=status)
    return Shown(invoice=invoice, item=item, status=status_of(item, ctx.today))


def _title(visit: Visit, invoice: Invoice) -> str:
    t = visit.t
    if invoice.type_code in CREDIT_NOTE_CODES:
        kind = t("Credit note")
    elif invoice.type_code in OFFER_CODES:
        kind = t("Offer")
    else:
        kind = t("Invoice")
    return f"{kind} {invoice.number or t('draft')}"


def _facts(visit: Visit, found: Shown) -> None:
    t, invoice, item = visit.t, found.invoice, found.item
    with st.grid(4, min_column_width=150):
        st.metric(t("Customer"), plain(invoice.customer.name), border=True)
        st.metric(t("Total"), visit.money(invoice.totals.due), border=True)
        if item is not None:
            st.metric(t("Open"), visit.money(item.balance), border=True)
        st.metric(
            t("Due"),
            visit.day(invoice.due_date) or "–",
            border=True,
            help=t("Issued {day}", day=visit.day(invoice.issue_date)),
        )


def _overview(visit: Visit, found: Shown) -> None:
    t, invoice, item = visit.t, found.invoice, found.item
    left, right = st.columns([5, 4])
    with left:
        table(
            visit,
            {
                t("What"): [line.name for line in invoice.lines],
                t("Quantity"): [line.quantity for line in invoice.lines],
                t("Price for one"): [line.unit_price for line in invoice.lines],
                t("Tax, %"): [line.tax.percent for line in invoice.lines],
                t("Net"): [line.net for line in invoice.lines],
            },
            alt=t("Lines of the invoice"),
        )
        st.markdown(sums_told(visit, invoice), text_alignment="right")
        for note in invoice.notes:
            st.caption(plain(note.text))
        if item is not None:
            settled(visit, item)
    with right:
        expected(visit, item)


def _document(visit: Visit, invoice: Invoice) -> None:
    t = visit.t
    with visit.look(Permission.INVOICES_READ) as ctx:
        style = style_of(ctx.blobs, ctx.company, invoice)
    row = st.container(horizontal=True)
    for name, label in FORMATS.items():
        row.download_button(
            label,
            data=partial(render, invoice, name, style),
            file_name=file_name(invoice, name),
            mime=str(format_of(name).MEDIA_TYPE),
            icon=":material/download:",
            on_click="ignore",
            key=f"document_{name}",
        )
    with st.container(border=True):
        page = render(invoice, "html", style).decode()
        st.iframe(page, height=HEIGHT, alt=t("The document"))


PLACE = Place(
    title="Invoice",
    icon="description",
    section=Section.HIDDEN,
    order=0,
    needs=(Permission.INVOICES_READ,),
    show=show,
)
