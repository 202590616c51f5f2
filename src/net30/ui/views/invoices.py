"""Invoices: search, filters, views of the usual questions, and work on many at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.open_item import OPEN_STATUSES, Status
from net30.kernel.money import Money
from net30.ports.search import Hit, Page, Query, Sort
from net30.services.find_invoices import find_invoices
from net30.ui.customers.customers_known import customer_names
from net30.ui.invoicing.invoices_bulk import bulk_actions
from net30.ui.invoicing.saved_views import choose_view
from net30.ui.pieces.links import go, lead, link
from net30.ui.pieces.shown import (
    STATUS_COLOURS,
    day_column,
    day_field,
    plain,
    pointing,
    status_name,
)
from net30.ui.place import Place, Section
from net30.ui.visit import Visit

ROWS = 25
WEEK_DAYS = 7
LATE_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A question that is asked often."""

    label: str
    statuses: frozenset[Status] = frozenset()
    due_from: int | None = None
    due_to: int | None = None
    sort: Sort = Sort.ISSUE_DATE
    descending: bool = True


def show(visit: Visit) -> None:
    """Show the documents that the filters ask for."""
    t = visit.t
    head = st.container(horizontal=True, horizontal_alignment="distribute")
    head.title(t("Invoices"))
    lead("new_invoice", t("New invoice"), head, icon="add")
    views = _views(visit)
    st.segmented_control(
        t("View"),
        list(views),
        default="all",
        required=True,
        format_func=lambda name: views[name].label,
        label_visibility="collapsed",
        key="invoices_view",
        bind="query-params",
        on_change=_first_page,
    )
    with visit.look(Permission.INVOICES_READ) as ctx:
        query = _asked(visit, views, customer_names(visit, ctx), ctx.today)
        page = find_invoices(ctx, query)
    if page.did_you_mean:
        st.caption(
            t("Nothing is called that; near it: {names}", names=plain(", ".join(page.did_you_mean)))
        )
    if not page.hits:
        _empty(visit)
        return
    chosen = _table(visit, page)
    bulk_actions(visit, chosen)
    _paging(visit, page)


def _views(visit: Visit) -> dict[str, View]:
    t = visit.t
    unpaid = OPEN_STATUSES
    return {
        "all": View(label=t("All")),
        "unpaid": View(label=t("Unpaid"), statuses=unpaid, sort=Sort.DUE_DATE, descending=False),
        "overdue": View(
            label=t("Overdue"), statuses=frozenset({Status.OVERDUE}), sort=Sort.DUE_DATE,
            descending=False,
        ),
        "soon": View(
            label=t("Due in 7 days"), statuses=unpaid, due_from=0, due_to=WEEK_DAYS,
            sort=Sort.DUE_DATE, descending=False,
        ),
        "very_late": View(
            label=t("Over 30 days late"), statuses=frozenset({Status.OVERDUE}),
            due_to=-LATE_DAYS - 1, sort=Sort.BALANCE,
        ),
        "drafts": View(label=t("Drafts"), statuses=frozenset({Status.DRAFT})),
        "paid": View(label=t("Paid"), statuses=frozenset({Status.PAID})),
    }  # fmt: skip


def _asked(visit: Visit, views: dict[str, View], names: dict[str, str], today: date) -> Query:
    t = visit.t
    view = views[st.session_state.get("invoices_view") or "all"]
    row = st.container(horizontal=True, vertical_alignment="bottom")
    text = row.text_input(
        t("Search"),
        placeholder=t("Number, customer, words of a line"),
        icon=":material/search:",
        type="search",
        max_chars=200,
        key="invoices_text",
        bind="query-params",
        on_change=_first_page,
        width=380,
    )
    with row.popover(t("Filters"), icon=":material/tune:", key="invoices_filters"):
        customer = st.selectbox(
            t("Customer"),
            list(names),
            index=None,
            format_func=lambda one: names[one],
            key="invoices_customer",
            on_change=_first_page,
        )
        statuses = st.pills(
            t("Status"),
            list(Status),
            selection_mode="multi",
            format_func=lambda one: status_name(one, t.language),
            key="invoices_statuses",
            on_change=_first_page,
        )
        issued: object = st.date_input(
            t("Issued between"),
            value=[],
            format=day_field(t.language),
            key="invoices_issued",
            on_change=_first_page,
        )
        sorts = {
            Sort.ISSUE_DATE: t("Issue date"),
            Sort.DUE_DATE: t("Due date"),
            Sort.AMOUNT: t("Amount"),
            Sort.BALANCE: t("Open amount"),
            Sort.NUMBER: t("Number"),
        }
        sort = st.selectbox(
            t("Order"),
            list(sorts),
            index=None,
            placeholder=sorts.get(view.sort, ""),
            format_func=lambda one: sorts[one],
            key="invoices_sort",
            on_change=_first_page,
        )
    choose_view(visit, row)
    days = tuple(issued) if isinstance(issued, tuple | list) else (issued,)
    asked = Query(
        as_of=today,
        text=(text or "").strip(),
        customer_id=customer or "",
        statuses=frozenset(statuses or ()) or view.statuses,
        issued_from=days[0] if days else None,
        issued_to=days[1] if len(days) > 1 else None,
        due_from=None if view.due_from is None else today + timedelta(days=view.due_from),
        due_to=None if view.due_to is None else today + timedelta(days=view.due_to),
        sort=sort or view.sort,
        descending=view.descending if sort is None else sort is not Sort.NUMBER,
        limit=ROWS,
    )
    if asked.text and sort is None:
        asked = replace(asked, sort=Sort.RELEVANCE, descending=True)
    cursors = st.session_state.setdefault("invoices_cursors", [])
    return replace(asked, cursor=cursors[-1] if cursors else "")


