"""Savings: what paying sooner would free, and what that would save in a year."""

from __future__ import annotations

import streamlit as st

from net30.insights.financial_impact import FinancialImpact, Saving
from net30.ui.pieces.tables import at_right, table
from net30.ui.visit import Visit


def savings(visit: Visit, found: FinancialImpact) -> None:
    """Show each way to wait less, with what it saves at the months' lowest and highest."""
    t = visit.t
    names = {
        "dso_one_day_less": t("Paid a day sooner"),
        "all_paid_by_due_date": t("All paid by the due date"),
        "none_over_30_days_late": t("None over 30 days late"),
        "ten_slowest_customers_on_time": t("The ten slowest customers on time"),
    }
    rows = found.savings
    table(
        visit,
        {
            t("What would save"): [names[one.action] for one in rows],
            t("Frees"): [one.frees for one in rows],
            t("Saves a year"): [one.saves_a_year for one in rows],
            t("From, to"): [_span(visit, one) for one in rows],
        },
        config={t("From, to"): at_right()},
        alt=t("What would save"),
    )
    st.caption(
        t(
            "At the sales there were; from and to are the lowest and the highest of the last "
            "twelve whole months."
        )
    )


def _span(visit: Visit, one: Saving) -> str | None:
    """Return what it would save at the least and at most; nothing where months are too few."""
    if one.low is None or one.high is None:
        return None
    return visit.t("{low} to {high}", low=visit.money(one.low), high=visit.money(one.high))
