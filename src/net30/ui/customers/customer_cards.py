"""Customer cards: what may be lost with a customer, what may be sold to it, what was said."""

from __future__ import annotations

from datetime import date

import streamlit as st

from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.identity.roles import Permission
from net30.domain.open_item import OpenItem
from net30.services.context import ReadContext
from net30.services.customer_risk import CustomerRisk, customer_losses, customer_risk
from net30.services.receivables_risk import Standing
from net30.ui.pieces.links import link
from net30.ui.pieces.shown import plain
from net30.ui.visit import Visit

SAID_MAX = 12
FULL = 100


def risk_card(visit: Visit, customer: Customer) -> None:
    """Show what is at stake with a customer, and how much of its limit is used."""
    t = visit.t
    with visit.look(Permission.PREDICTIONS_READ, Permission.FIGURES_READ) as ctx:
        losses = visit.known(ctx, ("customer_losses", ctx.today), lambda: customer_losses(ctx))
        found = customer_risk(ctx, customer, losses.get(customer.id, ()))
    with st.container(border=True):
        st.markdown(f"**{t('Risk and limit')}**")
        if not found:
            st.caption(t("Nothing is open, so nothing is at risk."))
        for one in found:
            _risk(visit, one)


def _risk(visit: Visit, one: CustomerRisk) -> None:
    t = visit.t
    left, right = st.columns(2)
    left.metric(t("Open and drafted"), visit.money(one.exposure))
    chance = one.loss.pd.value
    right.metric(
        t("Expected loss"),
        visit.money(one.loss.expected),
        help=t("The chance that it is never paid, times what is lost then, times what is open."),
    )
    if chance is not None:
        st.caption(t("Chance of default {share}", share=visit.percent(chance, 1)))
    limit = one.limit
    if one.standing is Standing.HELD:
        st.markdown(f":red-badge[{t('on hold: no new sales')}]")
    if limit is None or limit.currency != one.exposure.currency or limit.minor <= 0:
        st.caption(t("No limit is agreed: set one with Edit."))
        return
    used = one.exposure.minor / limit.minor
    over = one.standing is Standing.OVER
    st.progress(
        min(int(used * FULL), FULL) / FULL,
        text=t(
            "{share} of the limit of {limit} is used",
            share=visit.percent(used),
            limit=plain(visit.money(limit)),
        ),
    )
    if over:
        st.markdown(f":red-badge[{t('over the limit')}]")


def said_card(visit: Visit, customer: Customer) -> None:
    """Show what was said about what the customer still owes, the last first."""
    t = visit.t
    with visit.look(Permission.COLLECTIONS_READ) as ctx:
        rows = _said(visit, ctx, customer)
    with st.container(border=True):
        st.markdown(f"**{t('What was said')}**")
        if not rows:
            st.caption(
                t(
                    "Nothing yet. Calls, promises and disputes are noted on an invoice or on the "
                    "page Collections."
                )
            )
        for day, number, text in rows[:SAID_MAX]:
            row = st.container(horizontal=True, vertical_alignment="center")
            row.caption(visit.day(day), width="content")
            row.markdown(plain(text), width="content")
            link("invoice", number, row, asked={"number": number}, icon="description")


def _said(visit: Visit, ctx: ReadContext, customer: Customer) -> list[tuple[date, str, str]]:
    t = visit.t
    rows: list[tuple[date, str, str]] = []
    for stored in ctx.tx.find(OpenItem, Key.CUSTOMER, customer.id):
        item = stored.value
        rows += [(one.day, item.number, t("Call: {text}", text=one.text)) for one in item.calls]
        rows += [
            (one.made, item.number, t("Promised to pay by {day}", day=visit.day(one.day)))
            for one in item.promises
        ]
        rows += [
            (one.opened, item.number, t("Disputed: {reason}", reason=one.reason))
            for one in item.disputes
        ]
        rows += [
            (one.day, item.number, t("Reminder {n} to {to}", n=one.level, to=one.to))
            for one in item.reminders
        ]
    return sorted(rows, reverse=True)
