"""Figure behind: the invoices that a figure is made of, with their sum and its definition."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.insights.definitions import definition_of
from net30.kernel.money import Money
from net30.ledger.segments import read_figure_facts
from net30.services.company_figures import Asked, behind_figure
from net30.services.foreseen_figures import foreseen_figures
from net30.ui import shell
from net30.ui.first_screen.debtors import customer_name
from net30.ui.pieces.notices import telling
from net30.ui.pieces.shown import plain
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit

ROWS_SHOWN_MAX = 500


def figure_names(visit: Visit) -> dict[str, str]:
    """Return the figures that have invoices behind them, by key, as people call them."""
    t = visit.t
    return {
        "revenue.invoiced": t("Revenue"),
        "revenue.collected": t("Collected"),
        "outstanding": t("Outstanding"),
        "overdue": t("Overdue"),
        "ageing.not_due": t("Not due"),
        "ageing.d1_30": t("1–30 days"),
        "ageing.d31_60": t("31–60 days"),
        "ageing.d61_90": t("61–90 days"),
        "ageing.d90_plus": t("Over 90 days"),
        "collection_rate": t("Collection rate"),
        "cei": t("CEI"),
        "dso_simple": t("DSO"),
        "cash_at_stake.cost": t("Cost of waiting"),
    }


def choose_figure(visit: Visit, currency: str) -> None:
    """Let somebody choose a figure, and show what is behind it."""
    names = figure_names(visit)
    chosen = st.menu_button(
        visit.t("Invoices behind a figure"),
        list(names),
        format_func=lambda key: names[key],
        icon=":material/manage_search:",
        type="tertiary",
        key=f"behind_{currency}",
    )
    if chosen:
        st.dialog(names[chosen], width="large")(_show)(chosen, currency)


def _show(key: str, currency: str) -> None:
    visit = shell.here()
    t = visit.t
    st.caption(plain(definition_of(key).sentence(t.language)))
    with telling(t), visit.look(Permission.FIGURES_READ) as ctx:
        asked = Asked(
            as_of=ctx.today, currency=currency, cost_of_capital=ctx.company.cost_of_capital
        )
        facts = read_figure_facts(ctx.blobs, ctx.organisation, asked.as_of, numbers=True)
        rows = behind_figure(facts, asked, key, foreseen_figures(ctx, asked.as_of))
        total = Money.total((one.amount for one in rows), currency)
        shown = rows[:ROWS_SHOWN_MAX]
        st.markdown(
            t.count(
                len(rows),
                "{n} invoice, {amount}",
                "{n} invoices, {amount}",
                amount=f"**{plain(visit.money(total))}**",
            )
        )
        table(
            visit,
            {
                t("Number"): [one.number or "" for one in shown],
                t("Customer"): [customer_name(ctx, one.customer_id or "") for one in shown],
                t("Due"): [one.due_date for one in shown],
                t("Amount"): [one.amount for one in shown],
            },
            alt=names_of(visit, key),
        )


def names_of(visit: Visit, key: str) -> str:
    """Return what a figure is called."""
    return figure_names(visit)[key]
