"""Draft card: a document that the assistant made or showed, with what can be done next."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.kernel.errors import NotFound
from net30.services.found import invoice_by_number
from net30.services.issue_invoice import issue_invoice
from net30.services.render_document import file_name, render, style_of
from net30.ui.dialogs.documents import throw_away
from net30.ui.invoicing.quick_invoice import show_totals
from net30.ui.pieces.links import go, link
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.shown import plain
from net30.ui.visit import Visit

WRITE = Permission.INVOICES_WRITE
_SHOWN = "drafts_shown"


def document_card(visit: Visit, reference: str) -> None:
    """Show a draft or an issued document in a card; nothing for what is gone."""
    t = visit.t
    with visit.look(Permission.INVOICES_READ) as ctx:
        try:
            invoice = invoice_by_number(ctx, reference).value
        except NotFound:
            return
        style = style_of(ctx.blobs, ctx.company, invoice)
    with st.container(border=True):
        head = st.container(horizontal=True, vertical_alignment="center")
        head.markdown(
            f"**{plain(invoice.number or t('Draft'))}** · {plain(invoice.customer.name)}",
            width="content",
        )
        if not invoice.is_issued:
            head.badge(t("Draft"), color="gray")
        _tell_faster(visit, invoice)
        for line in invoice.lines:
            st.markdown(
                f"{plain(line.name)} · {visit.number(line.quantity)} × "
                f"{visit.number(line.unit_price)} = {plain(visit.money(line.net))}"
            )
        show_totals(visit, invoice)
        row = st.container(horizontal=True)
        if not invoice.is_issued:
            with row:
                _draft_buttons(visit, invoice)
        row.download_button(
            t("PDF"),
            data=lambda: render(invoice, "pdf", style),
            file_name=file_name(invoice, "pdf"),
            mime="application/pdf",
            icon=":material/download:",
            on_click="ignore",
            key=f"card_pdf_{invoice.id}",
        )
        link("invoice", t("Open it"), row, asked={"number": invoice.number or invoice.id})


def _tell_faster(visit: Visit, invoice: Invoice) -> None:
    """Tell that a draft which this window has shown was issued in another one."""
    shown: set[str] = st.session_state.setdefault(_SHOWN, set())
    if not invoice.is_issued:
        shown.add(invoice.id)
    elif invoice.id in shown:
        st.warning(
            visit.t("Somebody changed this meanwhile. You see it as it stands now."),
            icon=":material/sync:",
        )


def _draft_buttons(visit: Visit, invoice: Invoice) -> None:
    t = visit.t
    if not visit.may(WRITE):
        return
    if st.button(
        t("Issue"), type="primary", icon=":material/task_alt:", key=f"card_issue_{invoice.id}"
    ):
        with telling(t):
            with visit.change(WRITE) as ctx:
                number = issue_invoice(ctx, invoice.id).number
            st.session_state[_SHOWN].discard(invoice.id)
            keep_notice(t("{number} is issued.", number=number))
            go("invoice", number=number)
    if st.button(t("Discard"), icon=":material/delete:", key=f"card_discard_{invoice.id}"):
        with telling(t):
            throw_away(visit, invoice.id)
            st.rerun()
