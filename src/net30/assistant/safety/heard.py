"""Heard: what the user said, as the deterministic understanding reads it; no model has a say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from net30.assistant.agent.figures import figures_of
from net30.assistant.agent.grounds import Grounds
from net30.assistant.books import Books
from net30.assistant.calls import REFUSE, Call, Confirm, Refuse, make_call
from net30.assistant.house import House
from net30.assistant.intents.evidence import weigh
from net30.assistant.intents.understand import understand
from net30.assistant.safety.agreement import agrees
from net30.assistant.safety.borne_out import CREATE, Words, is_borne_out
from net30.assistant.turns import Turn
from net30.assistant.understanding.clean import CHARACTERS_MAX
from net30.assistant.understanding.days import Calendar
from net30.assistant.understanding.scene import World, make_scene
from net30.services.context import ReadContext

USER_TURNS_MAX = 10
"""So many of the user's last messages can bear a draft out."""
STOPPING = frozenset({"secret", "tenant", "fraud", "mass", "override"})
"""Requests after which nothing is written, whatever a model makes of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The user's message in its conversation.

    `asked` are the calls that the user certainly asked for; None has them worked out.
    """

    house: House
    user: str
    text: str = ""
    history: Sequence[Turn] = ()
    asked: Sequence[Call] | None = None

    @property
    def waiting(self) -> tuple[Confirm, ...]:
        """Return what the last answer asked a yes for."""
        if not self.history or self.history[-1].role != "assistant":
            return ()
        calls = (call.args for call in self.history[-1].calls)
        return tuple(args for args in calls if isinstance(args, Confirm))

    def is_yes(self) -> bool:
        """Tell whether the message agrees to all that waits."""
        waiting = tuple(make_call(one.tool, one.args) for one in self.waiting)
        with self.house.look(self.user) as ctx:
            books = Books(ctx)
            return agrees(self.text, waiting, books, books.customs())

    def refusal(self) -> str:
        """Return why nothing may be written after this message, or nothing."""
        for call in self._read():
            if call.tool == REFUSE and isinstance(call.args, Refuse):
                return call.args.reason if call.args.reason in STOPPING else ""
        return ""

    def wished(self, tool: str) -> int:
        """Return how many calls of a tool one message can ask for without being asked back."""
        return max(1, sum(call.tool == tool for call in self._read()))

    def bears_out(self, call: Call) -> bool:
        """Tell whether the user's own words ask for a call that needs no yes."""
        read = self._read()
        if call in read:
            return True
        if call.tool != CREATE or not self.text or len(self.text) > CHARACTERS_MAX:
            return False
        with self.house.look(self.user) as ctx:
            return is_borne_out(call, self._words(ctx, read))

    def _read(self) -> Sequence[Call]:
        if self.asked is not None or not self.text:
            return self.asked or ()
        with self.house.look(self.user) as ctx:
            books = Books(ctx)
            turns = (*self.history, Turn("user", self.text))
            return understand(turns, books, books.customs(), ctx.today).calls

    def _words(self, ctx: ReadContext, read: Sequence[Call]) -> Words:
        books = Books(ctx)
        customs = books.customs()
        said = [turn.text for turn in self.history if turn.role == "user"][-USER_TURNS_MAX:]
        texts = [text[:CHARACTERS_MAX] for text in (*said, self.text)]
        figures = figures_of(texts, customs)
        currencies = frozenset({customs.currency})
        world = World(books, customs, Calendar(ctx.today, customs.date_order))
        return Words(
            texts=texts,
            figures=figures,
            grounds=Grounds(
                read=read, said=figures, tax_rate=customs.tax_rate, currencies=currencies
            ),
            read=read,
            wants_draft=any(one.tool == CREATE for one in read)
            or weigh(make_scene(self.text, world)).intent == CREATE,
            today=ctx.today,
        )
