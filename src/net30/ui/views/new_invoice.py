"""New invoice: as many lines as needed, a quote or an invoice, with a live preview."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from net30.domain.drafting import NewLine
from net30.domain.invoice import DEPOSIT, INVOICE, PRO_FORMA, QUOTE, Invoice
from net30.domain.tax import TaxRate
from net30.kernel.errors import Net30Error
from net30.language.units import unit_name
from net30.services.context import ReadContext
from net30.services.render_document import render, style_of
from net30.ui import shell
from net30.ui.customers.customer_choice import choose_customer
from net30.ui.invoicing.invoice_making import (
    UNITS,
    Wanted,
    amount_of,
    decimal_of,
    filled,
    line_of,
    make,
    worked_out,
)
from net30.ui.invoicing.quick_invoice import NEEDS, TERMS_MAX, show_totals
from net30.ui.pieces.notices import problem, telling
from net30.ui.place import Place, Section
from net30.ui.visit import Visit
from net30.ui.words import Words

FORM = "new"
PREVIEW_HEIGHT = 760


def show(visit: Visit) -> None:
    """Show the form and, beside it, the document it makes."""
    st.title(visit.t("New invoice"))
    _form()


@st.fragment
def _form() -> None:
    visit = shell.here()
    t = visit.t
    top = st.container()
    left, right = st.columns(2, gap="medium")
    found: Invoice | None = None
    with visit.look(*NEEDS) as ctx:
        wanted = _fields(visit, ctx, top, left)
        if wanted:
            try:
                found = worked_out(ctx, wanted)
            except Net30Error as error:
                with left:
                    problem(t, error)
        with right:
            if found:
                page = render(found, "html", style_of(ctx.blobs, ctx.company, found))
                with st.container(border=True):
                    st.iframe(page.decode(), height=PREVIEW_HEIGHT, alt=t("Preview"))
            else:
                with st.container(border=True):
                    st.caption(
                        t("The document shows here as soon as there is a customer and a line.")
                    )
    with left:
        if found:
            show_totals(visit, found)
        row = st.container(horizontal=True)
        draft = row.button(t("Save draft"), disabled=found is None, key="new_draft")
        issue = row.button(t("Issue"), type="primary", disabled=found is None, key="new_issue")
        if wanted and (draft or issue):
            with telling(t):
                make(visit, wanted, FORM, issue=issue)


def _fields(
    visit: Visit, ctx: ReadContext, top: DeltaGenerator, below: DeltaGenerator
) -> Wanted | None:
    """Ask on top whom and what, for which a line needs all the room, and below the rest."""
    t = visit.t
    kinds = {
        INVOICE: t("Invoice"),
        QUOTE: t("Quote"),
        PRO_FORMA: t("Pro forma"),
        DEPOSIT: t("Deposit invoice"),
    }
    kind = top.segmented_control(
        t("Kind"),
        list(kinds),
        default=INVOICE,
        required=True,
        format_func=lambda code: kinds[code],
        key="new_kind",
    )
    one, two, three = top.columns([4, 1, 1])
    chosen = choose_customer(visit, ctx, "new_customer", one)
    known, usual, own = chosen.id, chosen.terms, chosen.currency
    days = two.number_input(
        t("Due in days"),
        min_value=0,
        max_value=TERMS_MAX,
        value=usual.days,
        key=f"new_days_{known}",
    )
    currency = three.text_input(t("Currency"), value=own, max_chars=3, key=f"new_currency_{known}")
    tax = chosen.tax.percent
    with top:
        rows = _lines(visit, tax)
    discount = below.number_input(
        t("Discount on all, %"),
        min_value=0.0,
        max_value=100.0,
        step=1.0,
        value=None,
        placeholder="0",
        key="new_discount",
    )
    notes = below.text_area(t("Note on the document"), max_chars=2000, key="new_notes")
    if not (chosen.name and rows):
        return None
    try:
        lines = tuple(_line(t, row, tax, currency) for row in rows)
    except Net30Error as error:
        with below:
            problem(t, error)
        return None
    return Wanted(
        customer=known or chosen.name,
        is_new_customer=not known,
        lines=lines,
        kind=kind or INVOICE,
        days=None if days == usual.days else days,
        currency=currency.strip().upper() if currency.strip().upper() != own else "",
        notes=notes,
        discount=Decimal(str(discount)) if discount else None,
    )


def _lines(visit: Visit, tax: Decimal) -> list[dict[str, Any]]:  # Any: cells
    t = visit.t
    names = {code: unit_name(code, Decimal(2), t.language) for code in UNITS}
    columns = {"name": [""], "quantity": ["1"], "unit": [UNITS[0]], "price": [""],
               "tax": [f"{tax:f}"]}  # fmt: skip
    edited = st.data_editor(
        columns,
        num_rows="dynamic",
        hide_index=True,
        key=f"new_lines_{tax}",
        column_config={
            "name": st.column_config.TextColumn(t("What"), width=200),
            "quantity": st.column_config.TextColumn(t("Quantity"), default="1", width=110),
            "unit": st.column_config.SelectboxColumn(
                t("Unit"),
                options=list(UNITS),
                default=UNITS[0],
                format_func=lambda code: names[str(code)],
                width=120,
            ),
            "price": st.column_config.TextColumn(t("Price for one"), width=150),
            "tax": st.column_config.TextColumn(t("Tax, %"), default=f"{tax:f}", width=110),
        },
        alt=t("Lines of the invoice"),
    )
    length = len(next(iter(edited.values()), []))
    return filled([{name: edited[name][at] for name in edited} for at in range(length)])


def _line(t: Words, row: dict[str, Any], usual: Decimal, currency: str) -> NewLine:  # Any: cells
    rate = decimal_of(row.get("tax") or 0, "a rate")
    price = amount_of(t, row.get("price") or 0, "a price", currency)
    return line_of(row, price, None if rate == usual else TaxRate.of(rate))


PLACE = Place(
    title="New invoice",
    icon="note_add",
    section=Section.RECEIVABLES,
    order=0,
    needs=NEEDS,
    show=show,
)
