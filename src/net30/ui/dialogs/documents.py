"""Documents: what is asked before a draft goes, a document is sent, or an offer is taken."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.services.convert_quote import convert_quote
from net30.services.create_draft import delete_draft, save_draft
from net30.services.send_invoice import send_invoice
from net30.ui import shell
from net30.ui.pieces.dialogs import carry_out
from net30.ui.pieces.links import go
from net30.ui.pieces.notices import telling
from net30.ui.pieces.shown import plain
from net30.ui.pieces.undoing import offer_undo
from net30.ui.pieces.watching import changed_here
from net30.ui.visit import Visit

WRITE = Permission.INVOICES_WRITE


def discard(draft_id: str) -> None:
    """Ask before a draft is thrown away."""
    visit = shell.here()
    t = visit.t
    st.write(t("The draft is thrown away. It has no number, so no gap arises."))
    if st.button(t("Discard the draft"), type="primary", key="discard_now"):
        with telling(t):
            throw_away(visit, draft_id)
            go("invoices")


def throw_away(visit: Visit, draft_id: str) -> None:
    """Throw a draft away; for a while it can be brought back as it was."""
    with visit.change(WRITE) as ctx:
        gone = ctx.tx.load(Invoice, draft_id).value
        delete_draft(ctx, draft_id)
    changed_here()
    told = visit.t("The draft for {customer} is gone.", customer=plain(gone.customer.name))
    offer_undo(told, WRITE, lambda ctx: save_draft(ctx, gone))


def send(invoice: Invoice) -> None:
    """Ask to which address a document goes."""
    visit = shell.here()
    t = visit.t
    to = st.text_input(t("To"), value=invoice.customer.contact.email, type="email", key="send_to")
    if st.button(t("Send"), type="primary", key="send_now"):
        carry_out(visit, f"send_{invoice.id}", WRITE,
           lambda ctx: send_invoice(ctx, invoice.number, to or ""),
           t("{number} is on its way to {to}.", number=invoice.number,
             to=plain(to or "")))  # fmt: skip


def convert(invoice: Invoice) -> None:
    """Ask before an offer becomes an invoice."""
    visit = shell.here()
    t = visit.t
    st.write(t("A draft invoice is made from this offer."))
    if st.button(t("Make the draft"), type="primary", key="convert_now"):
        carry_out(visit, f"convert_{invoice.id}", WRITE,
           lambda ctx: convert_quote(ctx, invoice.number), t("The draft is made."))  # fmt: skip
