"""Samples: a small file that shows what a page reads, to be filled with rows of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.ledger.mapping import Role, layout_names, named_layout
from net30.ledger.samples import sample_table
from net30.ledger.writers import csv, xlsx
from net30.ui.visit import Visit

OWN = "net30"
SYSTEMS = {
    OWN: "net30",
    "akaunting": "Akaunting",
    "invoice_ninja": "Invoice Ninja",
    "zoho_books": "Zoho Books",
    "ibm_ar": "IBM Watson AR",
    "hr_dev": "HighRadius",
}
"""What the systems are called whose tables are recognised."""


def offer_samples(
    visit: Visit, needs: Permission, key: str, roles: Sequence[Role] | None = None
) -> None:
    """Offer a sample as CSV and as XLSX: of each system, or only net30's with some `roles`."""
    t = visit.t
    with visit.look(needs) as ctx:
        currency, today = ctx.company.currency, ctx.today
    with st.popover(t("A file to begin with"), icon=":material/table_rows:", type="tertiary",
                    key=f"{key}_samples"):  # fmt: skip
        st.caption(t("Six invented invoices with the columns that are recognised. "
                     "Put your own rows in their place."))  # fmt: skip
        layout = OWN
        if roles is None:
            layout = st.selectbox(
                t("As written by"),
                sorted(layout_names(), key=lambda name: (name != OWN, name)),
                format_func=lambda name: SYSTEMS.get(name, name),
                key=f"{key}_sample_of",
            )
        table = sample_table(named_layout(layout), currency, today, roles or tuple(Role))
        row = st.container(horizontal=True)
        for writer in (csv, xlsx):
            row.download_button(
                writer.SUFFIX.upper(),
                data=partial(writer.write, table),
                file_name=f"sample-{layout}.{writer.SUFFIX}",
                mime=writer.MEDIA_TYPE,
                icon=":material/download:",
                on_click="ignore",
                key=f"{key}_sample_{writer.SUFFIX}",
            )
