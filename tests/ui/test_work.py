"""Work done on the screens changes the books as the services do, once, and only by who may."""

from __future__ import annotations

from time import monotonic

import pytest
from streamlit.testing.v1 import AppTest

from net30.domain.identity.roles import Role
from net30.domain.invoice import Invoice
from net30.ports.search import Query
from net30.services.find_invoices import find_invoices
from net30.services.unapplied_cash import unapplied_cash
from net30.ui.pieces.clicks import Click
from tests.desk import Desk
from tests.ui.screens import draw, no_fault, open_screens, said


def press(screen: AppTest, key: str) -> AppTest:
    return no_fault(screen.button(key=key).click().run())


def count(desk: Desk) -> int:
    desk.app.settle()
    with desk.app.look() as ctx:
        return find_invoices(ctx, Query(as_of=ctx.today, limit=1)).total


def filled_form(desk: Desk, price: str = "90000") -> AppTest:
    screen = AppTest.from_function(_form, default_timeout=60).run()
    screen.selectbox(key="quick_customer").select("Acme Corp").run()
    screen.text_input(key="quick_what").input("consulting").run()
    screen.text_input(key="quick_quantity").input("40").run()
    return no_fault(screen.text_input(key="quick_price").input(price).run())


def _form() -> None:
    from net30.ui import shell
    from net30.ui.invoicing import quick_invoice

    visit = shell.arrive()
    assert visit is not None
    shell.frame(visit)
    quick_invoice.form()


def test_forty_hours_at_90000_come_to_4_248_000_while_the_form_is_filled(desk: Desk) -> None:
    open_screens(desk)
    screen = filled_form(desk)
    assert "4,248,000" in said(screen)
    assert "Due 21 Dec 2026, in 30 days" in said(screen)


def test_a_form_is_saved_as_a_draft(desk: Desk) -> None:
    open_screens(desk)
    before = count(desk)
    filled_form(desk).button(key="quick_draft").click().run()
    assert count(desk) == before + 1


def test_a_form_is_issued_once_however_often_it_is_clicked(desk: Desk) -> None:
    open_screens(desk)
    before = count(desk)
    clicks = [filled_form(desk), filled_form(desk)]
    for screen in clicks:  # what the browser sends twice bears the same key
        screen.session_state["token_quick"] = Click("the-same-click", monotonic(), under_way=True)
        screen.button(key="quick_issue").click().run()
    assert count(desk) == before + 1
    assert desk.item("INV-2026-000004").balance.minor == 4_248_000


def test_a_price_that_is_no_number_is_told_and_nothing_can_be_issued(desk: Desk) -> None:
    open_screens(desk)
    screen = filled_form(desk, "ninety")
    assert "is no number" in said(screen)
    assert screen.button(key="quick_issue").disabled


def asked(name: str, number: str) -> AppTest:
    """Return what a dialog asks; a test draws it by itself."""
    screen = AppTest.from_function(_asked, default_timeout=60)
    screen.session_state["asked"], screen.session_state["number"] = name, number
    return no_fault(screen.run())


def _asked() -> None:
    import streamlit as st

    from net30.services.found import invoice_by_number, open_item_by_number
    from net30.ui import shell
    from net30.ui.dialogs import collecting, documents, money
    from net30.ui.views import customer

    visit = shell.arrive()
    assert visit is not None
    shell.frame(visit)
    name, number = st.session_state.asked, st.session_state.number
    if name == "edit":
        customer.edit(number)
        return
    with visit.look() as ctx:
        item = open_item_by_number(ctx, number).value
        invoice = invoice_by_number(ctx, number).value
    of_invoice = name in {"credit", "void", "send"}
    room = next(one for one in (collecting, documents, money) if hasattr(one, name))
    getattr(room, name)(invoice if of_invoice else item)


def test_a_payment_closes_an_invoice(desk: Desk) -> None:
    open_screens(desk)
    press(asked("pay", "INV-2026-000002"), "pay_now")
    assert desk.item("INV-2026-000002").balance.minor == 0


