"""Risk: what may never be paid, with whom, and what to do about it."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from net30.assistant.predictions import advised
from net30.assistant.replies.catalogue import reply_language
from net30.assistant.replies.writing import write_cell
from net30.charts.chart import Bars
from net30.domain.identity.roles import Permission
from net30.kernel.money import Money
from net30.services.receivables_risk import CurrencyRisk, RiskyCustomer, receivables_risk
from net30.ui.first_screen.board_cards import series
from net30.ui.pieces.cards import BAD, chart_card, mood_colours
from net30.ui.pieces.shown import plain
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit

CUSTOMERS_SHOWN = 10
NEEDS = (Permission.FIGURES_READ, Permission.PREDICTIONS_READ)


def risk(visit: Visit, currency: str) -> None:
    """Show the expected loss of a currency, by customer, and what would make it less."""
    t = visit.t
    with visit.look(*NEEDS) as ctx:
        found = visit.known(
            ctx, ("risk", ctx.today), lambda: receivables_risk(ctx, None, CUSTOMERS_SHOWN)
        )
    one = next((row for row in found.currencies if row.currency == currency), None)
    if one is None or not one.customers:
        st.caption(t("Nothing is open, so nothing is at risk."))
        return
    _figures(visit, one)
    if one.loss.expected is not None and one.loss.expected.minor:
        chart_card(t, loss_chart(visit, one), key="risk_by_customer", colours=mood_colours((BAD,)))
    _mitigation(visit, one)


def _figures(visit: Visit, one: CurrencyRisk) -> None:
    t, loss = visit.t, one.loss
    top = one.top10_share.value
    with st.grid(4, min_column_width=185):
        st.metric(t("Open"), visit.money(loss.exposure), border=True)
        st.metric(
            t("Expected loss"),
            visit.money(loss.expected) if loss.expected is not None else "–",
            border=True,
            help=t(
                "The chance that it is never paid, times what is lost then, times what is open."
            ),
        )
        st.metric(
            t("High risk"),
            visit.money(loss.bands.get("high", Money.zero(one.currency))),
            border=True,
        )
        st.metric(
            t("The ten greatest owe"),
            "–" if top is None else visit.percent(Decimal(str(top))),
            border=True,
        )
    if loss.expected is None and loss.reason:
        st.caption(plain(t(loss.reason)))


def loss_chart(visit: Visit, one: CurrencyRisk) -> Bars:
    """Return the expected loss by customer, the greatest first."""
    t, rows = visit.t, [row for row in one.customers if row.loss.expected.minor > 0]
    total = one.loss.expected or Money.zero(one.currency)
    share = rows[0].loss.expected.minor / total.minor if rows and total.minor else 0
    first = rows[0].customer if rows else "–"
    return Bars(
        title=t(
            "{customer} bears {share} of the expected loss",
            customer=first,
            share=visit.percent(share),
        ),
        places=tuple(row.customer for row in rows),
        series=(series(visit, t("Expected loss"), [row.loss.expected for row in rows]),),
        unit=visit.currency(one.currency),
        lying=True,
    )


def _mitigation(visit: Visit, one: CurrencyRisk) -> None:
    t, rows = visit.t, one.customers
    table(
        visit,
        {
            t("Customer"): [row.customer for row in rows],
            t("Owed"): [row.loss.exposure for row in rows],
            t("Expected loss"): [row.loss.expected for row in rows],
            t("Limit"): [row.limit or None for row in rows],
            t("Invoice"): [row.about or None for row in rows],
            t("What to do"): [_advice(visit, row) for row in rows],
        },
        alt=t("Risk"),
    )


def _advice(visit: Visit, row: RiskyCustomer) -> str | None:
    """Return the most urgent advice in words; None where there is none."""
    if not row.advice:
        return None
    _, _, what, _ = advised(row.customer, row.about, row.advice[0])
    return write_cell(what, reply_language(visit.t.language))
