"""net30 chat in a real pseudo-terminal: arrow keys, answers in pieces, Ctrl-C and Ctrl-D."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from net30.app import open_app
from net30.domain.invoice import Invoice
from net30.services.conversations.list_conversations import list_conversations
from net30.settings import Settings
from tests.cli.terminal import CTRL_C, CTRL_D, SECONDS_MAX, UP, terminal
from tests.desk import open_desk
from tests.doubles.openai_server import OpenAIServer, Say, call, in_turn, openai_server

HOURS = "Invoice Acme Corp for 40 hours of consulting at 90000"
TWICE = f"{HOURS} and invoice Acme Corp for 2 days of training at 150000"
LINE = {"description": "consulting", "quantity": "40", "unit": "hour", "unit_price": "90000"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    open_desk(tmp_path).app.close()
    return tmp_path


def asking(server: OpenAIServer) -> dict[str, str]:
    pytest.importorskip("pydantic_ai", reason="the extra net30[chat] is not installed")
    return {
        "NET30_CHAT_URL": f"openai:http://127.0.0.1:{server.port}/v1#gpt-4o",
        "NET30_CHAT_KEY": server.key,
        "NET30_CHAT_SECONDS": "60",
    }


def test_a_message_is_answered_and_the_arrow_key_brings_it_back(home: Path) -> None:
    with terminal(home, "chat") as screen:
        screen.until("> ")
        screen.type("who owes us the most?\r")
        screen.until("There is no client to rank")
        screen.until("-- offline")
        screen.until("> ")
        screen.type(f"{UP}\r")
        screen.until("There is no client to rank")
        screen.until("> ")
        screen.type(CTRL_D)
        screen.until("Goodbye")
        assert screen.leave() == 0
    assert not [path for path in home.rglob("*") if "history" in path.name]


def test_a_resumed_conversation_is_shown_and_ctrl_c_at_the_prompt_leaves_politely(
    home: Path,
) -> None:
    with terminal(home, "chat") as screen:
        screen.until("> ")
        screen.type(f"{HOURS}\r")
        screen.until(".pdf")
        screen.type("/quit\r")
        assert screen.leave() == 0
    with terminal(home, "chat", "--resume") as screen:
        screen.until(f"Going on with: {HOURS}")
        screen.until("3,600,000")
        screen.until("> ")
        screen.type(UP)
        screen.until(HOURS)
        screen.type("\x15make it 45 hours\r")
        screen.until("4,050,000")
        screen.until(".pdf")
        screen.until("> ")
        screen.type("half a mess")
        screen.until("half a mess")
        screen.press_until(CTRL_C, "Goodbye")
        assert screen.leave() == 0


def test_ctrl_c_stops_an_answer_what_was_done_stands_and_the_conversation_goes_on(
    home: Path,
) -> None:
    script = in_turn(call("create_invoice", client="Acme Corp", lines=[LINE]))
    server = OpenAIServer(script, mode="hang", fails_from=1)
    with openai_server(server), terminal(home, "chat", **asking(server)) as screen:
        screen.until("> ")
        screen.type(f"{TWICE}\r")
        screen.until("3,600,000")
        wait_for(lambda: len(server.asked) > 1)
        screen.type(CTRL_C * 2)
        screen.until("stopped: what was done until then stands")
        screen.until("> ")
        screen.type("/list\r")
        screen.until("2 turns  Invoice Acme Corp")
        screen.until("> ")  # between two prompts the system itself would take the Ctrl-D
        screen.type(CTRL_D)
        screen.until("Goodbye")
        assert screen.leave() == 0
    app = open_app(Settings(home=home))
    with app.look() as ctx:
        (draft,) = (stored.value for stored in ctx.tx.page(Invoice))
        (conversation,) = list_conversations(ctx)
    app.close()
    asked, answered = conversation.turns
    assert asked.text == TWICE
    assert answered.drafts == (draft.id,)
    assert "Stopped" in answered.text


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_sentences_of_a_model_are_shown_while_it_still_speaks(home: Path) -> None:
    said = Say("I can draft invoices for you. I can also find them.")
    server = OpenAIServer(in_turn(said))
    with openai_server(server), terminal(home, "chat", **asking(server)) as screen:
        screen.until("> ")
        screen.type("what can you do?\r")
        screen.until("I can draft invoices for you.")
        screen.until("-- gpt-4o")
        screen.until("> ")
        screen.type(CTRL_D)
        assert screen.leave() == 0
