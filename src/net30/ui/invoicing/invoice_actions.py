"""What can be done with one invoice: each button asks what it needs, and only who may sees it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.invoice import OFFER_CODES, Invoice
from net30.domain.open_item import OpenItem, Status
from net30.services.create_draft import create_draft
from net30.services.issue_invoice import issue_invoice
from net30.services.once import once
from net30.ui.dialogs.collecting import call, dispute, promise, remind, settle_dispute
from net30.ui.dialogs.documents import convert, discard, send
from net30.ui.dialogs.money import credit, pay, void, write_off
from net30.ui.invoicing.lines_again import again
from net30.ui.invoicing.repeating import repeat_action
from net30.ui.invoicing.returned_payment import return_action
from net30.ui.pieces.clicks import done, token
from net30.ui.pieces.dialogs import action
from net30.ui.pieces.links import go
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.watching import changed_here
from net30.ui.visit import Visit

WRITE, CANCEL = Permission.INVOICES_WRITE, Permission.INVOICES_CANCEL
PAY, COLLECT = Permission.PAYMENTS_WRITE, Permission.COLLECTIONS_WRITE


def actions(visit: Visit, invoice: Invoice, item: OpenItem | None, status: Status) -> None:
    """Show what can be done with a document as it stands now."""
    with st.container(horizontal=True):
        if not invoice.is_issued:
            _for_draft(visit, invoice)
            repeat_action(visit, invoice)
            return
        if item is not None and item.balance.minor > 0 and not item.voided_by:
            _for_open(visit, item, status)
        _for_issued(visit, invoice, item)


def claim_actions(visit: Visit, item: OpenItem, status: Status) -> None:
    """Show what can be done with a claim that has no document here."""
    with st.container(horizontal=True):
        if item.balance.minor > 0:
            _for_open(visit, item, status)
            action(visit, visit.t("Write off"), "money_off", CANCEL, partial(write_off, item))
        return_action(visit, item)


def _for_draft(visit: Visit, invoice: Invoice) -> None:
    t = visit.t
    if visit.may(WRITE) and st.button(
        t("Issue"), type="primary", icon=":material/task_alt:", key="issue_draft"
    ):
        with telling(t):
            with visit.change(WRITE) as ctx:
                number = issue_invoice(ctx, invoice.id).number
            changed_here()
            keep_notice(t("{number} is issued.", number=number))
            go("invoice", number=number)
    action(visit, t("Discard"), "delete", WRITE, partial(discard, invoice.id))
    _duplicate(visit, invoice)


def _for_open(visit: Visit, item: OpenItem, status: Status) -> None:
    t = visit.t
    action(visit, t("Record payment"), "payments", PAY, partial(pay, item), primary=True)
    if status is Status.OVERDUE:
        action(visit, t("Send reminder"), "notifications", COLLECT, partial(remind, item))
    action(visit, t("Note promise"), "event_available", COLLECT, partial(promise, item))
    action(visit, t("Note call"), "call", COLLECT, partial(call, item))
    if item.is_disputed:
        action(visit, t("Close dispute"), "gavel", COLLECT, partial(settle_dispute, item))
    else:
        action(visit, t("Dispute"), "gavel", COLLECT, partial(dispute, item))


def collect_actions(visit: Visit, item: OpenItem) -> None:
    """Show what can be noted about an open claim: a call, a promise, a dispute."""
    t, name = visit.t, item.number
    action(visit, t("Note call"), "call", COLLECT, partial(call, item), name=name)
    action(visit, t("Note promise"), "event_available", COLLECT, partial(promise, item), name=name)
    if item.is_disputed:
        action(
            visit, t("Close dispute"), "gavel", COLLECT, partial(settle_dispute, item), name=name
        )
    else:
        action(visit, t("Dispute"), "gavel", COLLECT, partial(dispute, item), name=name)
    action(visit, t("Send reminder"), "notifications", COLLECT, partial(remind, item), name=name)


def _for_issued(visit: Visit, invoice: Invoice, item: OpenItem | None) -> None:
    t = visit.t
    action(visit, t("Send"), "send", WRITE, partial(send, invoice))
    if invoice.type_code in OFFER_CODES:
        action(visit, t("Turn into an invoice"), "swap_horiz", WRITE, partial(convert, invoice))
    elif item is not None and item.amount.minor > 0 and not item.voided_by:
        action(visit, t("Credit"), "undo", CANCEL, partial(credit, invoice, item))
    settled = item is not None and bool(item.settlements)
    if visit.may(WRITE) or visit.may(CANCEL) or (visit.may(PAY) and settled):
        with st.popover(t("More"), icon=":material/more_horiz:", key="more_actions"):
            _seldom(visit, invoice, item)


def _seldom(visit: Visit, invoice: Invoice, item: OpenItem | None) -> None:
    """Show what is seldom done with an issued document."""
    t = visit.t
    _duplicate(visit, invoice)
    if item is None or item.amount.minor <= 0:
        return
    repeat_action(visit, invoice)
    if invoice.type_code in OFFER_CODES or item.voided_by:
        return
    if not item.settlements:
        action(visit, t("Void"), "block", CANCEL, partial(void, invoice, item))
    if item.balance.minor > 0:
        action(visit, t("Write off"), "money_off", CANCEL, partial(write_off, item))
    return_action(visit, item)


def _duplicate(visit: Visit, invoice: Invoice) -> None:
    t = visit.t
    if visit.may(WRITE) and st.button(
        t("Duplicate"), icon=":material/content_copy:", key="duplicate"
    ):
        with telling(t):
            form = f"duplicate_{invoice.id}"
            with visit.change(WRITE) as ctx:
                made = once(ctx, token(form), form, lambda: create_draft(ctx, again(invoice)).id)
            done(form)
            keep_notice(t("A draft with the same lines is made."))
            go("invoice", number=made.text)
