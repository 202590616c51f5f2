"""Dropped file: somebody's invoice, read and shown as what it says."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from net30.kernel.errors import InputError
from net30.language.error_words import finding_in
from net30.services.import_invoice import read_invoice
from net30.ui.pieces.shown import plain
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit

BYTES_MAX = 20_000_000


def read_dropped(visit: Visit, file: UploadedFile) -> None:
    """Show what an invoice says that was dropped: Factur-X, UBL, CII or net30's own JSON."""
    t = visit.t
    if file.size > BYTES_MAX:
        raise InputError(
            t("{name} is larger than {n} MB", name=file.name, n=BYTES_MAX // 1_000_000),
            hint=t("large tables are for the page Import"),
            code="file_too_large",
        )
    form, reading = read_invoice(file.getvalue())
    invoice = reading.invoice
    with st.chat_message("assistant", avatar=":material/receipt_long:"):
        st.markdown(t("I read {name} as {form}.", name=plain(file.name), form=plain(form)))
        if invoice is not None:
            st.markdown(
                f"**{plain(invoice.number)}** · {plain(invoice.seller.name)} → "
                f"{plain(invoice.customer.name)} · **{plain(visit.money(invoice.totals.due))}**"
            )
            table(
                visit,
                {
                    t("What"): [line.name for line in invoice.lines],
                    t("Quantity"): [line.quantity for line in invoice.lines],
                    t("Net"): [line.net for line in invoice.lines],
                },
                alt=t("Lines of the invoice"),
            )
        for finding in reading.findings[:20]:
            told = finding_in(finding, t.language)
            st.caption(plain(f"{told.path}: {told.message}"))
