"""Counter: where an MCP client's calls are served, each by the assistant's own errand.

So the same guard stands before every call: what moves money, sends or voids is only put up for a
yes, and made by `confirm` with the token of what was shown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field, ValidationError

from net30.app import App
from net30.assistant.answer import Answer, Outcome
from net30.assistant.arguments import Access, Arguments
from net30.assistant.calls import access_of, make_call
from net30.assistant.errand import Errand
from net30.assistant.reply import reply_language
from net30.kernel.errors import InputError, Net30Error
from net30.mcp.written import Json, fault_written, written

CONFIRM = "confirm"
FLOAT_DIGITS_MAX = 15
"""A JSON number with more digits may have lost some on the way: a text keeps them."""
FAULTS_SHOWN_MAX = 5

log = logging.getLogger("net30.mcp")


class Yes(Arguments):
    """The token of what was put up for confirmation."""

    token: str = Field(description="The token that the tool's answer gave, as it is.")


@dataclass(frozen=True, slots=True)
class Served:
    """What a client is told: words for people, the same as data, and whether it went wrong."""

    text: str
    content: dict[str, Json]
    failed: bool


@dataclass(frozen=True, slots=True)
class Counter:
    """One application, one user; the organisation is the application's, whatever a client says."""

    app: App
    user: str

    def serve(self, name: str, args: Mapping[str, Any]) -> Served:  # Any: JSON of the client
        """Carry out a tool's call, or what must come before it; a fault is told, not raised."""
        try:
            if name == CONFIRM:
                token = Yes.model_validate(args).token
                return self._answered(lambda errand: errand.confirm(token), (), writes=True)
            call = make_call(name, {key: _exact(value) for key, value in args.items()})
            writes = access_of(name) is not Access.READ
            return self._answered(lambda errand: errand.carry_out(call), (call,), writes=writes)
        except ValidationError as error:
            return _failed(_misfit(name, error))
        except Net30Error as fault:
            return _failed(fault)

    def _answered(
        self, act: Callable[[Errand], str], asked: Sequence[Any], *, writes: bool
    ) -> Served:
        errand = Errand(house=self.app, user=self.user, language=self._language(), asked=asked)
        act(errand)
        if writes:
            self._settle()
        return served(errand.answer())

    def _language(self) -> str:
        with self.app.look(self.user) as ctx:
            return reply_language(ctx.company.language)

    def _settle(self) -> None:
        """Bring projections up to date; what has to wait is tried again by the next change."""
        for name, why in self.app.settle().errors.items():
            log.warning("%s waits: %s", name, why)


def served(answer: Answer) -> Served:
    """Return an answer as a client is told it."""
    content = written(answer)
    return Served(answer.text, content, answer.outcome is Outcome.FAILED)


def _failed(fault: Net30Error) -> Served:
    text = f"{fault.message} ({fault.hint})" if fault.hint else fault.message
    content: dict[str, Json] = {"outcome": Outcome.FAILED.value, "text": text, "results": []}
    return Served(text, content | {"error": fault_written(fault)}, failed=True)


def _misfit(name: str, error: ValidationError) -> InputError:
    """Return which arguments a tool does not take, and why."""
    found = error.errors(include_url=False, include_input=False)
    told = [
        f"{'.'.join(map(str, one['loc'])) or 'the arguments'}: {one['msg']}"
        for one in found[:FAULTS_SHOWN_MAX]
    ]
    return InputError(
        f"{name} cannot take that: {'; '.join(told)}",
        hint="amounts, quantities and rates are decimal strings, dates are YYYY-MM-DD",
        code="arguments",
    )


def _exact(value: Any) -> Any:  # Any: JSON
    """Return JSON with its decimal numbers as texts, so that none of their digits is lost."""
    if isinstance(value, float):
        text = repr(value)
        if sum(letter.isdigit() for letter in text) > FLOAT_DIGITS_MAX:
            raise InputError(
                f"the number {text} may have lost digits on its way",
                hint="write amounts, quantities and rates as strings",
                code="arguments",
            )
        return text
    if isinstance(value, list):
        return [_exact(one) for one in value]
    if isinstance(value, dict):
        return {key: _exact(one) for key, one in value.items()}
    return value
