"""Talking to the assistant: conversations are kept, opened again and deleted; a no is a no."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from net30.domain.identity.roles import Role
from net30.domain.invoice import Invoice
from net30.services.conversations.list_conversations import list_conversations
from tests.desk import Desk
from tests.ui.screens import draw, no_fault, open_screens, press, said

PAYMENT = "Record a payment of 23600 FCFA for INV-2026-000002"
DRAFT = "Create an invoice for Acme Corp for 10 hours of consulting at 90000 FCFA"


def tell(screen: AppTest, sentence: str) -> AppTest:
    return no_fault(screen.chat_input(key="message").set_value(sentence).run())


def test_a_no_leaves_the_books_as_they_are(desk: Desk) -> None:
    open_screens(desk)
    press(tell(draw("assistant"), PAYMENT), "no")
    assert desk.item("INV-2026-000002").balance.minor == 23_600


def test_what_is_offered_is_asked_with_a_click_and_the_talk_is_kept(desk: Desk) -> None:
    open_screens(desk)
    screen = draw("assistant")
    offered = screen.pills(key="suggested")
    screen = no_fault(offered.set_value(offered.options[0]).run())
    assert "INV-2026-000002" in said(screen).replace("\\", "")
    with desk.app.look("awa") as ctx:
        kept = list_conversations(ctx, 5)
    assert len(kept) == 1
    screen = press(screen, "chat_new")
    assert not screen.chat_message
    screen = press(screen, f"chat_{kept[0].id}")
    assert len(screen.chat_message) == 2
    screen = press(screen, "chat_del")
    with desk.app.look("awa") as ctx:
        assert list_conversations(ctx, 5) == ()


def test_a_draft_is_thrown_away_on_its_card(desk: Desk) -> None:
    open_screens(desk)
    screen = tell(draw("assistant"), DRAFT)
    discard = next(one for one in screen.button if str(one.key).startswith("card_discard_"))
    screen = no_fault(discard.click().run())
    with desk.app.look() as ctx:
        assert all(one.value.is_issued for one in ctx.tx.page(Invoice, limit=50))
    assert not [one for one in screen.button if str(one.key).startswith("card_")]


def test_a_conversation_that_was_deleted_elsewhere_is_gone(desk: Desk) -> None:
    open_screens(desk)
    screen = draw("assistant")
    screen.session_state["conversation"] = "no-such-talk"
    screen = no_fault(screen.run())
    assert screen.session_state["conversation"] == ""


def test_who_may_not_talk_is_refused(desk: Desk) -> None:
    open_screens(desk, Role.VIEWER)
    assert "may not do this" in draw("assistant").error[0].value


@pytest.mark.parametrize("page", ["dashboard", "analytics"])
def test_books_in_two_currencies_show_one_at_a_time(desk: Desk, page: str) -> None:
    desk.issue("100", "1", currency="EUR")
    open_screens(desk)
    screen = no_fault(draw(page))
    key = "board_currency" if page == "dashboard" else "analytics_currency"
    assert screen.segmented_control(key=key).options == ["XOF", "EUR"]
    screen = no_fault(screen.segmented_control(key=key).set_value("EUR").run())
    assert screen.segmented_control(key=key).value == "EUR"
