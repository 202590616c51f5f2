"""Customers: who buys, who owes, who pays late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from net30.domain.customer import Customer, fold
from net30.domain.identity.roles import Permission
from net30.domain.party import Address, Contact, Party
from net30.insights.customer_performance import CustomerPerformance
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.business_insights import Insight, business_insights
from net30.services.context import ReadContext
from net30.services.save_customer import save_customer
from net30.ui import shell
from net30.ui.pieces.dialogs import action, carry_out
from net30.ui.pieces.links import go
from net30.ui.pieces.shown import plain
from net30.ui.place import Place, Section
from net30.ui.visit import Visit

READ, WRITE = Permission.CUSTOMERS_READ, Permission.CUSTOMERS_WRITE
CUSTOMERS_MAX = 5000
ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A customer and how it pays, in the currency it buys most in."""

    customer: Customer
    paid: CustomerPerformance | None


def show(visit: Visit) -> None:
    """Show the customers that a search finds, the greatest first."""
    t = visit.t
    head = st.container(horizontal=True, horizontal_alignment="distribute")
    head.title(t("Customers"))
    with head:
        action(visit, t("New customer"), "person_add", WRITE, _new)
    text = st.text_input(
        t("Search"),
        placeholder=t("Name, city, mail address"),
        icon=":material/search:",
        type="search",
        key="customers_text",
        bind="query-params",
        width=380,
    )
    with visit.look(READ) as ctx:
        rows = visit.known(ctx, ("customers", ctx.today), lambda: _rows(visit, ctx))
    wanted = fold(text or "")
    found = [row for row in rows if wanted in _words(row.customer)]
    if not found:
        st.caption(t("No customer fits."))
        return
    pages = -(-len(found) // ROWS)
    at = st.pagination(pages, key="customers_page") if pages > 1 else 1
    _table(visit, found[(at - 1) * ROWS : at * ROWS])


def _table(visit: Visit, rows: list[Row]) -> None:
    t = visit.t
    paid = [row.paid for row in rows]
    marks = [_marks(visit, row.customer) for row in rows]
    columns: dict[str, Any] = {  # Any: cells
        "name": [row.customer.name for row in rows],
        "open": [visit.money(one.open) if one else "–" for one in paid],
        "overdue": [visit.money(one.overdue) if one else "–" for one in paid],
        "late": [
            float(one.late_share.value) * 100 if one and one.late_share.value is not None else None
            for one in paid
        ],
        "delay": [
            float(one.mean_delay.value) if one and one.mean_delay.value is not None else None
            for one in paid
        ],
        "invoiced": [visit.money(one.invoiced) if one else "–" for one in paid],
        "city": [row.customer.party.address.city for row in rows],
    } | ({"marks": marks} if any(marks) else {})
    chosen = st.dataframe(
        columns,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        key="customers_rows",
        height="content",
        placeholder="–",
        column_config={
            "name": st.column_config.TextColumn(t("Customer"), width="medium"),
            "city": st.column_config.TextColumn(t("City")),
            "invoiced": st.column_config.TextColumn(t("Invoiced, 90 days"), alignment="right"),
            "open": st.column_config.TextColumn(t("Open"), alignment="right"),
            "overdue": st.column_config.TextColumn(t("Overdue"), alignment="right"),
            "delay": st.column_config.NumberColumn(t("Mean delay, days"), format="%.1f"),
            "late": st.column_config.ProgressColumn(
                t("Paid late"), format="%.0f %%", min_value=0, max_value=100
            ),
            "marks": st.column_config.MultiselectColumn(
                t("Marks"),
                options=[t("on hold"), t("parked"), t("imported")],
                color=["red", "orange", "gray"],
            ),
        },
        alt=t("Customers"),
    )
    if chosen.selection.cells:
        go("customer", id=rows[chosen.selection.cells[0][0]].customer.id)


def _marks(visit: Visit, customer: Customer) -> list[str]:
    t = visit.t
    marks = ((customer.hold, t("on hold")), (customer.parked, t("parked")),
             (customer.imported, t("imported")))  # fmt: skip
    return [name for is_so, name in marks if is_so]


def _rows(visit: Visit, ctx: ReadContext) -> tuple[Row, ...]:
    paid: dict[str, CustomerPerformance] = {}
    if visit.may(Permission.FIGURES_READ):
        told = business_insights(ctx, [Insight.CLIENTS]).insights.get(Insight.CLIENTS, {})
        own = ctx.company.currency
        for currency in sorted(told, key=lambda one: one != own):
            for one in told[currency]:  # type: ignore[union-attr] # clients are rows
                if isinstance(one, CustomerPerformance):
                    paid.setdefault(one.customer_id, one)
    found: list[Customer] = []
    after = ""
    while len(found) < CUSTOMERS_MAX:
        page = ctx.tx.page(Customer, after=after, limit=PAGE_ROWS_MAX)
        if not page:
            break
        found += [stored.value for stored in page]
        after = page[-1].value.id
    rows = [Row(one, paid.get(one.id)) for one in found]
    return tuple(sorted(rows, key=_greatest))


def _greatest(row: Row) -> tuple[int, str]:
    return (-row.paid.open.minor if row.paid else 0, row.customer.name.casefold())


def _words(customer: Customer) -> str:
    party = customer.party
    return fold(f"{party.name} {party.address.city} {party.contact.email}")


def _new() -> None:
    visit = shell.here()
    t = visit.t
    with visit.look(READ) as ctx:
        home = ctx.company.party.address.country
    name = st.text_input(t("Name"), max_chars=200, key="customer_name")
    email = st.text_input(t("Mail address"), type="email", key="customer_email")
    left, right = st.columns([3, 1])
    city = left.text_input(t("City"), max_chars=100, key="customer_city")
    country = right.text_input(t("Country"), value=home, max_chars=2, key="customer_country")
    if st.button(t("Add"), type="primary", disabled=not (name or "").strip(), key="customer_add"):
        wanted = Customer(
            id="",
            party=Party(
                name=(name or "").strip(),
                address=Address(city=city or "", country=(country or home).upper()),
                contact=Contact(email=email or ""),
            ),
        )
        carry_out(visit, "customer", WRITE, lambda ctx: save_customer(ctx, wanted),
           t("{name} is added.", name=plain(wanted.name)))  # fmt: skip


PLACE = Place(
    title="Customers",
    icon="groups",
    section=Section.RECEIVABLES,
    order=4,
    needs=(READ,),
    show=show,
)
