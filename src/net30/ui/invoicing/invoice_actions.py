"""What can be done with one invoice: each button asks what it needs, and only who may sees it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.invoice import OFFER_CODES, Invoice
from net30.domain.open_item import OpenItem, Status
from net30.domain.payment import Allocation, PaymentMethod
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.services.context import Context
from net30.services.convert_quote import convert_quote
from net30.services.create_draft import create_draft, delete_draft, save_draft
from net30.services.credit_invoice import credit_invoice, void_invoice, write_off_invoice
from net30.services.issue_invoice import issue_invoice
from net30.services.mark_invoice import close_dispute, note_call, note_promise, open_dispute
from net30.services.once import once
from net30.services.record_payment import NewPayment, record_payment
from net30.services.send_invoice import send_invoice
from net30.services.send_reminder import send_reminder
from net30.services.withdraw_mark import (
    reopen_dispute,
    withdraw_call,
    withdraw_dispute,
    withdraw_promise,
)
from net30.ui import shell
from net30.ui.invoicing.invoice_making import decimal_of
from net30.ui.invoicing.lines_again import again
from net30.ui.invoicing.repeating import repeat_action
from net30.ui.invoicing.returned_payment import return_action
from net30.ui.pieces.clicks import done, token
from net30.ui.pieces.dialogs import action, carry_out
from net30.ui.pieces.links import go
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.shown import day_field, plain, said, sentence
from net30.ui.pieces.undoing import offer_undo
from net30.ui.pieces.watching import changed_here
from net30.ui.visit import Visit

WRITE, CANCEL = Permission.INVOICES_WRITE, Permission.INVOICES_CANCEL
PAY, COLLECT = Permission.PAYMENTS_WRITE, Permission.COLLECTIONS_WRITE
PROMISE_DAYS = 7
TEXT_MAX = 2000


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


# --- dialogs -----------------------------------------------------------------------------------


def discard(draft_id: str) -> None:
    """Ask before a draft is thrown away."""
    visit = shell.here()
    t = visit.t
    st.write(t("The draft is thrown away. It has no number, so no gap arises."))
    if st.button(t("Discard the draft"), type="primary", key="discard_now"):
        with telling(t):
            throw_away(visit, draft_id)
            go("invoices")


def throw_away(visit: Visit, draft_id: str) -> None:
    """Throw a draft away; for a while it can be brought back as it was."""
    with visit.change(WRITE) as ctx:
        gone = ctx.tx.load(Invoice, draft_id).value
        delete_draft(ctx, draft_id)
    changed_here()
    told = visit.t("The draft for {customer} is gone.", customer=plain(gone.customer.name))
    offer_undo(told, WRITE, lambda ctx: save_draft(ctx, gone))


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
            amount = _amount(written or "", item.balance.currency, t("an amount"))
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


def _amount(written: str, currency: str, what: str) -> Money:
    amount = Money.of(decimal_of(written, what), currency)
    if amount.minor <= 0:
        raise InputError(f"{written} is nothing", hint="write what was received", code="amount")
    return amount


def remind(item: OpenItem) -> None:
    """Ask before a reminder goes."""
    visit = shell.here()
    t = visit.t
    st.write(t("A reminder of {number} goes to the customer by mail.", number=plain(item.number)))
    if st.button(t("Send the reminder"), type="primary", key="remind_now"):
        carry_out(visit, f"remind_{item.id}", COLLECT,
           lambda ctx: send_reminder(ctx, number=item.number),
           t("The reminder of {number} is on its way.", number=item.number),
           seen=item)  # fmt: skip


def promise(item: OpenItem) -> None:
    """Ask by when they pay."""
    visit = shell.here()
    t = visit.t
    with visit.look(COLLECT) as ctx:
        today = ctx.today
    day = st.date_input(
        t("They pay by"),
        value=today + timedelta(days=PROMISE_DAYS),
        min_value=today,
        key="promise_day",
        format=day_field(t.language),
    )
    st.caption(t("No reminder goes out until the day has passed."))
    if st.button(t("Note promise"), type="primary", key="promise_now"):
        carry_out(visit, f"promise_{item.id}", COLLECT,
           lambda ctx: note_promise(ctx, item.number, day),
           t("Promised by {day}.", day=visit.day(day)),
           seen=item, undo=lambda ctx: withdraw_promise(ctx, item.number, day))  # fmt: skip


def call(item: OpenItem) -> None:
    """Ask what was said."""
    visit = shell.here()
    t = visit.t
    text = st.text_area(t("What was said"), max_chars=TEXT_MAX, key="call_text")
    if st.button(t("Note call"), type="primary", disabled=not text.strip(), key="call_now"):
        carry_out(visit, f"call_{item.id}", COLLECT,
           lambda ctx: note_call(ctx, item.number, text), t("The call is noted."),
           undo=lambda ctx: withdraw_call(ctx, item.number, text))  # fmt: skip


def dispute(item: OpenItem) -> None:
    """Ask what they contest."""
    visit = shell.here()
    t = visit.t
    reason = st.text_area(t("What they contest"), max_chars=TEXT_MAX, key="dispute_reason")
    st.caption(t("A disputed invoice is not reminded of until the dispute is closed."))
    if st.button(t("Note dispute"), type="primary", disabled=not reason.strip(),
                 key="dispute_now"):  # fmt: skip
        carry_out(visit, f"dispute_{item.id}", COLLECT,
           lambda ctx: open_dispute(ctx, item.number, reason),
           t("The dispute is noted."),
           seen=item, undo=lambda ctx: withdraw_dispute(ctx, item.number))  # fmt: skip


def settle_dispute(item: OpenItem) -> None:
    """Ask before a dispute is closed."""
    visit = shell.here()
    t = visit.t
    st.write(t("Reminders go on from now."))
    if st.button(t("Close dispute"), type="primary", key="undispute_now"):
        carry_out(visit, f"undispute_{item.id}", COLLECT,
           lambda ctx: close_dispute(ctx, item.number), t("The dispute is closed."),
           seen=item, undo=lambda ctx: reopen_dispute(ctx, item.number))  # fmt: skip


def send(invoice: Invoice) -> None:
    """Ask to which address a document goes."""
    visit = shell.here()
    t = visit.t
    to = st.text_input(t("To"), value=invoice.customer.contact.email, type="email", key="send_to")
    if st.button(t("Send"), type="primary", key="send_now"):
        carry_out(visit, f"send_{invoice.id}", WRITE,
           lambda ctx: send_invoice(ctx, invoice.number, to or ""),
           t("{number} is on its way to {to}.", number=invoice.number,
             to=plain(to or "")))  # fmt: skip


def convert(invoice: Invoice) -> None:
    """Ask before an offer becomes an invoice."""
    visit = shell.here()
    t = visit.t
    st.write(t("A draft invoice is made from this offer."))
    if st.button(t("Make the draft"), type="primary", key="convert_now"):
        carry_out(visit, f"convert_{invoice.id}", WRITE,
           lambda ctx: convert_quote(ctx, invoice.number), t("The draft is made."))  # fmt: skip


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
            amount = None if whole else _amount(written, invoice.currency, t("an amount"))
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
