"""A dialogue: every exchange is kept with the books, also one that was stopped half-way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from net30.assistant.answer import Answer, Outcome
from net30.assistant.dialogue import Dialogue
from net30.assistant.turns import TURNS_REMEMBERED_MAX, turn_of
from net30.domain.conversation import CallMade, Conversation, Said, Speaker
from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.kernel.errors import Unavailable
from net30.services.context import Context, ReadContext
from net30.services.conversations.delete_conversation import delete_conversation
from net30.services.conversations.list_conversations import list_conversations
from net30.services.conversations.open_conversation import open_conversation
from tests.desk import Desk, open_desk
from tests.samples import NOW

HOURS = "Invoice Acme Corp for 40 hours of consulting at 90000"
TWICE = f"{HOURS} and invoice Acme Corp for 2 days of training at 150000"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.app.close()


def kept(desk: Desk, dialogue: Dialogue) -> Conversation:
    with desk.app.look(dialogue.user) as ctx:
        return open_conversation(ctx, dialogue.conversation_id)


def drafts(desk: Desk) -> int:
    with desk.app.look() as ctx:
        return len(ctx.tx.page(Invoice))


def test_every_exchange_is_kept_and_the_next_message_goes_on_from_it(desk: Desk) -> None:
    dialogue = Dialogue(house=desk.app)
    dialogue.answer(HOURS)
    again = Dialogue(house=desk.app, conversation_id=dialogue.conversation_id)
    assert "4,050,000" in again.answer("make it 45 hours").text
    conversation = kept(desk, dialogue)
    assert [said.speaker for said in conversation.turns] == [Speaker.USER, Speaker.ASSISTANT] * 2
    assert conversation.title == HOURS
    answered = conversation.turns[-1]
    assert (answered.answered_by, answered.language) == ("offline", "en")
    assert answered.calls[0].tool == "create_invoice"
    assert answered.drafts == (answered.reference,)


def test_a_yes_is_understood_from_what_was_kept(desk: Desk) -> None:
    dialogue = Dialogue(house=desk.app)
    assert dialogue.answer(HOURS).drafts
    assert dialogue.answer("issue it").outcome is Outcome.CONFIRM
    again = Dialogue(house=desk.app, conversation_id=dialogue.conversation_id)
    assert again.answer("yes").references == ("INV-2026-000001",)


def test_another_user_cannot_go_on_with_it_and_begins_one_of_their_own(desk: Desk) -> None:
    dialogue = Dialogue(house=desk.app, user="awa")
    dialogue.answer(HOURS)
    dialogue.answer("issue it")
    theirs = Dialogue(house=desk.app, user="kofi", conversation_id=dialogue.conversation_id)
    assert not theirs.answer("yes").references
    assert theirs.conversation_id != dialogue.conversation_id
    assert len(kept(desk, theirs).turns) == 2
    assert len(kept(desk, dialogue).turns) == 4


def test_after_a_deletion_in_another_window_a_new_conversation_begins(desk: Desk) -> None:
    dialogue = Dialogue(house=desk.app)
    dialogue.answer(HOURS)
    before = dialogue.conversation_id
    with desk.app.change() as ctx:
        delete_conversation(ctx, before)
    dialogue.answer("help")
    assert dialogue.conversation_id != before
    assert kept(desk, dialogue).turns[0].text == "help"


def test_a_model_is_given_the_last_turns_only(desk: Desk) -> None:
    dialogue = Dialogue(house=desk.app)
    for _ in range(TURNS_REMEMBERED_MAX // 2 + 2):
        dialogue.answer("help")
    assert len(dialogue.history()) == TURNS_REMEMBERED_MAX
    assert len(kept(desk, dialogue).turns) == TURNS_REMEMBERED_MAX + 4


def test_an_undo_is_kept_as_an_exchange_of_its_own(desk: Desk) -> None:
    dialogue = Dialogue(house=desk.app)
    dialogue.answer(HOURS)
    assert "removed" in dialogue.undo().text
    assert [said.text for said in kept(desk, dialogue).turns][2] == "/undo"
    assert "nothing more" in dialogue.undo().text


def test_a_hundred_thousand_characters_are_answered_and_kept_short(desk: Desk) -> None:
    dialogue = Dialogue(house=desk.app)
    assert dialogue.answer("x" * 100_000).outcome is Outcome.REFUSED
    assert "[... 90,000 more characters]" in kept(desk, dialogue).turns[0].text


def test_half_a_character_in_a_description_is_kept_as_a_question_mark(desk: Desk) -> None:
    dialogue = Dialogue(house=desk.app)
    dialogue.answer("Invoice Acme Corp for 40 hours of consult\udc80ing at 90000")
    assert "\udc80" not in str(kept(desk, dialogue))


def test_an_answer_that_is_stopped_between_two_calls_keeps_what_was_done(desk: Desk) -> None:
    dialogue = Dialogue(house=desk.app)
    pieces = dialogue.in_pieces(TWICE)
    assert "3,600,000" in str(next(pieces))
    pieces.close()
    asked, answered = kept(desk, dialogue).turns
    assert asked.text == TWICE
    assert "Stopped" in answered.text
    assert len(answered.drafts) == len(answered.calls) == drafts(desk) == 1
    dialogue.undo()
    assert drafts(desk) == 0


@dataclass
class Impatient:
    """A house whose user presses Ctrl-C while the second change is under way."""

    desk: Desk
    fault: type[BaseException] = KeyboardInterrupt
    changes: int = 0
    permissions: frozenset[Permission] = frozenset(Permission)

    def look(self, user: str) -> object:
        return self.desk.app.look(user)

    @contextmanager
    def change(self, user: str) -> Iterator[Context]:
        self.changes += 1
        with self.desk.app.change(user) as ctx:
            yield ctx
            if self.changes == 2:
                raise self.fault("stop")


def test_a_call_that_is_stopped_half_way_leaves_nothing(desk: Desk) -> None:
    dialogue = Dialogue(house=Impatient(desk))  # type: ignore[arg-type] # look is the desk's own
    *_, answer = dialogue.in_pieces(TWICE)
    assert isinstance(answer, Answer)
    assert answer.stopped
    assert drafts(desk) == 1
    answered = kept(desk, dialogue).turns[1]
    assert len(answered.calls) == len(answered.drafts) == 1
    assert "3,600,000" in answered.text
    assert "300,000 FCFA net" not in answered.text


def test_what_does_not_answer_is_raised_and_nothing_is_kept(desk: Desk) -> None:
    house = Impatient(desk, Unavailable)
    dialogue = Dialogue(house=house)  # type: ignore[arg-type] # the same
    with pytest.raises(Unavailable):
        dialogue.answer(TWICE)
    with desk.app.look() as ctx:
        assert list_conversations(ctx) == ()


class Absent:
    """A house that its user leaves before anything was understood."""

    def look(self, _user: str) -> ReadContext:
        raise KeyboardInterrupt


def test_a_message_that_was_not_begun_is_not_kept(desk: Desk) -> None:
    dialogue = Dialogue(house=Absent())  # type: ignore[arg-type] # nothing else is asked of it
    with pytest.raises(KeyboardInterrupt):
        dialogue.answer(HOURS)
    with desk.app.look() as ctx:
        assert list_conversations(ctx) == ()


def test_calls_of_another_version_are_left_out_and_the_words_stay() -> None:
    said = Said(
        speaker=Speaker.ASSISTANT,
        text="Record it?",
        at=NOW,
        calls=(
            CallMade(tool="get_invoice", args='{"number": "INV-1"}'),
            CallMade(tool="get_invoice", args='{"colour": "blue"}'),
            CallMade(tool="read_minds", args="{}"),
            CallMade(tool="confirm", args='{"tool": "read_minds", "args": {}}'),
        ),
    )
    turn = turn_of(said)
    assert [call.tool for call in turn.calls] == ["get_invoice"]
    assert turn.text == "Record it?"
