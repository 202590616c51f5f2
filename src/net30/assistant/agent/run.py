"""Run: one message with a language model, from its first word to the answer.

The model thinks in the engine's thread; what it proposes is done in the thread of whoever asked,
so that books are opened there only, and never while a model thinks. The two speak by a queue:
sentences to show, proposals to carry out, the end.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from pydantic_ai.exceptions import AgentRunError, ModelAPIError

from net30.assistant.agent.failing import reason_of
from net30.assistant.agent.notices import KEY_REFUSED, fell_back, key_refused
from net30.assistant.agent.offline import remaining
from net30.assistant.agent.proposals import Proposals, Rejected
from net30.assistant.agent.prose import Prose
from net30.assistant.answer import Answer
from net30.assistant.arguments import Access
from net30.assistant.calls import ASK, CONFIRM, REFUSE, Call, access_of, make_call
from net30.assistant.chat_model import Breaker
from net30.assistant.errand import BETWEEN, Errand
from net30.assistant.pieces import carried_out, told

OUTCOMES = frozenset({ASK, CONFIRM, REFUSE})


@dataclass(frozen=True, slots=True)
class Proposed:
    """A call that waits in the queue to be carried out, and where its result goes."""

    name: str
    args: Mapping[str, Any]  # Any: JSON
    answer: Callable[[dict[str, object] | Rejected], None]


@dataclass(slots=True, kw_only=True)
class Run:
    """One message on its way through a model; `read` is what the offline one made of it."""

    name: str
    breaker: Breaker
    errand: Errand
    read: tuple[Call, ...]
    proposals: Proposals
    prose: Prose
    instructions: str
    queue: queue.SimpleQueue[Proposed | str | None] = field(default_factory=queue.SimpleQueue)
    why: str = ""  # why the offline model took over, for people to read
    _began: bool = field(init=False, default=False)
    _in_prose: bool = field(init=False, default=False)
    _is_key_told: bool = field(init=False, default=False)

    def pieces(self, begin: Callable[[Run], Future[None]]) -> Iterator[str | Answer]:
        """Yield the words as they come, and the whole Answer last; `begin` starts the thinking.

        Unavailable is raised when a disk or database does not answer.
        """
        if not self.breaker.why:
            thinking = begin(self)
            thinking.add_done_callback(lambda _: self.queue.put(None))
            try:
                yield from self._while_thinking()
                self._end(thinking)
            finally:
                thinking.cancel()
        else:
            self.why = f"did not answer: {self.breaker.why}"
        yield from self._notice()
        if left := self._left():
            yield from carried_out(self.errand, left)
        who = fell_back(self.name, self.why, began=self._began) if self.why else self.name
        answer = self.errand.answer(who)
        if not self.errand.said:
            yield answer.text
        yield answer

    def fail(self, why: str) -> None:
        """Take down that the model gave no answer; everybody is kept off it for a while."""
        self.breaker.trip(why)
        self._take_over(f"did not answer: {why}")

    @property
    def may_speak_now(self) -> bool:
        """Tell whether sentences can be shown as they come, not only after the whole answer."""
        waits = any(call.tool not in {ASK, REFUSE, "help"} for call in self.read)
        return self.may_speak and (bool(self.errand.done) or not waits)

    @property
    def may_speak(self) -> bool:
        """Tell whether a model's own sentences may be shown at all.

        Not where the message asks for something to be written: what was done has its words, and
        what was not done might be told as done.
        """
        left = remaining(self.read, self.errand.done)
        return not (self.why or self.has_acted or any(map(_writes, left)))

    @property
    def has_acted(self) -> bool:
        """Tell whether something was written, asked, refused or put up for a yes."""
        return any(_acts(call) for call in self.errand.done)

    @property
    def is_complete(self) -> bool:
        """Tell whether all that the message was read to ask for is done, and told by itself."""
        return self.has_acted and not remaining(self.read, self.errand.done)

    def _while_thinking(self) -> Iterator[str]:
        while (item := self.queue.get()) is not None:
            yield from self._notice()
            if isinstance(item, str):
                yield self._spoken(item)
                continue
            before = len(self.errand.said)
            item.answer(self._carried_out(item))
            self._in_prose = False
            for words in self.errand.said[before:]:
                yield f"{BETWEEN}{words}" if before else words

    def _carried_out(self, item: Proposed) -> dict[str, object] | Rejected:
        if self.why:  # the offline model's own calls: nothing to check them against
            return {"shown": self.errand.carry_out(make_call(item.name, item.args))}
        try:
            return self.proposals.carry_out(item.name, item.args)
        except Rejected as rejected:
            return rejected

    def _spoken(self, sentence: str) -> str:
        if self._in_prose:
            self.errand.said[-1] += f" {sentence}"
            return f" {sentence}"
        self._in_prose = True
        return told(self.errand, sentence)

    def _notice(self) -> Iterator[str]:
        """Yield that the key is wrong, once."""
        if KEY_REFUSED in self.why and not self._is_key_told:
            self._is_key_told, self._in_prose = True, False
            yield told(self.errand, key_refused(self.name, self.errand.language))

    def _end(self, thinking: Future[None]) -> None:
        try:
            thinking.result()
        except ModelAPIError as error:  # a stream that broke off
            if not self.why:
                self.fail(reason_of(error))
        except AgentRunError as error:
            self._take_over(f"did not answer: {reason_of(error)}")

    def _left(self) -> tuple[Call, ...]:
        """Return what the offline model has still to do, and note why it takes over."""
        left = remaining(self.read, self.errand.done)
        if not left or self.why:
            return left
        if self.has_acted or (self.errand.done and not self.proposals.objections):
            return ()
        if self.prose.shown:  # then nothing is left that had to be written
            return ()
        unfit = bool(self.proposals.objections) or self.prose.is_dropped
        self._take_over("gave figures that are not the books'" if unfit else "proposed nothing")
        return left

    def _take_over(self, why: str) -> None:
        if not self.why:
            self.why = why
            self._began = bool(self.errand.done or self.prose.shown)


def _acts(call: Call) -> bool:
    return call.tool in OUTCOMES or _writes(call)


def _writes(call: Call) -> bool:
    tool = (call.pending or call).tool
    return tool not in {ASK, REFUSE} and access_of(tool) is not Access.READ
