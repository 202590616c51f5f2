"""Claim: what is shown of an open item: what settled it, when it will be paid, what happened."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem, status_of
from net30.kernel.errors import Conflict
from net30.services.found import customer_called
from net30.services.predict_invoice import predict_invoice
from net30.ui.invoicing.audit_card import audit_card
from net30.ui.invoicing.dunning_card import dunning_card
from net30.ui.invoicing.invoice_actions import claim_actions
from net30.ui.invoicing.prediction_card import prediction_card
from net30.ui.pieces.notices import telling
from net30.ui.pieces.shown import STATUS_COLOURS, plain, status_name
from net30.ui.pieces.tables import table
from net30.ui.pieces.watching import watch
from net30.ui.visit import Visit


def imported_page(visit: Visit, item: OpenItem) -> None:
    """Show a claim that another system made: there is no document of it here."""
    t = visit.t
    with visit.look(Permission.INVOICES_READ) as ctx:
        customer = customer_called(ctx, item.customer_id)
        status = status_of(item, ctx.today)
    head = st.container(horizontal=True, vertical_alignment="center")
    head.title(plain(f"{t('Invoice')} {item.number}"), width="content")
    head.badge(status_name(status, t.language), color=STATUS_COLOURS[status])  # type: ignore[arg-type] # its words
    head.badge(t("imported"), color="gray")
    watch(visit, item)
    with st.grid(4, min_column_width=150):
        st.metric(t("Customer"), plain(customer), border=True)
        st.metric(t("Total"), visit.money(item.amount), border=True)
        st.metric(t("Open"), visit.money(item.balance), border=True)
        st.metric(
            t("Due"),
            visit.day(item.due_date) or "–",
            border=True,
            help=t("Issued {day}", day=visit.day(item.issue_date)),
        )
    claim_actions(visit, item, status)
    parts = {
        t("Overview"): partial(_overview, visit, item),
        t("History"): partial(history, visit, None, item),
    } | more_parts(visit, item, item.id)
    show_parts(parts)


def more_parts(visit: Visit, item: OpenItem | None, record_id: str) -> dict[str, partial[None]]:
    """Return what only some roles see of a claim, by its title."""
    t = visit.t
    parts: dict[str, partial[None]] = {}
    if visit.may(Permission.COLLECTIONS_READ):
        parts[t("Reminders")] = partial(dunning_card, visit, item)
    if visit.may(Permission.AUDIT_READ):
        parts[t("Audit")] = partial(audit_card, visit, record_id)
    return parts


def show_parts(parts: dict[str, partial[None]]) -> None:
    """Show each part behind a tab; only the one that is open is made."""
    tabs = st.tabs(list(parts), on_change="rerun", key="invoice_tabs")
    for tab, part in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                part()


def _overview(visit: Visit, item: OpenItem) -> None:
    left, right = st.columns([5, 4])
    with left:
        st.caption(
            visit.t("It was made in another system: what is known of it here is what was imported.")
        )
        settled(visit, item)
    with right:
        expected(visit, item)


def settled(visit: Visit, item: OpenItem) -> None:
    """Show what settled a claim; nothing while nothing has."""
    t = visit.t
    if not item.settlements:
        return
    st.markdown(f"**{t('What settled it')}**")
    table(
        visit,
        {
            t("Day"): [one.day for one in item.settlements],
            t("How"): [_kinds(visit)[one.kind.value] for one in item.settlements],
            t("Amount"): [one.amount for one in item.settlements],
        },
        alt=t("What settled it"),
    )


def expected(visit: Visit, item: OpenItem | None) -> None:
    """Show when an open claim will be paid and why."""
    t = visit.t
    if item is None or item.balance.minor <= 0 or not visit.may(Permission.PREDICTIONS_READ):
        st.caption(t("A prediction is made for what is issued and open."))
        return
    with telling(t), visit.look(Permission.PREDICTIONS_READ) as ctx:
        try:
            said_of = visit.known(
                ctx,
                ("prediction", item.number, ctx.today),
                lambda: predict_invoice(ctx, item.number, explain=True, plan=True),
            )
        except Conflict as nothing:
            st.caption(plain(nothing.message))
            return
        prediction_card(visit, said_of)


def _kinds(visit: Visit) -> dict[str, str]:
    t = visit.t
    return {
        "payment": t("Payment"),
        "credit": t("Credit note"),
        "discount": t("Early-payment discount"),
        "write_off": t("Write-off"),
        "refund": t("Refund"),
    }


def history(visit: Visit, invoice: Invoice | None, item: OpenItem | None) -> None:
    """Show what happened to a claim, the last first; `invoice` is the issued document."""
    t, rows = visit.t, _happened(visit, invoice, item)
    if not rows:
        st.caption(t("Nothing has happened to this draft yet."))
        return
    table(
        visit,
        {
            t("Day"): [day for day, _ in rows],
            t("What happened"): [text for _, text in rows],
        },
        alt=t("History"),
    )


def _happened(
    visit: Visit, invoice: Invoice | None, item: OpenItem | None
) -> list[tuple[date, str]]:
    t = visit.t
    rows: list[tuple[date, str]] = [(invoice.issue_date, t("Issued"))] if invoice else []
    if item is None:
        return rows
    if invoice is None:
        rows.append((item.issue_date, t("Issued")))
    if item.sent_on:
        rows.append((item.sent_on, t("Sent")))
    kinds = _kinds(visit)
    rows += [
        (one.day, f"{kinds[one.kind.value]}: {visit.money(one.amount)}") for one in item.settlements
    ]
    rows += [
        (letter.day, t("Reminder {n} to {to}", n=letter.level, to=letter.to))
        for letter in item.reminders
    ]
    for promise in item.promises:
        text = t("Promised to pay by {day}", day=visit.day(promise.day))
        rows.append((promise.made, text))
    for dispute in item.disputes:
        rows.append((dispute.opened, t("Disputed: {reason}", reason=dispute.reason)))
        if dispute.closed:
            rows.append((dispute.closed, t("Dispute closed")))
    rows += [(call.day, t("Call: {text}", text=call.text)) for call in item.calls]
    return sorted(rows, key=lambda row: row[0], reverse=True)
