"""Engine: the one thread that language models think in, and the agent that they run.

The core is synchronous; the agent is not. Its event loop runs here, for the whole process, so
that connections and sign-ins outlive one message.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

from pydantic_ai import Agent, ModelRetry, RunContext, Tool
from pydantic_ai.exceptions import ModelAPIError
from pydantic_ai.messages import (
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ToolCallPart,
)
from pydantic_ai.models import Model
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import UsageLimits

from net30.assistant.agent.catalogue import Described, catalogue
from net30.assistant.agent.failing import Failing, reason_of
from net30.assistant.agent.history import messages_of
from net30.assistant.agent.instructions import instructions
from net30.assistant.agent.offline import offline_model, remaining
from net30.assistant.agent.prompted import prompted
from net30.assistant.agent.proposals import Proposals, Rejected
from net30.assistant.agent.prose import Prose
from net30.assistant.agent.run import Proposed, Run
from net30.assistant.answer import Answer
from net30.assistant.books import Books
from net30.assistant.calls import Call
from net30.assistant.chat_model import ChatModel
from net30.assistant.errand import Errand

REQUESTS_MAX = 8
CALLS_MAX = 20
SILENCES_MAX = 6
"""One answer of a model may take so many times the longest silence."""
RETRIES_MAX = 2
CLOSING_SECONDS = 5


class Engine:
    """What runs a language model: made with the first message, closed with the application."""

    checks_proposals: type[Proposals] = Proposals
    checks_prose: type[Prose] = Prose

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat
        self._opened: Model = chat.open_model()
        self._model = prompted(self._opened) if chat.prompted else self._opened
        self._agent = Agent(
            deps_type=Run,
            tools=[_tool(described) for described in catalogue()],
            instructions=_instructions,
            retries=RETRIES_MAX,
            name="net30",
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="chat", daemon=True)
        self._thread.start()

    def pieces(self, errand: Errand, read: tuple[Call, ...]) -> Iterator[str | Answer]:
        """Yield the words of an answer as they come, and the whole Answer last."""
        with errand.house.look(errand.user) as ctx:
            customs, today = Books(ctx).customs(), ctx.today
        run = Run(
            name=self._chat.name,
            breaker=self._chat.breaker,
            errand=errand,
            read=read,
            proposals=self.checks_proposals(errand=errand, read=read, customs=customs),
            prose=self.checks_prose(customs),
            instructions=instructions().filled(customs, today),
        )
        yield from run.pieces(self._begin)

    def close(self) -> None:
        """Stop thinking, and give back the connections and the thread."""
        asyncio.run_coroutine_threadsafe(self._give_back(), self._loop).result(CLOSING_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSING_SECONDS)
        self._loop.close()

    async def _give_back(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        provider = self._opened.provider
        if provider is not None:
            await provider.client.close()

    def _begin(self, run: Run) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(self._think(run), self._loop)

    async def _think(self, run: Run) -> None:
        model = FallbackModel(
            Failing(self._model, lambda: run.why),
            offline_model(lambda: remaining(run.read, run.errand.done)),
            fallback_on=lambda error: _fails(run, error),
        )
        async with self._agent.iter(
            run.errand.text,
            deps=run,
            model=model,
            message_history=messages_of(run.errand.history),
            model_settings=self._settings(),
            usage_limits=UsageLimits(request_limit=REQUESTS_MAX, tool_calls_limit=CALLS_MAX),
        ) as thread:
            async for node in thread:
                if run.is_complete:
                    break
                if Agent.is_model_request_node(node):
                    async with node.stream(thread.ctx) as events:
                        listener = _Listener(run)
                        async for event in events:
                            listener.hear(event)
                        listener.end()

    def _settings(self) -> ModelSettings:
        seconds = self._chat.seconds
        settings = ModelSettings(request_timeout=seconds * SILENCES_MAX)
        if not self._chat.prompted:  # there a whole text comes before the first event
            settings["first_event_timeout"] = seconds
        return settings


def _fails(run: Run, error: Exception) -> bool:
    """Tell whether the offline model takes over, and take down why."""
    if not isinstance(error, ModelAPIError):
        return False
    if not run.why:
        run.fail(reason_of(error))
    return True


class _Listener:
    """What a model says in one answer: its sentences are shown, held or dropped."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._speaks = run.may_speak_now
        self._held = ""
        self._calls = False

    def hear(self, event: object) -> None:
        """Take the next event of the model's answer."""
        if isinstance(event, PartStartEvent) and isinstance(event.part, ToolCallPart):
            self._calls, self._held = True, ""
            self._run.prose.forget()
        elif isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
            self._say(event.part.content)
        elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
            self._say(event.delta.content_delta)

    def end(self) -> None:
        """Show what was held, unless the model goes on to act or has acted."""
        run = self._run
        if self._calls or not run.may_speak:
            return
        sources = run.proposals.sources()
        for sentence in [*run.prose.add(self._held, sources), *run.prose.end(sources)]:
            run.queue.put(sentence)

    def _say(self, text: str) -> None:
        run = self._run
        if run.why or self._calls:  # the offline model's words are those of its calls
            return
        if not self._speaks:
            self._held += text
            return
        for sentence in run.prose.add(text, run.proposals.sources()):
            run.queue.put(sentence)


def _instructions(ctx: RunContext[Run]) -> str:
    return ctx.deps.instructions


def _tool(described: Described) -> Tool[Run]:
    async def act(ctx: RunContext[Run], **args: Any) -> dict[str, object]:  # Any: JSON
        return await _proposed(ctx.deps, described.name, args)

    return Tool.from_schema(
        act,
        name=described.name,
        description=described.description,
        json_schema=described.schema,
        takes_ctx=True,
        sequential=True,
    )


async def _proposed(run: Run, name: str, args: dict[str, Any]) -> dict[str, object]:  # Any: JSON
    """Have a call carried out where books may be opened, and return what the model is told."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[dict[str, object] | Rejected] = loop.create_future()

    def answer(result: dict[str, object] | Rejected) -> None:
        loop.call_soon_threadsafe(_resolve, waiting, result)

    run.queue.put(Proposed(name, args, answer))
    result = await waiting
    if not isinstance(result, Rejected):
        return result
    if result.hard:
        raise ModelRetry(result.reason)
    return {"result": result.reason}


def _resolve(
    waiting: asyncio.Future[dict[str, object] | Rejected], result: dict[str, object] | Rejected
) -> None:
    if not waiting.done():
        waiting.set_result(result)
