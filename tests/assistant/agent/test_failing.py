"""A language model fails: the offline one answers at once, says why, and writes nothing twice."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from net30.assistant.answer import Outcome
from net30.assistant.ask import ask
from net30.assistant.chat_model import Breaker, ChatModel
from net30.domain.identity.roles import Permission
from net30.kernel.errors import ConfigurationError, Unavailable
from net30.services.context import ReadContext
from tests.assistant.agent.talk import MODEL, SENTENCE, draft, plain, talking
from tests.doubles.openai_server import (
    OpenAIServer,
    Say,
    call,
    in_turn,
    openai_server,
    refused_port,
)

LOOSE_SECONDS = 3.0
"""Tests run beside others; bench/chat_fallback.py measures exactly."""

WHY = {
    "401": "the key was refused (401)",
    "403": "the key was refused (403)",
    "404": "no such model or address (404)",
    "429": "too many requests (429)",
    "500": "its server answered 500",
    "malformed": "its answer could not be read",
    "odd": "its answer could not be read",
    "half": "its answer broke off",
    "half_json": "its answer could not be read",
    "hang": "it took too long",
    "drip": "it took too long",
}


@pytest.mark.parametrize("mode", WHY)
def test_the_offline_model_answers_and_says_why(tmp_path: Path, mode: str) -> None:
    server = OpenAIServer(in_turn(draft()), mode=mode)
    with openai_server(server), talking(tmp_path, server, chat_seconds=1) as talk:
        talk.warm_up()
        given = talk.say(SENTENCE)
        assert given.answered_by == f"offline ({MODEL} did not answer: {WHY[mode]})"
        assert given.outcome is Outcome.DONE
        assert "4,248,000 FCFA" in plain(given.text)
        assert len(talk.drafts) == 1
        assert len(server.asked) == 1  # no retries
        assert talk.first_seconds < 1 + LOOSE_SECONDS


def test_a_refused_port_is_not_waited_for(tmp_path: Path) -> None:
    with talking(tmp_path, refused_port(), chat_seconds=100) as talk:
        talk.warm_up()
        given = talk.say(SENTENCE)
        assert given.answered_by == f"offline ({MODEL} did not answer: connection refused)"
        assert talk.seconds < LOOSE_SECONDS
        talk.say("Show me overdue invoices")
        assert talk.first_seconds < LOOSE_SECONDS


def test_a_wrong_key_is_told_plainly_every_time(tmp_path: Path) -> None:
    with openai_server() as server, talking(tmp_path, server, chat_key="wrong") as talk:
        given = talk.say(SENTENCE)
        assert given.text.startswith(
            f"{MODEL} refuses the key or the sign-in: check NET30_CHAT_KEY."
        )
        assert "4,248,000 FCFA" in plain(given.text)
        again = talk.say("Montre-moi les factures en retard")
        assert f"{MODEL} refuse la clé ou la connexion" in again.text
        assert len(server.asked) == 1


@pytest.mark.parametrize("mode", ["500", "hang", "half", "malformed"])
def test_a_failure_in_the_middle_repeats_no_draft(tmp_path: Path, mode: str) -> None:
    server = OpenAIServer(in_turn(draft(description="consulting work")), mode=mode, fails_from=1)
    with openai_server(server), talking(tmp_path, server, chat_seconds=1) as talk:
        given = talk.say(SENTENCE + " and show me overdue invoices")
        assert len(talk.drafts) <= 1
        made = [one.pending or one for one in given.calls]
        assert [one.tool for one in made] == ["create_invoice", "search_invoices"]
        assert given.answered_by == f"{MODEL}, then offline ({MODEL} did not answer: {WHY[mode]})"


def test_the_rest_of_the_message_does_not_wait_again(tmp_path: Path) -> None:
    server = OpenAIServer(in_turn(draft()), mode="hang")
    with openai_server(server), talking(tmp_path, server, chat_seconds=1) as talk:
        talk.warm_up()
        talk.say(SENTENCE + ", show me overdue invoices, and what is our collection rate?")
        assert len(server.asked) == 1
        assert talk.seconds < 2 + LOOSE_SECONDS


def test_one_failure_keeps_everybody_off_for_some_seconds() -> None:
    clock = [100.0]
    breaker = Breaker(30, clock=lambda: clock[0])
    assert breaker.why == ""
    breaker.trip("its server answered 500")
    clock[0] = 129.9
    assert breaker.why == "its server answered 500"
    clock[0] = 130.0
    assert breaker.why == ""


def test_the_model_is_asked_again_after_the_pause(tmp_path: Path) -> None:
    server = OpenAIServer(in_turn(draft()), mode="500")
    with openai_server(server), talking(tmp_path, server) as talk:
        talk.say(SENTENCE)
        assert talk.desk.app.chat is not None
        talk.desk.app.chat.breaker.trip("over")
        talk.desk.app.chat.breaker = Breaker(30)
        server.mode = ""
        server.script = in_turn(call("help"), Say("Ask away."))
        assert talk.say("help").answered_by == MODEL


def test_a_model_that_comes_to_no_end_is_cut_off(tmp_path: Path) -> None:
    endless = [call("look_up", words=f"word{at}") for at in range(40)]
    server = OpenAIServer(in_turn(*endless))
    with openai_server(server), talking(tmp_path, server, chat_seconds=60) as talk:
        given = talk.say(SENTENCE)
        assert given.answered_by == f"offline ({MODEL} did not answer: it came to no end)"
        assert len(talk.drafts) == 1
        assert len(server.asked) == 8


def test_calls_with_unreadable_arguments_end_offline(tmp_path: Path) -> None:
    server = OpenAIServer(in_turn(call("create_invoice", total="3600000")))
    with openai_server(server), talking(tmp_path, server) as talk:
        given = talk.say(SENTENCE)
        assert (
            given.answered_by == f"offline ({MODEL} did not answer: its answer could not be read)"
        )
        assert len(talk.drafts) == 1
        told = server.asked[1].messages[-1]["content"]
        assert "Field required" in told
        assert "Extra inputs" in told


def test_a_tool_that_does_not_exist_is_no_way_in(tmp_path: Path) -> None:
    server = OpenAIServer(in_turn(call("drop_tables", all="yes"), draft()))
    with openai_server(server), talking(tmp_path, server) as talk:
        given = talk.say(SENTENCE)
        assert [one.tool for one in given.calls] == ["create_invoice"]


def test_a_disk_that_does_not_answer_is_raised(tmp_path: Path) -> None:
    class Broken:
        """A house whose books break after the message was read."""

        def __init__(self, house: object) -> None:
            self.house = house
            self.looks = 0
            self.permissions = frozenset(Permission)

        def look(self, user: str) -> object:
            self.looks += 1
            if self.looks > 2:
                raise Unavailable("the disk does not answer")
            return self.house.look(user)  # type: ignore[attr-defined] # an App

        def change(self, user: str) -> ReadContext:
            raise Unavailable("the disk does not answer")

    with openai_server(OpenAIServer(in_turn(draft()))) as server, talking(tmp_path, server) as talk:
        house = Broken(talk.desk.app)
        with pytest.raises(Unavailable):
            ask(house, SENTENCE, model=talk.desk.app.chat)  # type: ignore[arg-type] # for a test


def test_a_model_is_warmed_up_beside_everything_else(tmp_path: Path) -> None:
    opened = threading.Event()

    def model() -> object:
        opened.set()
        raise ConfigurationError("a wrong setting")

    chat = ChatModel(name=MODEL, open_model=model)
    chat.warm_up()
    assert opened.wait(60)
    with pytest.raises(ConfigurationError):
        _ = chat.engine


def test_a_model_that_cannot_be_opened_is_a_wrong_setting(tmp_path: Path) -> None:
    def missing() -> object:
        raise ConfigurationError("'openai' needs a package", hint="pip install 'net30[chat]'")

    chat = ChatModel(name=MODEL, open_model=missing)
    with talking(tmp_path, 9) as talk, pytest.raises(ConfigurationError, match="needs a package"):
        ask(talk.desk.app, SENTENCE, model=chat)
    chat.close()
