"""A conversation with a language model on the loopback, at an open desk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from net30.assistant.answer import Answer
from net30.assistant.ask import ask_in_pieces
from net30.assistant.turns import Turn
from net30.domain.invoice import Invoice
from tests.desk import Desk, open_desk
from tests.doubles.openai_server import OpenAIServer, Say, call

SENTENCE = "Generate an invoice for Acme Corp for 40 hours of consulting at 90000FCFA/hour"
LINE = {"description": "consulting", "quantity": "40", "unit": "hour", "unit_price": "90000"}
MODEL = "gpt-4o"


def draft(**changes: object) -> Say:
    """The right call for SENTENCE, with some arguments of its line or its own changed."""
    line = {**LINE, **{key: value for key, value in changes.items() if key in {*LINE, "tax_rate"}}}
    own = {key: value for key, value in changes.items() if key not in line}
    return call("create_invoice", client="Acme Corp", lines=[line], **own)


@dataclass
class Talk:
    """A conversation; `pieces` are those of the last answer, with the seconds they took."""

    desk: Desk
    history: list[Turn] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    first_seconds: float = 0.0
    seconds: float = 0.0

    def say(self, text: str) -> Answer:
        """Say something and return the answer; its pieces joined are its text."""
        start = time.perf_counter()
        self.pieces, answer = [], None
        for piece in ask_in_pieces(self.desk.app, text, self.history, model=self.desk.app.chat):
            if not self.pieces:
                self.first_seconds = time.perf_counter() - start
            if isinstance(piece, Answer):
                answer = piece
            else:
                self.pieces.append(piece)
        self.seconds = time.perf_counter() - start
        assert answer is not None
        assert "".join(self.pieces) == answer.text
        self.desk.app.settle()
        self.history += [Turn("user", text), answer.as_turn()]
        return answer

    def warm_up(self) -> None:
        """Load the packages, so that only the answer itself is timed."""
        assert self.desk.app.chat is not None
        assert self.desk.app.chat.engine is not None

    @property
    def drafts(self) -> list[Invoice]:
        """The drafts in the books."""
        with self.desk.app.look() as ctx:
            stored = ctx.tx.page(Invoice, limit=100)
        return [one.value for one in stored if not one.value.is_issued]


@contextmanager
def talking(home: Path, server: OpenAIServer | int, **settings: object) -> Iterator[Talk]:
    """Open a desk whose assistant asks a server, or a port where nobody listens."""
    port = server if isinstance(server, int) else server.port
    chosen = {"chat_key": "secret", "chat_seconds": 5, **settings}
    chosen.setdefault("chat_url", f"openai:http://127.0.0.1:{port}/v1#{MODEL}")
    desk = open_desk(home, **chosen)
    try:
        yield Talk(desk)
    finally:
        desk.app.close()


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return text.replace("\xa0", " ").replace("\u202f", " ")
