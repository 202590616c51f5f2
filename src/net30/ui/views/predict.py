"""Predict: when an invoice will be paid, as it is or as it could be; and all open ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.open_item import OPEN_STATUSES
from net30.kernel.money import Money
from net30.ports.search import Hit, Query, Sort
from net30.services.change_plan import PARTS_MAX, TERMS_MAX, Change
from net30.services.context import ReadContext
from net30.services.find_invoices import find_invoices
from net30.services.predict_invoice import Wanted, predict_by
from net30.services.published_model import chosen_model
from net30.services.score_open_items import score_open_items
from net30.ui import shell
from net30.ui.first_screen.debtors import customer_name
from net30.ui.invoicing.invoice_making import amount_of
from net30.ui.invoicing.prediction_card import prediction_card
from net30.ui.learning.delays_chart import delays_chart
from net30.ui.learning.which_model import choose_model, model_called
from net30.ui.pieces.cards import chart_card
from net30.ui.pieces.links import go
from net30.ui.pieces.notices import telling
from net30.ui.pieces.shown import BAND_COLOURS, band_names, day_column, plain
from net30.ui.place import Place, Section
from net30.ui.visit import Visit

READ = Permission.PREDICTIONS_READ
CHOSEN_FROM_MAX = 500
ROWS = 50


def show(visit: Visit) -> None:
    """Show one invoice with what would change it, and the list of all that is open."""
    t = visit.t
    st.title(t("Predict"))
    first, second = st.tabs(
        [t("All open invoices"), t("One invoice")], on_change="rerun", key="predict_tabs"
    )
    if first.open:
        with first:
            _all(visit)
    if second.open:
        with second:
            _one()


def _all(visit: Visit) -> None:
    t = visit.t
    with visit.look(READ) as ctx:
        found = visit.known(ctx, ("scored", ctx.today), lambda: _scored(ctx))
    rows, model, reason = found
    if not rows:
        st.caption(reason or t("Nothing is open, so there is nothing to predict."))
        return
    st.caption(t("By {model}: the likeliest to be late first.", model=model_called(t, model)))
    pages = -(-len(rows) // ROWS)
    at = st.pagination(pages, key="predict_page") if pages > 1 else 1
    shown = rows[(at - 1) * ROWS : at * ROWS]
    names = band_names(t.language)
    chosen = st.dataframe(
        {
            "number": [row["number"] for row in shown],
            "customer": [row["customer"] for row in shown],
            "open": [visit.money(row["open"]) for row in shown],
            "due": [row["due_date"] for row in shown],
            "late": [None if row["p_late"] is None else row["p_late"] * 100 for row in shown],
            "band": [[names[row["band"]]] if row["band"] else [] for row in shown],
            "expected": [row["expected_date"] for row in shown],
            "first": [row["q10"] for row in shown],
            "last": [row["q90"] for row in shown],
        },
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        key="predict_rows",
        height="content",
        placeholder="–",
        column_config={
            "number": st.column_config.TextColumn(t("Number")),
            "customer": st.column_config.TextColumn(t("Customer")),
            "open": st.column_config.TextColumn(t("Open"), alignment="right"),
            "due": st.column_config.DateColumn(t("Due"), format=day_column(t.language)),
            "late": st.column_config.ProgressColumn(
                t("Paid late"), format="%.0f %%", min_value=0, max_value=100
            ),
            "band": st.column_config.MultiselectColumn(
                t("Risk"), options=list(names.values()), color=list(BAND_COLOURS.values())
            ),
            "expected": st.column_config.DateColumn(t("Expected"), format=day_column(t.language)),
            "first": st.column_config.DateColumn(t("Earliest"), format=day_column(t.language)),
            "last": st.column_config.DateColumn(t("Latest"), format=day_column(t.language)),
        },
        alt=t("All open invoices"),
    )
    if chosen.selection.cells:
        go("invoice", number=shown[chosen.selection.cells[0][0]]["number"])


def _scored(ctx: ReadContext) -> tuple[list[dict[str, Any]], str, str]:  # Any: cells
    scored = score_open_items(ctx)
    table = scored.table.sort_by([("p_late", "descending"), ("invoice_id", "ascending")])
    rows = table.to_pylist()
    numbers = _numbers(ctx)
    for row in rows:
        row["number"] = numbers.get(row["invoice_id"], row["invoice_id"])
        row["customer"] = customer_name(ctx, row["customer_id"])
        row["open"] = Money(row["balance"], row["currency"])
    return rows, str(scored.model or ""), scored.reason


def _numbers(ctx: ReadContext) -> dict[str, str]:
    """Return the numbers of what is open, by id."""
    found: dict[str, str] = {}
    cursor = ""
    while True:
        asked = Query(
            as_of=ctx.today, statuses=OPEN_STATUSES, sort=Sort.DUE_DATE, limit=CHOSEN_FROM_MAX,
            cursor=cursor,
        )  # fmt: skip
        page = find_invoices(ctx, asked)
        found |= {hit.entry.id: hit.entry.number for hit in page.hits}
        cursor = page.cursor
        if not cursor:
            return found


@st.fragment
def _one() -> None:
    visit = shell.here()
    t = visit.t
    with visit.look(READ) as ctx:
        asked = Query(
            as_of=ctx.today, statuses=OPEN_STATUSES, sort=Sort.DUE_DATE, descending=False,
            limit=CHOSEN_FROM_MAX,
        )  # fmt: skip
        hits = find_invoices(ctx, asked).hits
    names = {
        hit.entry.number: f"{hit.entry.number} · {hit.entry.customer} · "
        f"{visit.money(Money(hit.entry.balance, hit.entry.currency))}"
        for hit in hits
        if hit.entry.balance > 0
    }
    if not names:
        st.caption(t("Nothing is open, so there is nothing to predict."))
        return
    head, beside = st.columns([3, 2])
    number = head.selectbox(
        t("Invoice"), list(names), format_func=lambda one: names[one], key="predict_number"
    )
    version = choose_model(visit, beside, key="predict_model")
    left, middle, right = st.columns(3)
    terms = left.number_input(
        t("What if: days to pay"), min_value=0, max_value=TERMS_MAX, value=None,
        key="predict_terms",
    )  # fmt: skip
    parts = middle.number_input(
        t("What if: instalments"), min_value=2, max_value=PARTS_MAX, value=None,
        key="predict_parts",
    )  # fmt: skip
    amount = right.text_input(t("What if: amount"), key="predict_amount")
    with telling(t), visit.look(READ) as ctx:
        changes = _changes(visit, terms, parts, amount or "", _currency(hits, number))
        wanted = Wanted(number=number, explain=True, plan=True, changes=changes)
        found = predict_by(ctx, wanted, chosen_model(ctx, version))
        prediction_card(visit, found)
        chart_card(
            t,
            delays_chart(visit, found),
            key="predict_delays",
            note=t(
                "The chance of each number of days after the due date. By {model}.",
                model=plain(model_called(t, found.model)),
            ),
        )


def _currency(hits: Sequence[Hit], number: str) -> str:
    return next(hit.entry.currency for hit in hits if hit.entry.number == number)


def _changes(
    visit: Visit, terms: int | None, parts: int | None, amount: str, currency: str
) -> tuple[Change, ...]:
    found = []
    if terms is not None:
        found.append(Change(terms=terms))
    if parts is not None:
        found.append(Change(instalments=parts))
    if amount.strip():
        value = amount_of(visit.t, amount, visit.t("an amount"), currency)
        found.append(Change(amount=Money.of(value, currency)))
    return tuple(found)


PLACE = Place(
    title="Predict",
    icon="query_stats",
    section=Section.INSIGHT,
    order=1,
    needs=(READ, Permission.INVOICES_READ),
    show=show,
)
