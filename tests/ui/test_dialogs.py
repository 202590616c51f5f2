"""What is asked before the books change: drafts, offers, part credits, customers, letters."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest

from net30.domain.customer import Customer
from net30.domain.invoice import QUOTE, Invoice
from net30.kernel.errors import NotFound
from net30.kernel.money import Money
from net30.services.credit_invoice import credit_invoice
from net30.services.found import invoice_by_number
from net30.services.mark_invoice import note_call
from net30.services.save_customer import save_customer
from net30.ui.pieces.clicks import DOUBLE_CLICK_SECONDS, Click
from tests.desk import TODAY, Desk
from tests.ui.screens import ask, draw, no_fault, open_screens, press, said


def invoices(desk: Desk) -> list[Invoice]:
    with desk.app.look() as ctx:
        return [one.value for one in ctx.tx.page(Invoice, limit=50)]


def test_a_draft_is_issued_on_its_page(desk: Desk) -> None:
    draft = desk.draft("1000", "1")
    open_screens(desk)
    press(draw("invoice", number=draft.id), "issue_draft")
    assert desk.item("INV-2026-000004").balance.minor == 1_180


def test_a_draft_is_thrown_away_once_somebody_says_so(desk: Desk) -> None:
    draft = desk.draft("1000", "1")
    open_screens(desk)
    screen = press(draw("invoice", number=draft.id), "ask_delete_")
    assert "no gap arises" in said(screen)
    assert draft in invoices(desk)
    press(ask("dialogs.documents.discard", draft.id), "discard_now")
    assert draft not in invoices(desk)


def test_an_invoice_is_written_once_more_as_a_draft(desk: Desk) -> None:
    first = desk.issue("1000", "3")
    open_screens(desk)
    press(draw("invoice", number=first.number), "duplicate")
    made = next(one for one in invoices(desk) if not one.is_issued)
    assert made.totals == first.totals
    assert made.lines == first.lines


def test_a_quote_becomes_an_invoice(desk: Desk) -> None:
    quote = desk.issue("1000", "3", type_code=QUOTE)
    open_screens(desk)
    screen = no_fault(draw("invoice", number=quote.number))
    assert f"Offer {quote.number}" in said(screen)
    assert "ask_swap_horiz_" in {one.key for one in screen.button}
    press(ask("dialogs.documents.convert", quote), "convert_now")
    made = next(one for one in invoices(desk) if not one.is_issued)
    assert made.totals.due == quote.totals.due


def test_a_part_of_an_invoice_is_credited(desk: Desk) -> None:
    open_screens(desk)
    with desk.app.look() as ctx:
        invoice = invoice_by_number(ctx, "INV-2026-000002").value
    screen = ask("dialogs.money.credit", invoice)
    screen = no_fault(screen.toggle(key="credit_whole").set_value(False).run())
    screen = press(screen.text_input(key="credit_amount").input("0").run(), "credit_now")
    assert "0 is nothing" in screen.error[0].value
    screen = press(screen.text_input(key="credit_amount").input("11 800").run(), "credit_now")
    assert desk.item("INV-2026-000002").balance.minor == 11_800
    shown = no_fault(draw("invoice", number="CN-2026-000001"))
    assert "Credit note CN-2026-000001" in said(shown)


def test_an_invoice_is_sent_to_the_address_that_is_written(desk: Desk) -> None:
    open_screens(desk)
    with desk.app.look() as ctx:
        invoice = invoice_by_number(ctx, "INV-2026-000003").value
    screen = ask("dialogs.documents.send", invoice)
    assert screen.text_input(key="send_to").value == "billing@acmecorp.example"
    press(screen.text_input(key="send_to").input("cfo@acmecorp.example").run(), "send_now")
    assert desk.item("INV-2026-000003").sent_on == TODAY


def test_a_button_of_an_invoice_opens_its_question(desk: Desk) -> None:
    open_screens(desk)
    before = desk.item("INV-2026-000002")
    screen = draw("invoice", number="INV-2026-000002")
    for sign, key in (("payments", "pay_now"), ("money_off", "write_off_now")):
        screen = press(screen, f"ask_{sign}_")
        assert key in {one.key for one in screen.button}
    assert desk.item("INV-2026-000002") == before


def test_a_disputed_invoice_offers_to_close_the_dispute(desk: Desk) -> None:
    open_screens(desk)
    item = desk.item("INV-2026-000002")
    screen = ask("dialogs.collecting.dispute", item)
    press(screen.text_area(key="dispute_reason").input("wrong hours").run(), "dispute_now")
    screen = press(draw("invoice", number="INV-2026-000002"), "ask_gavel_")
    assert "undispute_now" in {one.key for one in screen.button}
    disputed = desk.item("INV-2026-000002")
    screen = press(
        press(ask("dialogs.collecting.settle_dispute", disputed), "undispute_now"), "undo"
    )
    assert desk.item("INV-2026-000002") == disputed


@pytest.mark.parametrize(
    ("name", "field"), [("dispute", "dispute_reason"), ("promise", ""), ("call", "call_text")]
)
def test_what_was_noted_of_a_claim_is_taken_back_for_a_while(
    desk: Desk, name: str, field: str
) -> None:
    open_screens(desk)
    before = desk.item("INV-2026-000002")
    screen = ask(f"dialogs.collecting.{name}", before)
    if field:
        screen = no_fault(screen.text_area(key=field).input("on the wrong invoice").run())
    screen = press(screen, f"{name}_now")
    assert desk.item("INV-2026-000002") != before
    press(screen, "undo")
    assert desk.item("INV-2026-000002") == before
    page = draw("invoice", number="INV-2026-000002")
    page.session_state["invoice_tabs"] = "Audit"
    told = list(no_fault(page.run()).dataframe[0].value["What happened"])
    assert f"Taken back: the {name}" in told


def test_a_payment_that_the_bank_gave_back_is_owed_again(desk: Desk) -> None:
    open_screens(desk)
    assert "ask_currency_exchange_" not in {
        one.key for one in no_fault(draw("invoice", number="INV-2026-000002")).button
    }
    press(draw("invoice", number="INV-2026-000001"), "ask_currency_exchange_")
    paid = desk.item("INV-2026-000001")
    screen = ask("invoicing.returned_payment.give_back", paid)
    press(screen.text_input(key="returned_reason").input("no funds").run(), "returned_now")
    assert desk.item("INV-2026-000001").balance == paid.amount


def test_a_note_is_taken_from_the_work_list(desk: Desk) -> None:
    open_screens(desk)
    screen = no_fault(draw("collections"))
    assert "Acme Corp" in said(screen)
    screen.session_state["note_INV-2026-000002"] = True
    screen = no_fault(screen.run())
    assert "ask_call_INV-2026-000002" in {one.key for one in screen.button}


def test_reminders_of_the_day_leave_together_and_once(desk: Desk) -> None:
    open_screens(desk)
    screen = draw("collections")
    screen.session_state["collections_tabs"] = "Reminders due"
    screen = press(no_fault(screen.run()), "run_dunning")
    assert "Each goes once" in said(screen)
    assert desk.item("INV-2026-000002").reminders == ()
    for _ in range(2):
        press(ask("views.collections._send"), "run_dunning_now")
        assert len(desk.item("INV-2026-000002").reminders) == 1


def test_a_customer_is_added_on_the_screen(desk: Desk) -> None:
    open_screens(desk)
    press(draw("customers"), "ask_person_add_")
    screen = ask("views.customers._new")
    assert screen.button(key="customer_add").disabled
    screen.text_input(key="customer_name").input("Baobab SA").run()
    screen = screen.text_input(key="customer_city").input("Dakar").run()
    press(screen, "customer_add")
    with desk.app.look() as ctx:
        found = [one.value for one in ctx.tx.page(Customer, limit=9) if one.value != desk.acme]
    assert [(one.name, one.party.address.city) for one in found] == [("Baobab SA", "Dakar")]
    screen = draw("customers")
    assert "Baobab SA" in list(screen.dataframe[0].value["name"])
    screen = no_fault(screen.text_input(key="customers_text").input("nobody").run())
    assert "No customer fits." in said(screen)


def test_terms_a_limit_and_a_hold_are_agreed_with_a_customer(desk: Desk) -> None:
    open_screens(desk)
    screen = ask("views.customer.edit", desk.acme.id)
    screen.number_input(key="edit_days").set_value(14).run()
    screen.toggle(key="edit_hold").set_value(True).run()
    screen.toggle(key="edit_parked").set_value(True).run()
    screen.text_area(key="edit_notes").input("asks for paper").run()
    press(screen.text_input(key="edit_limit").input("much").run(), "edit_save")
    assert "is no number" in screen.error[0].value
    press(screen.text_input(key="edit_limit").input("500 000").run(), "edit_save")
    page = draw("customer", id=desk.acme.id)
    assert "Terms: 14 days" in said(page)
    assert "500,000" in said(page)
    assert [one.value for one in page.text] == ["asks for paper"]
    assert "on hold" in said(page)
    assert "parked" in said(page)


def test_a_figure_opens_into_its_invoices(desk: Desk) -> None:
    open_screens(desk)
    screen = ask("first_screen.figure_behind._show", "outstanding", "XOF")
    assert "2 invoices" in said(screen)
    assert "INV-2026-000003" in str(screen.dataframe[0].value)


def test_a_figure_is_chosen_on_the_first_screen(desk: Desk) -> None:
    open_screens(desk)
    screen = no_fault(draw("dashboard"))
    screen = no_fault(screen.menu_button(key="behind_XOF").click("overdue").run())
    assert "INV-2026-000002" in "".join(str(one.value) for one in screen.dataframe)


def test_an_invoice_that_was_paid_offers_no_payment(desk: Desk) -> None:
    open_screens(desk)
    screen = no_fault(draw("invoice", number="INV-2026-000001"))
    keys = {one.key for one in screen.button}
    assert "ask_payments_" not in keys
    assert "ask_block_" not in keys, "what was paid is not void"


def test_what_was_discarded_is_there_no_more(desk: Desk) -> None:
    draft = desk.draft("1000", "1")
    open_screens(desk)
    screen = ask("dialogs.documents.discard", draft.id)
    press(ask("dialogs.documents.discard", draft.id), "discard_now")
    screen = press(screen, "discard_now")
    assert screen.error
    with pytest.raises(NotFound), desk.app.look() as ctx:
        invoice_by_number(ctx, draft.id)


def test_a_promise_is_kept_for_its_day(desk: Desk) -> None:
    open_screens(desk)
    screen = ask("dialogs.collecting.promise", desk.item("INV-2026-000002"))
    day = TODAY + timedelta(days=3)
    press(screen.date_input(key="promise_day").set_value(day).run(), "promise_now")
    assert desk.item("INV-2026-000002").promises[0].day == day


def test_who_decides_by_what_is_no_longer_so_is_told_and_nothing_is_done(desk: Desk) -> None:
    open_screens(desk)
    screen = ask("dialogs.money.pay", desk.item("INV-2026-000002"))
    with desk.app.change("ben") as ctx:
        credit_invoice(ctx, "INV-2026-000002", Money(600, "XOF"), reason="late")
    screen = press(screen, "pay_now")
    assert "Somebody changed this meanwhile." in said(screen)
    assert desk.item("INV-2026-000002").balance.minor == 23_000


def test_a_page_says_that_somebody_else_has_changed_what_it_shows(desk: Desk) -> None:
    open_screens(desk)
    screen = draw("invoice", number="INV-2026-000002")
    with desk.app.change("ben") as ctx:
        note_call(ctx, "INV-2026-000002", "pays tomorrow")
    assert "You see it as it stands now." in said(no_fault(screen.run()))
    assert "as it stands now" not in said(no_fault(screen.run()))


def test_a_draft_that_was_thrown_away_is_brought_back(desk: Desk) -> None:
    draft = desk.draft("1000", "1")
    open_screens(desk)
    screen = press(ask("dialogs.documents.discard", draft.id), "discard_now")
    assert draft not in invoices(desk)
    assert "The draft for Acme Corp is gone." in said(screen)
    press(screen, "undo")
    assert draft in invoices(desk)


def test_a_change_of_a_customer_is_taken_back_unless_somebody_went_on_from_it(desk: Desk) -> None:
    open_screens(desk)
    for again in (False, True):
        screen = ask("views.customer.edit", desk.acme.id)
        screen = press(screen.toggle(key="edit_hold").set_value(True).run(), "edit_save")
        with desk.app.change("ben") as ctx:
            held = ctx.tx.load(Customer, desk.acme.id).value
            assert held.hold
            if again:
                save_customer(ctx, replace(held, notes="calls back"))
        press(screen, "undo")
        with desk.app.look() as ctx:
            assert ctx.tx.load(Customer, desk.acme.id).value.hold is again


def test_a_double_click_on_duplicate_makes_one_draft(desk: Desk) -> None:
    open_screens(desk)
    clicks = [draw("invoice", number="INV-2026-000002") for _ in range(2)]
    for screen in clicks:
        name = f"token_duplicate_{desk.item('INV-2026-000002').id}"
        screen.session_state[name] = Click("the-same-click", monotonic(), under_way=True)
        press(screen, "duplicate")
    assert len([one for one in invoices(desk) if not one.is_issued]) == 1


def test_a_click_later_on_is_another_one() -> None:
    first = Click("a", 100.0, under_way=False)
    assert first.is_same(100.5)
    assert not first.is_same(100.0 + DOUBLE_CLICK_SECONDS)
    assert Click("a", 100.0, under_way=True).is_same(130.0), "its work is slow"


def test_notes_of_a_customer_stand_on_its_page_with_its_risk_and_what_was_said(desk: Desk) -> None:
    with desk.app.change("ben") as ctx:
        note_call(ctx, "INV-2026-000002", "pays tomorrow")
        acme = ctx.tx.load(Customer, desk.acme.id).value
        save_customer(ctx, replace(acme, credit_limit=Money(50_000, "XOF")))
    desk.draft("1000", "1")
    open_screens(desk)
    screen = ask("views.customer.write_notes", desk.acme.id)
    press(screen.text_area(key="notes_text").input("ask for Fatou").run(), "notes_save")
    page = no_fault(draw("customer", id=desk.acme.id))
    assert [one.value for one in page.text] == ["ask for Fatou"]
    assert "Call: pays tomorrow" in said(page).replace("\\", "")
    shown = said(page).replace("\N{NO-BREAK SPACE}", " ")
    assert "Open and drafted: 60,180 FCFA" in shown
    assert "over the limit" in shown
