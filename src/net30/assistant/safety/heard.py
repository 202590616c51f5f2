"""Heard: what the user said, as the deterministic understanding reads it; no model has a say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from net30.assistant.agent.figures import figures_of
from net30.assistant.agent.grounds import Grounds
from net30.assistant.arguments import LAST, Access
from net30.assistant.books import Books
from net30.assistant.calls import (
    ASK,
    CONFIRM,
    REFUSE,
    Call,
    Confirm,
    Refuse,
    access_of,
    make_call,
    propose,
)
from net30.assistant.house import House
from net30.assistant.intents.evidence import weigh
from net30.assistant.intents.memory import remember
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
OUTCOMES = frozenset({ASK, CONFIRM, REFUSE})
UNSHOWN = frozenset({"reason"})
"""Arguments that a confirmation does not show: in what waits they stay as they were proposed."""
ACTS = {
    "record_payment": frozenset({"payment", "paid", "received", "record", "mark_paid"}),
    "void_invoice": frozenset({"void"}),
    "create_credit_note": frozenset({"credit"}),
    "send_invoice": frozenset({"send"}),
    "send_reminder": frozenset({"remind"}),
    "issue_invoice": frozenset({"issue_draft", "create"}),
    "create_invoice": frozenset({"create", "bill", "sale"}),
}
"""The cues of the word files that speak of what a tool does; other tools' acts have none yet."""
TAKES_BACK = frozenset({"void_invoice", "create_credit_note"})
STOPPING = frozenset({"secret", "tenant", "fraud", "mass", "override"})
"""Requests after which nothing is written, whatever a model makes of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The user's message in its conversation.

    `asked` are the calls that the user certainly asked for; None has them worked out. `last` is
    the invoice that an earlier call of the same answer made.
    """

    house: House
    user: str
    text: str = ""
    history: Sequence[Turn] = ()
    asked: Sequence[Call] | None = None
    last: str = ""

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

    def asked_among(self, calls: Sequence[Call]) -> tuple[Call, ...]:
        """Return those of some calls that the message itself asks for."""
        read = [one.pending or one for one in self._read()]
        return tuple(call for call in calls if any(is_same(one, call) for one in read))

    def asks_for(self, call: Call) -> bool:
        """Tell whether the message itself asks for a call that waits for a yes, or may mean it.

        It may where the offline understanding had to ask back, and the words speak of such an act.
        Whoever asked to see something, or for another change, did not ask for this one.
        """
        read = self._read()
        changes = [one.pending or one for one in read if _changes(one)]
        if changes:
            return any(is_same(one, call) for one in changes)
        if not read or any(one.tool not in OUTCOMES for one in read):
            return False
        return self._speaks_of(call.tool) and not self.means_all(call)

    def means_all(self, call: Call) -> bool:
        """Tell whether the words would have a whole class of invoices taken back."""
        return call.tool in TAKES_BACK and any("everything" in said for said in self._evidence())

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
            return is_borne_out(call, self._words(ctx, read, call))

    def _read(self) -> Sequence[Call]:
        return tuple(pointed(call, self.last) for call in self._understood())

    def _understood(self) -> Sequence[Call]:
        if self.asked is not None or not self.text:
            return self.asked or ()
        with self.house.look(self.user) as ctx:
            books = Books(ctx)
            turns = (*self.history, Turn("user", self.text))
            return understand(turns, books, books.customs(), ctx.today).calls

    def _speaks_of(self, tool: str) -> bool:
        """Tell whether the words name what a tool does, here or before the question to them."""
        return tool not in ACTS or any(ACTS[tool] & said for said in self._evidence())

    def _evidence(self) -> tuple[frozenset[str], ...]:
        """Return what the message speaks of, and those before it that it completes."""
        with self.house.look(self.user) as ctx:
            books = Books(ctx)
            said = (*remember((*self.history, Turn("user", self.text)), books).requests, self.text)
            world = _world(ctx, books)
            return tuple(weigh(make_scene(text, world)).evidence for text in said)

    def _words(self, ctx: ReadContext, read: Sequence[Call], call: Call) -> Words:
        books = Books(ctx)
        customs = books.customs()
        said = [turn.text for turn in self.history if turn.role == "user"][-USER_TURNS_MAX:]
        texts = [text[:CHARACTERS_MAX] for text in (*said, self.text)]
        figures = figures_of(texts, customs)
        client = books.clients.named(str(call.args.as_json().get("client", "")))
        currency = client.currency if client and client.currency else customs.currency
        world = _world(ctx, books)
        return Words(
            texts=texts,
            figures=figures,
            grounds=Grounds(read=read, said=figures, tax_rate=customs.tax_rate, currency=currency),
            read=read,
            wants_draft=any(one.tool == CREATE for one in read)
            or weigh(make_scene(self.text, world)).intent == CREATE,
            today=ctx.today,
        )


def pointed(call: Call, reference: str) -> Call:
    """Return a call on '$last' with the invoice that is meant by it, if there is one yet."""
    target = call.pending or call
    args = target.args.as_json()
    if args.get("number") != LAST or not reference:
        return call
    args["number"] = reference
    return propose(target.tool, args) if call.pending else make_call(target.tool, args)


def is_same(one: Call, other: Call) -> bool:
    """Tell whether two calls do the same; what a confirmation does not show may differ."""
    unshown = set(UNSHOWN)
    shown = (one.args.model_dump(exclude=unshown), other.args.model_dump(exclude=unshown))
    return one.tool == other.tool and shown[0] == shown[1]


def _changes(call: Call) -> bool:
    return call.pending is not None or (
        call.tool not in OUTCOMES and access_of(call.tool) is not Access.READ
    )


def _world(ctx: ReadContext, books: Books) -> World:
    customs = books.customs()
    return World(books, customs, Calendar(ctx.today, customs.date_order))
