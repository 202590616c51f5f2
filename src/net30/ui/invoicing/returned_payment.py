"""Returned payment: the bank gave money back, or it was recorded by mistake: it is open again."""

from __future__ import annotations

from functools import partial

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.open_item import OpenItem, SettlementKind
from net30.domain.payment import Payment
from net30.services.context import ReadContext
from net30.services.return_payment import ReturnedPayment, return_payment
from net30.ui import shell
from net30.ui.pieces.dialogs import action, carry_out
from net30.ui.visit import Visit

PAY = Permission.PAYMENTS_WRITE
REASON_MAX = 200


def return_action(visit: Visit, item: OpenItem) -> None:
    """Show the button where a payment that net30 recorded settles something of a claim."""
    paid = any(one.kind is SettlementKind.PAYMENT for one in item.settlements)
    if paid and visit.may(PAY):
        with visit.look(PAY) as ctx:
            found = payments_of(ctx, item)
        if found:
            action(visit, visit.t("Payment returned"), "currency_exchange", PAY,
                   partial(give_back, item))  # fmt: skip


def payments_of(ctx: ReadContext, item: OpenItem) -> dict[str, Payment]:
    """Return the payments that settle something of a claim, by id, the latest first."""
    ids = [one.source_id for one in item.settlements if one.kind is SettlementKind.PAYMENT]
    found = ctx.tx.load_many(Payment, ids)
    kept = [one.value for one in found.values() if one.value.returned is None]
    return {one.id: one for one in sorted(kept, key=lambda one: one.day, reverse=True)}


def give_back(item: OpenItem) -> None:
    """Ask which payment is gone, and why."""
    visit = shell.here()
    t = visit.t
    with visit.look(PAY) as ctx:
        payments = payments_of(ctx, item)
    chosen = st.selectbox(
        t("Payment"),
        list(payments),
        format_func=lambda one: (
            f"{visit.day(payments[one].day)} · {visit.money(payments[one].amount)}"
        ),
        key="returned_payment",
    )
    reason = st.text_input(
        t("Reason"),
        max_chars=REASON_MAX,
        placeholder=t("returned by the bank, or recorded by mistake"),
        key="returned_reason",
    )
    st.caption(
        t("All that it had settled is open again, as due as before; both stay in the books.")
    )
    if st.button(t("Take the payment back"), type="primary", disabled=chosen is None,
                 key="returned_now"):  # fmt: skip
        gone = ReturnedPayment(payment=str(chosen), reason=reason or "")
        carry_out(visit, f"returned_{chosen}", PAY, lambda ctx: return_payment(ctx, gone),
           t("The payment is taken back: {number} is open again.", number=item.number),
           seen=item)  # fmt: skip