def _first_page() -> None:
    st.session_state.invoices_cursors = []


def _table(visit: Visit, page: Page) -> tuple[Hit, ...]:
    """Show the rows; a click on a cell opens the document, ticks choose rows for work on many."""
    t = visit.t
    names = {status: status_name(status, t.language) for status in Status}
    hits = page.hits
    found = st.dataframe(
        {
            "number": [hit.entry.number or t("draft") for hit in hits],
            "customer": [hit.entry.customer for hit in hits],
            "status": [[names[hit.status]] for hit in hits],
            "amount": [visit.money(_money(hit, hit.entry.amount)) for hit in hits],
            "open": [visit.money(_money(hit, hit.entry.balance)) for hit in hits],
            "issued": [hit.entry.issue_date for hit in hits],
            "due": [hit.entry.due_date for hit in hits],
        },
        hide_index=True,
        key=f"invoices_rows_{len(st.session_state.invoices_cursors)}",
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        height="content",
        placeholder="–",
        column_config={
            "number": st.column_config.TextColumn(t("Number"), width=140),
            "customer": st.column_config.TextColumn(t("Customer"), width=170),
            "status": st.column_config.MultiselectColumn(
                t("Status"),
                options=list(names.values()),
                color=[STATUS_COLOURS[status] for status in names],
            ),
            "amount": st.column_config.TextColumn(t("Amount"), alignment="right"),
            "open": st.column_config.TextColumn(t("Open"), alignment="right"),
            "issued": st.column_config.DateColumn(t("Issued"), format=day_column(t.language)),
            "due": st.column_config.DateColumn(t("Due"), format=day_column(t.language)),
        },
        alt=t("Invoices"),
    )
    cells = found.selection.cells
    if cells:
        entry = hits[cells[0][0]].entry
        go("invoice", number=entry.number or entry.id)
    return tuple(hits[at] for at in found.selection.rows if at < len(hits))


def _paging(visit: Visit, page: Page) -> None:
    t = visit.t
    cursors: list[str] = st.session_state.invoices_cursors
    first = len(cursors) * ROWS + 1
    row = st.container(horizontal=True, vertical_alignment="center")
    row.caption(
        t(
            "{first} to {last} of {total}. A click on a row opens it; ticks choose several.",
            first=first,
            last=first + len(page.hits) - 1,
            total=visit.number_of(page.total),
        )
    )
    if row.button(
        t("Back"),
        icon=f":material/{pointing('chevron_left', t.direction)}:",
        disabled=not cursors,
        key="invoices_back",
    ):
        cursors.pop()
        st.rerun()
    if row.button(
        t("Next"),
        icon=f":material/{pointing('chevron_right', t.direction)}:",
        disabled=not page.cursor,
        key="invoices_next",
    ):
        cursors.append(page.cursor)
        st.rerun()


def _empty(visit: Visit) -> None:
    t = visit.t
    with st.container(border=True):
        st.markdown(f"**{t('No invoice fits')}**")
        st.caption(t("Take a filter away, or write your first invoice."))
        link("new_invoice", t("New invoice"), icon="add")


def _money(hit: Hit, minor: int) -> Money:
    return Money(minor, hit.entry.currency)


PLACE = Place(
    title="Invoices",
    icon="receipt_long",
    section=Section.RECEIVABLES,
    order=1,
    needs=(Permission.INVOICES_READ,),
    show=show,
)
