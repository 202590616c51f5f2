"""Invoice: one document: where it stands, what happened, when it will be paid, its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.invoice import CREDIT_NOTE_CODES, OFFER_CODES, Invoice
from net30.domain.open_item import OpenItem, Status, status_of
from net30.kernel.errors import Conflict, NotFound
from net30.services.context import ReadContext
from net30.services.found import invoice_by_number
from net30.services.predict_invoice import predict_invoice
from net30.services.render_document import file_name, format_of, render, style_of
from net30.ui.invoice_actions import actions
from net30.ui.links import link
from net30.ui.notices import telling
from net30.ui.place import Place, Section
from net30.ui.prediction_card import prediction_card
from net30.ui.shown import STATUS_COLOURS, plain, status_name
from net30.ui.visit import Visit
from net30.ui.watching import watch

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
    link("invoices", t("All invoices"), icon="arrow_back")
    asked = str(st.query_params.get("number", ""))
    with visit.look(Permission.INVOICES_READ) as ctx:
        found = _found(ctx, asked)
    invoice, item = found.invoice, found.item
    head = st.container(horizontal=True, vertical_alignment="center")
    head.title(plain(_title(visit, invoice)), width="content")
    head.badge(status_name(found.status, t.language), color=STATUS_COLOURS[found.status])  # type: ignore[arg-type] # its words
    watch(visit, item or invoice)
    _facts(visit, found)
    actions(visit, invoice, item, found.status)
    names = [t("Overview"), t("Document"), t("History")]
    first, second, third = st.tabs(names, on_change="rerun", key="invoice_tabs")
    if first.open:
        with first:
            _overview(visit, found)
    if second.open:
        with second:
            _document(visit, invoice)
    if third.open:
        with third:
            _history(visit, found)


def _found(ctx: ReadContext, asked: str) -> Shown:
    invoice = invoice_by_number(ctx, asked).value
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
    with st.grid(4, min_column_width=185):
        st.metric(t("Customer"), invoice.customer.name, border=True)
        st.metric(t("Total"), visit.money(invoice.totals.due), border=True)
        if item is not None:
            st.metric(t("Open"), visit.money(item.balance), border=True)
        st.metric(
            t("Due"),
            visit.day(invoice.due_date) or "–",
            border=True,
            help=t("Issued {day}", day=visit.day(invoice.issue_date)),
        )
    link("customer", t("To the customer"), asked={"id": invoice.customer_id}, icon="person")


def _overview(visit: Visit, found: Shown) -> None:
    t, invoice, item = visit.t, found.invoice, found.item
    left, right = st.columns([3, 2])
    with left:
        st.dataframe(
            {
                t("What"): [line.name for line in invoice.lines],
                t("Quantity"): [visit.number(line.quantity) for line in invoice.lines],
                t("Price for one"): [visit.number(line.unit_price) for line in invoice.lines],
                t("Tax, %"): [visit.number(line.tax.percent) for line in invoice.lines],
                t("Net"): [visit.money(line.net) for line in invoice.lines],
            },
            hide_index=True,
            alt=t("Lines of the invoice"),
        )
        for note in invoice.notes:
            st.caption(plain(note.text))
        if item is not None and item.settlements:
            st.markdown(f"**{t('What settled it')}**")
            st.dataframe(
                {
                    t("Day"): [one.day for one in item.settlements],
                    t("How"): [_kinds(visit)[one.kind.value] for one in item.settlements],
                    t("Amount"): [visit.money(one.amount) for one in item.settlements],
                },
                hide_index=True,
                alt=t("What settled it"),
            )
    with right:
        if item is None or item.balance.minor <= 0 or not visit.may(Permission.PREDICTIONS_READ):
            st.caption(t("A prediction is made for what is issued and open."))
            return
        with telling(t), visit.look(Permission.PREDICTIONS_READ) as ctx:
            try:
                said_of = visit.known(
                    ctx,
                    ("prediction", invoice.number, ctx.today),
                    lambda: predict_invoice(ctx, invoice.number, explain=True, plan=True),
                )
            except Conflict as nothing:
                st.caption(plain(nothing.message))
                return
        prediction_card(visit, said_of)


def _kinds(visit: Visit) -> dict[str, str]:
    t = visit.t
    return {
        "payment": t("Payment"),
        "credit": t("Credit note"),
        "discount": t("Early-payment discount"),
        "write_off": t("Write-off"),
        "refund": t("Refund"),
    }


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


def _history(visit: Visit, found: Shown) -> None:
    t, rows = visit.t, _happened(visit, found)
    if not rows:
        st.caption(t("Nothing has happened to this draft yet."))
        return
    st.dataframe(
        {
            t("Day"): [day for day, _ in rows],
            t("What happened"): [text for _, text in rows],
        },
        hide_index=True,
        alt=t("History"),
    )


def _happened(visit: Visit, found: Shown) -> list[tuple[date, str]]:
    t, invoice, item = visit.t, found.invoice, found.item
    rows: list[tuple[date, str]] = []
    if invoice.is_issued:
        rows.append((invoice.issue_date, t("Issued")))
    if item is None:
        return rows
    if item.sent_on:
        rows.append((item.sent_on, t("Sent")))
    kinds = _kinds(visit)
    rows += [
        (one.day, f"{kinds[one.kind.value]}: {visit.money(one.amount)}") for one in item.settlements
    ]
    rows += [
        (letter.day, t("Reminder {n} to {to}", n=letter.level, to=letter.to))
        for letter in item.reminders
    ]
    for promise in item.promises:
        text = t("Promised to pay by {day}", day=visit.day(promise.day))
        rows.append((promise.made, text))
    for dispute in item.disputes:
        rows.append((dispute.opened, t("Disputed: {reason}", reason=dispute.reason)))
        if dispute.closed:
            rows.append((dispute.closed, t("Dispute closed")))
    rows += [(call.day, t("Call: {text}", text=call.text)) for call in item.calls]
    return sorted(rows, key=lambda row: row[0], reverse=True)


PLACE = Place(
    title="Invoice",
    icon="description",
    section=Section.HIDDEN,
    order=0,
    needs=(Permission.INVOICES_READ,),
    show=show,
)
