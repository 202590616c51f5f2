"""Offline: the understanding of net30 itself, as a model that any agent can run.

It proposes what is left to do of what the message asked for. A write that another model made
before it failed counts as done, also where its arguments differ a little: nothing is written
twice because two models read one message.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Sequence

from pydantic_ai.messages import (
    ModelMessage,
    ModelResponse,
    ModelResponsePart,
    TextPart,
    ToolCallPart,
)
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, FunctionModel

from net30.assistant.answer import OFFLINE
from net30.assistant.calls import Call

NOTHING_LEFT = "."
"""A model has to say something in the end; nobody is shown this."""


def remaining(read: Sequence[Call], done: Sequence[Call]) -> tuple[Call, ...]:
    """Return the calls that are still to be made of those that a message was read to ask for.

    A call that was made, or asked to be confirmed, is done. Each call that was made beyond those
    takes away one of the same tool, the one on the same client or invoice first.
    """
    left = list(read)
    extra = []
    for call in done:
        same = [one for one in left if _target(one) == _target(call)]
        if same:
            left.remove(same[0])
        else:
            extra.append(call)
    for call in extra:
        alike = [one for one in left if _target(one).tool == _target(call).tool]
        alike.sort(key=lambda one: _subject(one) != _subject(call))
        if alike:
            left.remove(alike[0])
    return tuple(left)


def offline_model(left: Callable[[], Sequence[Call]]) -> FunctionModel:
    """Return the model that proposes what is left, until nothing is."""

    def answer(messages: list[ModelMessage], agent: AgentInfo) -> ModelResponse:
        del messages, agent  # what is left says all
        parts: list[ModelResponsePart] = [
            ToolCallPart(call.tool, call.args.as_json()) for call in map(_target, left())
        ]
        return ModelResponse(parts=parts or [TextPart(NOTHING_LEFT)])

    async def stream(
        messages: list[ModelMessage], agent: AgentInfo
    ) -> AsyncGenerator[str | dict[int, DeltaToolCall]]:
        del messages, agent
        calls = [_target(call) for call in left()]
        if not calls:
            yield NOTHING_LEFT
        for at, call in enumerate(calls):
            arguments = json.dumps(call.args.as_json(), ensure_ascii=False)
            yield {at: DeltaToolCall(name=call.tool, json_args=arguments)}

    return FunctionModel(answer, stream_function=stream, model_name=OFFLINE)


def _target(call: Call) -> Call:
    return call.pending or call


def _subject(call: Call) -> str:
    args = _target(call).args.as_json()
    return str(args.get("number") or args.get("client") or "").casefold()
