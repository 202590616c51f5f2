"""Quick invoice: a form beside every page: whom, what, how much; totals as each field is left."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import streamlit as st

from net30.domain.drafting import NewLine
from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.domain.tax import TaxRate
from net30.kernel.errors import Net30Error
from net30.language.units import unit_name
from net30.services.context import ReadContext
from net30.ui import shell
from net30.ui.customers.customer_choice import choose_customer
from net30.ui.invoicing.invoice_making import (
    UNITS,
    Wanted,
    amount_of,
    decimal_of,
    make,
    worked_out,
)
from net30.ui.pieces.links import link
from net30.ui.pieces.notices import problem, telling
from net30.ui.pieces.shown import plain
from net30.ui.visit import Visit

FORM = "quick"
NEEDS = (Permission.INVOICES_WRITE, Permission.INVOICES_READ, Permission.CUSTOMERS_READ)
TERMS_MAX = 365


def show(visit: Visit) -> None:
    """Show the form to who may write invoices."""
    if visit.may(*NEEDS):
        opened = st.expander(
            visit.t("Quick invoice"),
            icon=":material/add_circle:",
            key="quick_open",
            on_change="rerun",
        )
        if opened.open:
            with opened:
                form()


@st.fragment
def form() -> None:
    """Show the fields, the totals as each field is left, and the two ways to keep it."""
    visit = shell.here()
    t = visit.t
    with visit.look(*NEEDS) as ctx:
        wanted = _fields(visit, ctx)
        found = _worked_out(visit, ctx, wanted) if wanted else None
    row = st.container(horizontal=True)
    draft = row.button(t("Save draft"), disabled=found is None, key="quick_draft")
    issue = row.button(t("Issue"), type="primary", disabled=found is None, key="quick_issue")
    if not wanted:
        st.caption(t("Customer, what and price are needed."))
    link("new_invoice", t("More lines"))
    if wanted and (draft or issue):
        with telling(t):
            make(visit, wanted, FORM, issue=issue)


def _fields(visit: Visit, ctx: ReadContext) -> Wanted | None:
    """Show the fields; return what they hold once enough is filled in."""
    t = visit.t
    chosen = choose_customer(visit, ctx, "quick_customer")
    if chosen.name and not chosen.id:
        st.caption(t("A new customer: {name}", name=plain(chosen.name)))
    what = st.text_input(t("What"), max_chars=200, key="quick_what")
    left, right = st.columns(2)
    quantity = left.text_input(t("Quantity"), value="1", key="quick_quantity")
    unit = right.selectbox(
        t("Unit"),
        UNITS,
        format_func=lambda code: unit_name(code, Decimal(2), t.language),
        key="quick_unit",
    )
    said = t("Price for one, {currency}", currency=chosen.currency)
    price = st.text_input(said, key="quick_price")
    left, right = st.columns(2)
    usual_tax = chosen.tax.percent
    tax = left.text_input(t("Tax, %"), value=f"{usual_tax:f}", key=f"quick_tax_{chosen.id}")
    days = right.number_input(
        t("Due in days"),
        min_value=0,
        max_value=TERMS_MAX,
        value=chosen.terms.days,
        key=f"quick_days_{chosen.id}",
    )
    if not (chosen.name and what.strip() and price.strip()):
        return None
    try:
        rate = decimal_of(tax, t("a rate"))
        line = NewLine(
            name=what.strip(),
            quantity=decimal_of(quantity, t("a quantity")),
            unit=unit or UNITS[0],
            unit_price=amount_of(t, price, t("a price"), chosen.currency),
            tax=None if rate == usual_tax else TaxRate.of(rate),
        )
    except Net30Error as error:
        problem(t, error)
        return None
    return Wanted(
        customer=chosen.id or chosen.name,
        is_new_customer=not chosen.id,
        lines=(line,),
        days=None if days == chosen.terms.days else days,
    )


def _worked_out(visit: Visit, ctx: ReadContext, wanted: Wanted) -> Invoice | None:
    """Show the totals; None where the books would refuse the invoice."""
    try:
        found = worked_out(ctx, wanted)
    except Net30Error as error:
        problem(visit.t, error)
        return None
    show_totals(visit, found)
    return found


def sums_told(visit: Visit, invoice: Invoice) -> str:
    """Return what the lines come to, down to what is to be paid, as Markdown."""
    t, totals = visit.t, invoice.totals
    rows = [(t("Net"), totals.net), (t("Tax"), totals.tax)]
    told = [t("{name}: {value}", name=name, value=plain(visit.money(one))) for name, one in rows]
    due = t("{name}: {value}", name=t("Total"), value=plain(visit.money(totals.due)))
    return "  \n".join([*told, f"**{due}**"])


def show_totals(visit: Visit, invoice: Invoice) -> None:
    """Show what an invoice comes to and when it is due."""
    t = visit.t
    st.markdown(sums_told(visit, invoice))
    if invoice.due_date:
        days = (invoice.due_date - invoice.issue_date) // timedelta(days=1)
        st.caption(t("Due {day}, in {n} days", day=visit.day(invoice.due_date), n=days))
