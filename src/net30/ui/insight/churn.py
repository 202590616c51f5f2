"""Churn: which customers may not come back, by how often they used to be invoiced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from net30.insights.churn import HORIZON_DAYS, ChurnRisk
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit

ROWS = 10


def churn(visit: Visit, rows: Sequence[ChurnRisk], names: Mapping[str, str]) -> None:
    """Show the customers most at risk of being lost; say so where nobody's risk can be told."""
    t = visit.t
    st.markdown(f"**{t('Who may not come back')}**")
    told = [one for one in rows if one.chance is not None][:ROWS]
    if not told:
        st.caption(t("Too few customers were invoiced often enough to tell."))
        return
    chance = t("Chance of no invoice")
    table(
        visit,
        {
            t("Customer"): [names.get(one.customer_id, one.customer_id) for one in told],
            t("Invoices"): [one.invoices for one in told],
            t("Days since the last one"): [one.days_since for one in told],
            t("Usual days between two"): [round(one.usual_gap or 0) for one in told],
            chance: [100 * (one.chance or 0) for one in told],
        },
        config={
            chance: st.column_config.ProgressColumn(format="%.0f %%", min_value=0, max_value=100)
        },
        alt=t("Who may not come back"),
    )
    st.caption(t("That nothing is invoiced in the next {n} days.", n=visit.number_of(HORIZON_DAYS)))
