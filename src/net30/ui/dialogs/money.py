"""Money: what is asked before a payment is recorded, or a claim is credited or given up."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation, PaymentMethod
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.services.context import Context
from net30.services.credit_invoice import credit_invoice, void_invoice, write_off_invoice
from net30.services.record_payment import NewPayment, record_payment
from net30.ui import shell
from net30.ui.invoicing.invoice_making import amount_of
from net30.ui.pieces.dialogs import carry_out
from net30.ui.pieces.notices import telling
from net30.ui.pieces.shown import day_field, plain, said, sentence
from net30.ui.words import Words

CANCEL, PAY = Permission.INVOICES_CANCEL, Permission.PAYMENTS_WRITE


def pay(item: OpenItem) -> None:
    """Ask what was received for a claim."""
    visit = shell.here()
    t = visit.t
    with visit.look(PAY) as ctx:
        today = ctx.today
    written = st.text_input(
        t("Amount, {currency}", currency=item.balance.currency),
        value=f"{item.balance.amount:f}",
        help=t("Open: {amount}", amount=visit.money(item.balance)),
        key="pay_amount",
    )
    day = st.date_input(
        t("Received on"), value=today, max_value=today, format=day_field(t.language), key="pay_day"
    )
    method: PaymentMethod | None = st.selectbox(
        t("By"),
        list(PaymentMethod),
        format_func=lambda one: sentence(said("method", one.value, t.language)),
        key="pay_method",
    )
    reference = st.text_input(t("Reference"), max_chars=140, key="pay_reference")
    if st.button(t("Record payment"), type="primary", key="pay_now"):
        with telling(t):
            amount = _amount(t, written or "", item.balance.currency)
            used = min(amount, item.balance)

            def work(ctx: Context) -> object:
                return record_payment(
                    ctx,
                    NewPayment(
                        customer_id=item.customer_id,
                        amount=amount,
                        day=day,
                        method=method or PaymentMethod.BANK_TRANSFER,
                        reference=reference or "",
                        allocations=(Allocation(item.id, used),),
                    ),
                )

            carry_out(visit, f"pay_{item.id}", PAY, work, t("{amount} received for {number}.",
               amount=visit.money(amount), number=item.number),
               seen=item)  # fmt: skip


def credit(invoice: Invoice, item: OpenItem | None = None) -> None:
    """Ask how much is credited, and why."""
    visit = shell.here()
    t = visit.t
    whole = st.toggle(t("All that is left"), value=True, key="credit_whole")
    written = ""
    if not whole:
        written = st.text_input(
            t("Amount, {currency}", currency=invoice.currency), key="credit_amount"
        )
    reason = st.text_input(t("Reason"), max_chars=200, key="credit_reason")
    st.caption(t("A credit note gets its own number and cannot be taken back."))
    if st.button(t("Issue credit note"), type="primary", key="credit_now"):
        with telling(t):
            amount = None if whole else _amount(t, written, invoice.currency)
            carry_out(visit, f"credit_{invoice.id}", CANCEL,
               lambda ctx: credit_invoice(ctx, invoice.number, amount, reason=reason or ""),
               t("The credit note on {number} is issued.", number=invoice.number),
               seen=item)  # fmt: skip


def void(invoice: Invoice, item: OpenItem | None = None) -> None:
    """Ask why an invoice is taken back."""
    visit = shell.here()
    t = visit.t
    reason = st.text_input(t("Reason"), max_chars=200, key="void_reason")
    st.caption(t("A full credit note takes the invoice back; both stay in the books."))
    if st.button(t("Void the invoice"), type="primary", key="void_now"):
        carry_out(visit, f"void_{invoice.id}", CANCEL,
           lambda ctx: void_invoice(ctx, invoice.number, reason=reason or ""),
           t("{number} is void.", number=invoice.number),
           seen=item)  # fmt: skip


def write_off(item: OpenItem) -> None:
    """Ask why what is open is given up."""
    visit = shell.here()
    t = visit.t
    st.write(t("{amount} is given up.", amount=plain(visit.money(item.balance))))
    reason = st.text_input(t("Reason"), max_chars=200, key="write_off_reason")
    if st.button(t("Write off"), type="primary", key="write_off_now"):
        carry_out(visit, f"write_off_{item.id}", CANCEL,
           lambda ctx: write_off_invoice(ctx, item.number, reason=reason or ""),
           t("{number} is written off.", number=item.number),
           seen=item)  # fmt: skip


def _amount(t: Words, written: str, currency: str) -> Money:
    amount = Money.of(amount_of(t, written, t("an amount"), currency), currency)
    if amount.minor <= 0:
        raise InputError(f"{written} is nothing", hint="write what was received", code="amount")
    return amount