def test_more_than_is_open_stays_unapplied_cash(desk: Desk) -> None:
    open_screens(desk)
    screen = asked("pay", "INV-2026-000002")
    screen.text_input(key="pay_amount").input("100 000").run()
    press(screen, "pay_now")
    assert desk.item("INV-2026-000002").balance.minor == 0
    with desk.app.look() as ctx:
        assert [one.payment.unapplied.minor for one in unapplied_cash(ctx)] == [76_400]


def test_a_promise_a_call_and_a_dispute_are_noted(desk: Desk) -> None:
    open_screens(desk, Role.COLLECTOR)
    press(asked("promise", "INV-2026-000002"), "promise_now")
    for name in ("call", "dispute"):
        screen = asked(name, "INV-2026-000002")
        field = {"call": "call_text", "dispute": "dispute_reason"}[name]
        screen.text_area(key=field).input("one hour too many").run()
        press(screen, f"{name}_now")
    item = desk.item("INV-2026-000002")
    assert (len(item.promises), len(item.calls), item.is_disputed) == (1, 1, True)
    press(asked("settle_dispute", "INV-2026-000002"), "undispute_now")
    assert not desk.item("INV-2026-000002").is_disputed


@pytest.mark.parametrize(("name", "key"), [("credit", "credit_now"), ("void", "void_now")])
def test_an_invoice_is_taken_back_by_a_credit_note(desk: Desk, name: str, key: str) -> None:
    open_screens(desk)
    press(asked(name, "INV-2026-000002"), key)
    assert desk.item("INV-2026-000002").balance.minor == 0
    assert desk.item("CN-2026-000001").amount.minor < 0


def test_what_is_open_is_written_off(desk: Desk) -> None:
    open_screens(desk)
    press(asked("write_off", "INV-2026-000002"), "write_off_now")
    assert desk.item("INV-2026-000002").balance.minor == 0


def test_a_viewer_who_reaches_a_dialog_is_refused_all_the_same(desk: Desk) -> None:
    open_screens(desk, Role.VIEWER)
    screen = press(asked("remind", "INV-2026-000002"), "remind_now")
    assert "may not do this" in screen.error[0].value
    assert desk.item("INV-2026-000002").reminders == ()


def test_a_sentence_to_the_assistant_makes_a_draft_with_its_card(desk: Desk) -> None:
    open_screens(desk)
    screen = draw("assistant")
    sentence = "Create an invoice for Acme Corp for 10 hours of consulting at 90000 FCFA"
    screen = no_fault(screen.chat_input(key="message").set_value(sentence).run())
    assert "1,062,000" in said(screen)
    drafts = [button for button in screen.button if button.label == "Issue"]
    assert len(drafts) == 1
    no_fault(drafts[0].click().run())
    with desk.app.look() as ctx:
        issued = [one.value for one in ctx.tx.page(Invoice, limit=50) if one.value.is_issued]
    assert "INV-2026-000004" in {one.number for one in issued}


def test_what_moves_money_waits_for_a_yes_button(desk: Desk) -> None:
    open_screens(desk)
    screen = draw("assistant")
    sentence = "Record a payment of 23600 FCFA for INV-2026-000002"
    screen = no_fault(screen.chat_input(key="message").set_value(sentence).run())
    assert desk.item("INV-2026-000002").balance.minor == 23_600
    press(screen, "yes")
    assert desk.item("INV-2026-000002").balance.minor == 0


def test_a_customer_is_changed(desk: Desk) -> None:
    open_screens(desk)
    screen = asked("edit", desk.acme.id)
    screen.text_input(key="edit_phone").input("+225 01 02 03 04").run()
    press(screen, "edit_save")
    assert "+225 01 02 03 04" in said(draw("customer", id=desk.acme.id))


def test_an_invoice_that_is_not_there_is_told(desk: Desk) -> None:
    open_screens(desk)
    screen = no_fault(draw("invoice", number="INV-2026-999999"))
    assert screen.error[0].value == "There is no invoice 'INV-2026-999999'."
