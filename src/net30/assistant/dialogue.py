"""Dialogue: a user's conversation that goes on; every exchange is kept where the books are."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from net30.assistant.answer import Answer
from net30.assistant.ask import USER, ask_in_pieces
from net30.assistant.chat_model import ChatModel
from net30.assistant.drafts import undo
from net30.assistant.house import House
from net30.assistant.turns import TURNS_REMEMBERED_MAX, Turn, said_of, turn_of
from net30.kernel.errors import NotFound
from net30.services.conversations.keep_turns import keep_turns
from net30.services.conversations.open_conversation import open_conversation

Pieces = Generator["str | Answer", None, None]

UNDO = "/undo"
"""What is kept as said by a user who chose to undo instead of saying so."""


@dataclass(slots=True, kw_only=True)
class Dialogue:
    """One user's conversation; without an id, or when it was deleted meanwhile, a new one.

    The turns are read anew for every message, so several windows may go on with the same one.
    """

    house: House
    user: str = USER
    model: ChatModel | None = None
    conversation_id: str = ""

    def answer(self, text: str) -> Answer:
        """Answer a message and keep both; raise what `ask` raises, then nothing is kept."""
        *_, answer = self.in_pieces(text)
        assert isinstance(answer, Answer)
        return answer

    def in_pieces(self, text: str) -> Pieces:
        """Do the same with the text in pieces as they come, and the whole Answer last.

        Whoever has heard enough closes it: the calls that were made stand, and are kept.
        """
        pieces = ask_in_pieces(self.house, text, self.history(), user=self.user, model=self.model)
        try:
            for piece in pieces:
                if isinstance(piece, Answer):
                    break
                yield piece
        except (GeneratorExit, KeyboardInterrupt):
            stopped = _stopped(pieces)
            if stopped:
                self._keep(text, stopped)
            raise
        assert isinstance(piece, Answer)
        self._keep(text, piece)
        yield piece

    def undo(self) -> Answer:
        """Take back the draft that the last answer made, and keep that it was taken back."""
        answer = undo(self.house, self.history(), user=self.user)
        self._keep(UNDO, answer)
        return answer

    def history(self) -> tuple[Turn, ...]:
        """Return the last turns, as a model is given them."""
        if not self.conversation_id:
            return ()
        with self.house.look(self.user) as ctx:
            try:
                kept = open_conversation(ctx, self.conversation_id)
            except NotFound:  # deleted in another window: what is said next begins a new one
                self.conversation_id = ""
                return ()
        return tuple(turn_of(said) for said in kept.turns[-TURNS_REMEMBERED_MAX:])

    def _keep(self, text: str, answer: Answer) -> None:
        with self.house.change(self.user) as ctx:
            said = [said_of(turn, ctx.now) for turn in (Turn("user", text), answer.as_turn())]
            self.conversation_id = keep_turns(ctx, said, self.conversation_id).id


def _stopped(pieces: Pieces) -> Answer | None:
    """Stop an answer under way and return what was done of it; None when it had not begun."""
    try:
        answer = pieces.throw(KeyboardInterrupt())
    except (KeyboardInterrupt, StopIteration):
        return None
    assert isinstance(answer, Answer)
    return answer
