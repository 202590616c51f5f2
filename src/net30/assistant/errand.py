"""Errand: the calls of one message, carried out one by one, whoever proposed them.

The offline model and language models both only propose calls. What happens to a proposal is
decided here and in the guard: a yes that is missing, the user's rights, the amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from net30.assistant.answer import OFFLINE, Answer
from net30.assistant.arguments import LAST, Access, NotYet, Result
from net30.assistant.books import Books
from net30.assistant.calls import ASK, CONFIRM, REFUSE, Call, access_of, make_call, propose, tool
from net30.assistant.drafts import replace_corrected
from net30.assistant.guard import guarded
from net30.assistant.house import House
from net30.assistant.reply import (
    confirmation,
    question,
    refusal,
    tell,
    tell_fault,
    tell_not_yet,
    tell_nothing,
)
from net30.assistant.turns import Turn
from net30.kernel.errors import InputError, Net30Error


@dataclass(slots=True, kw_only=True)
class Errand:
    """One message being worked on; `said` is what will be answered, a line or table a call.

    `text` is what the user just said: only an agreement in it makes what waits for a yes.
    `asked` are the calls that the user certainly asked for: what the offline understanding made
    of the message, or the call that somebody filled in by hand; None has them worked out.
    """

    house: House
    user: str
    language: str
    text: str = ""
    history: Sequence[Turn] = ()
    asked: Sequence[Call] | None = None
    said: list[str] = field(default_factory=list)
    done: list[Call] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    faults: list[Net30Error] = field(default_factory=list)

    def carry_out(self, proposed: Call) -> str:
        """Do a call, or what must come before it, and return the words that tell it.

        A call that the books do not allow is told and kept in `faults`; those before it stand.
        """
        call = guarded(self._pointed(proposed), self.history)
        self.done.append(call)
        try:
            words = self._words_after(call)
        except InputError as fault:
            self.faults.append(fault)
            words = tell_fault(fault)
        self.said.append(words)
        return words

    def answer(self, answered_by: str = OFFLINE) -> Answer:
        """Return everything that was said and done as one answer."""
        return Answer(
            text="\n".join(self.said) or tell_nothing(self.language),
            calls=tuple(self.done),
            language=self.language,
            answered_by=answered_by,
            results=tuple(self.results),
            faults=tuple(self.faults),
        )

    def _pointed(self, call: Call) -> Call:
        """Return a call on '$last' with the invoice that an earlier call of this answer made."""
        target = call.pending or call
        args = target.args.as_json()
        if args.get("number") != LAST or not self.results:
            return call
        args["number"] = self.results[-1].reference
        return propose(target.tool, args) if call.pending else make_call(target.tool, args)

    def _words_after(self, call: Call) -> str:
        if call.tool == ASK:
            return question(call, self.language)
        if call.tool == REFUSE:
            return refusal(call, self.language)
        if call.tool == CONFIRM:
            with self.house.look(self.user) as ctx:
                return confirmation(call, Books(ctx), self.language)
        try:
            return "\n".join(tell(result, self.language) for result in self._run(call))
        except NotYet:
            return tell_not_yet(call, self.language)

    def _run(self, call: Call) -> list[Result]:
        """Run a call in a request of its own; a draft takes the place of the one it corrects."""
        told: list[Result] = []
        if access_of(call.tool) is Access.READ:
            with self.house.look(self.user) as books:
                told.append(tool(call.tool).run(books, call.args))
        else:
            with self.house.change(self.user) as ctx:
                told.append(tool(call.tool).run(ctx, call.args))
                if replace_corrected(ctx, call, self.text, self.history):
                    told.append(Result("draft_replaced"))
        self.results += told[:1]
        return told
