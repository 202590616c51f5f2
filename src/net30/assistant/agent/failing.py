"""Failing: a language model that may fail once; for the rest of the message it is left alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.exceptions import (
    AgentRunError,
    ModelAPIError,
    ModelConnectionError,
    ModelHTTPError,
    ModelRequestTimeout,
    ModelTimeoutError,
    UsageLimitExceeded,
)
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from net30.assistant.agent.notices import KEY_REFUSED

_STATUSES = {
    401: f"{KEY_REFUSED} (401)",
    403: f"{KEY_REFUSED} (403)",
    404: "no such model or address (404)",
    429: "too many requests (429)",
}


class Failing(WrapperModel):
    """A model that is not asked again once `has_failed` says so."""

    def __init__(self, wrapped: Model, has_failed: Callable[[], str]) -> None:
        super().__init__(wrapped)
        self._has_failed = has_failed

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """Ask the model, in pieces; raise ModelAPIError at once when it failed before."""
        why = self._has_failed()
        if why:
            raise ModelAPIError(self.model_name, why)
        async with super().request_stream(
            messages, model_settings, model_request_parameters, run_context
        ) as stream:
            yield stream


def reason_of(error: AgentRunError) -> str:
    """Return in a few words why a model gave no answer, for people to read."""
    if isinstance(error, ModelHTTPError):
        status = error.status_code
        return _STATUSES.get(status, f"its server answered {status}")
    if isinstance(error, ModelTimeoutError | ModelRequestTimeout):
        return "it took too long"
    if isinstance(error, ModelConnectionError):
        return _connection(error)
    if isinstance(error, UsageLimitExceeded):
        return "it came to no end"
    return "its answer could not be read"


def _connection(error: ModelConnectionError) -> str:
    if error.phase == "read":
        return "its answer broke off"
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ConnectionRefusedError):
        cause = cause.__cause__ or cause.__context__
    return "connection refused" if cause else "no connection"
