"""Errand: the calls of one message, carried out one by one, whoever proposed them.

The offline model and language models both only propose calls. What happens to a proposal is
decided here and in the guard: a yes that is missing, the user's rights, the amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from net30.assistant.answer import DRAFT_MADE, OFFLINE, Answer
from net30.assistant.arguments import Access, Result
from net30.assistant.books import Books
from net30.assistant.calls import (
    ASK,
    CONFIRM,
    REFUSE,
    Call,
    Confirm,
    access_of,
    check_of,
    need_for,
    tool,
)
from net30.assistant.drafts import CREATE, replace_corrected
from net30.assistant.guard import Verdict, guarded
from net30.assistant.house import House
from net30.assistant.reply import (
    confirmation,
    question,
    refusal,
    tell,
    tell_fault,
    tell_nothing,
)
from net30.assistant.safety.effects import Watched, count, watched
from net30.assistant.safety.heard import Heard, pointed
from net30.assistant.safety.tokens import Stale, key_of, redeem, sign
from net30.assistant.series import asks_for_a_series
from net30.assistant.turns import Turn
from net30.kernel.errors import InputError, Net30Error

BETWEEN = "\n\n"
"""What stands between two answers: an empty line, so that Markdown keeps a table apart."""


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
    _shown: list[Call] = field(default_factory=list)  # the calls of `results`, one by one

    def carry_out(self, proposed: Call) -> str:
        """Do a call, or what must come before it, and return the words that tell it.

        A call that the books do not allow is told and kept in `faults`; those before it stand.
        """
        verdict = guarded(pointed(proposed, self._last()), self._heard(), self.done)
        before = len(self.done)
        self.done.append(verdict.call)
        try:
            words = self._words_after(verdict)
        except InputError as fault:
            self.faults.append(fault)
            words = tell_fault(fault, self.language, verdict.call)
        except KeyboardInterrupt:
            del self.done[before:]  # its request was undone
            raise
        self.said.append(words)
        return words

    def confirm(self, token: str) -> str:
        """Make the call of a confirmation that somebody said yes to, and return the words.

        For faces whose yes is a button or a call of its own; in a conversation `carry_out` finds
        the token itself. A token that is no good is told and kept in `faults`; where the books
        have changed, what is shown instead waits for another yes.
        """
        try:
            words = self._words_after_yes(token)
        except InputError as fault:
            self.faults.append(fault)
            words = tell_fault(fault, self.language)
        self.said.append(words)
        return words

    def answer(self, answered_by: str = OFFLINE) -> Answer:
        """Return everything that was said and done as one answer.

        What the user asked for comes last: 'it' in the next message means that, and nothing that
        a model looked up beside.
        """
        return Answer(
            text=BETWEEN.join(self.said) or tell_nothing(self.language),
            calls=tuple(self.done),
            language=self.language,
            answered_by=answered_by,
            results=self._in_order(),
            faults=tuple(self.faults),
        )

    def _in_order(self) -> tuple[Result, ...]:
        if len(self.results) <= 1:
            return tuple(self.results)
        asked = self._heard().asked_among(self._shown)
        return tuple(
            result
            for wanted in (False, True)
            for result, call in zip(self.results, self._shown, strict=True)
            if (call in asked) is wanted
        )

    def stopped(self, answered_by: str = OFFLINE) -> Answer:
        """Return what was said and done until the user had heard enough."""
        self.said.append(tell(Result("stopped"), self.language))
        return replace(self.answer(answered_by), stopped=True)

    def _heard(self) -> Heard:
        return Heard(
            house=self.house,
            user=self.user,
            text=self.text,
            history=self.history,
            asked=self.asked,
            last=self._last(),
        )

    def _last(self) -> str:
        """Return what '$last' means: the invoice that a call of this answer made last."""
        made = [result for result in self.results if result.code == DRAFT_MADE]
        return (made or self.results)[-1].reference if self.results else ""

    def _words_after(self, verdict: Verdict) -> str:
        call = verdict.call
        if call.tool == ASK:
            return question(call, self.language)
        if call.tool == REFUSE:
            return refusal(call, self.language)
        if call.tool == CONFIRM:
            return self._put(call)
        if verdict.token:
            self.done.pop()  # what is done is the call of the token
            return self._words_after_yes(verdict.token)
        return self._told(call, self._run(call))

    def _words_after_yes(self, token: str) -> str:
        try:
            return self._told(*self._confirmed(token))
        except Stale as stale:
            return self._put_again(stale)

    def _told(self, call: Call, results: Sequence[Result]) -> str:
        self.results += results[:1]
        self._shown += [call] * len(results[:1])
        return "\n".join(tell(result, self.language) for result in results)

    def _put(self, waiting: Call) -> str:
        """Sign what waits for a yes, and return the question."""
        call = waiting.pending
        assert call is not None
        need_for(call.tool, self.house.permissions)
        key = key_of(self.house, self.user)
        with self.house.look(self.user) as ctx:
            check_of(call.tool)(ctx, call.args)
            token = sign(ctx, key, call)
            asked = confirmation(waiting, Books(ctx), self.language)
        signed = Confirm(tool=call.tool, args=call.args.as_json(), token=token)
        self.done[-1] = Call(CONFIRM, signed)
        return asked

    def _put_again(self, stale: Stale) -> str:
        """Ask anew, as things stand now."""
        waiting = Confirm(tool=stale.call.tool, args=stale.call.args.as_json())
        self.done.append(Call(CONFIRM, waiting))
        return f"{tell_fault(stale, self.language)}\n{self._put(self.done[-1])}"

    def _confirmed(self, token: str) -> tuple[Call, list[Result]]:
        with self.house.change(self.user) as ctx:
            begun = watched(ctx)
            call = redeem(begun, token)
            need_for(call.tool, self.house.permissions)  # they may have been taken away since
            told = self._made(begun, call)
        self.done.append(call)
        return call, told

    def _run(self, call: Call) -> list[Result]:
        need_for(call.tool, self.house.permissions)
        if access_of(call.tool) is Access.READ:
            with self.house.look(self.user) as books:
                return [tool(call.tool).run(books, self._narrowed(call).args)]
        with self.house.change(self.user) as ctx:
            return self._made(watched(ctx), call)

    def _narrowed(self, call: Call) -> Call:
        """Return an export of what this answer found before; other calls as they are."""
        found = [one.args for one in self.done if one.tool == "search_invoices"]
        if call.tool != "export" or not found:
            return call
        return Call(call.tool, call.args.model_copy(update={"filters": found[-1]}))

    def _made(self, ctx: Watched, call: Call) -> list[Result]:
        """Run a tool that writes and count what it did; a draft replaces the one it corrects."""
        told: list[Result] = [tool(call.tool).run(ctx, call.args)]
        if replace_corrected(ctx, call, self.text, self.history):
            told.append(Result("draft_replaced"))
        if call.tool == CREATE and asks_for_a_series(self.text):
            told.append(Result("draft_once"))
        count(ctx)
        return told
