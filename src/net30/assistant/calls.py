"""Calls: what the assistant decided to do, ask, confirm or refuse, in the tools' own terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from net30.assistant.arguments import Access, Arguments
from net30.domain.identity.roles import Permission
from net30.kernel.errors import Forbidden
from net30.kernel.plugins import load, names_in
from net30.services.context import ReadContext

ROOM = "net30.assistant.tools"
ASK, REFUSE, CONFIRM = "ask_clarification", "refuse", "confirm"
OPTIONS_MAX = 5


class Ask(Arguments):
    """What is missing: client, number, unit_price, quantity, description, amount, date, to ...

    `stranger` is the name that was said, of a client whom the books do not know.
    """

    missing: tuple[str, ...]
    options: tuple[str, ...] = ()
    stranger: str = ""


class Refuse(Arguments):
    """A request that is declined, and why: outside, secret, tenant, fraud, mass ..."""

    reason: str = "outside"


class Confirm(Arguments):
    """A call that waits for a yes.

    `token` signs what the user was shown; without one no yes makes the call (safety/tokens.py).
    """

    tool: str
    args: dict[str, object]
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One tool with its arguments, or one of the outcomes ask, refuse and confirm."""

    tool: str
    args: Arguments

    def as_json(self) -> dict[str, object]:
        """Return the call as the tools' catalogue writes it."""
        return {"tool": self.tool, "args": self.args.as_json()}

    @property
    def pending(self) -> Call | None:
        """Return the call that this confirmation waits to make."""
        return make_call(self.args.tool, self.args.args) if isinstance(self.args, Confirm) else None


@cache
def tool(name: str) -> ModuleType:
    """Return a tool's module: Args, ACCESS, run; raise ConfigurationError for an unknown one."""
    return load(ROOM, name)


def tool_names() -> tuple[str, ...]:
    """Return the names of all tools, without importing any."""
    return names_in(ROOM)


def access_of(name: str) -> Access:
    """Return what a tool may do."""
    return Access(tool(name).ACCESS)


def needs_of(name: str) -> frozenset[Permission]:
    """Return the permissions without which a tool does not run; every tool's file says them."""
    return frozenset(tool(name).NEEDS)


def need_for(name: str, held: frozenset[Permission]) -> None:
    """Raise Forbidden (code permission) when a tool needs more than is held."""
    missing = sorted(needs_of(name) - held)
    if missing:
        raise Forbidden(
            f"you may not do this: {', '.join(map(repr, map(str, missing)))} is missing",
            hint="ask an owner or admin of the organisation for a role that has it",
            code="permission",
        )


def check_of(name: str) -> Callable[[ReadContext, Arguments], None]:
    """Return what a tool looks at before anybody is asked for a yes.

    It raises what `run` would raise, so that nobody agrees to what cannot be done. A tool without
    a `check` looks at nothing beforehand.
    """
    found: Callable[[ReadContext, Arguments], None] = getattr(tool(name), "check", _nothing)
    return found


def _nothing(ctx: ReadContext, args: Arguments) -> None:
    """Look at nothing."""


def description_of(name: str) -> str:
    """Return what a tool does, in one sentence: what every model and the help are told."""
    first, _, _ = (tool(name).__doc__ or "").strip().partition("\n")
    return first.rstrip(".")


_OUTCOMES: dict[str, type[Arguments]] = {ASK: Ask, REFUSE: Refuse, CONFIRM: Confirm}


def make_call(name: str, args: Mapping[str, object]) -> Call:
    """Return a checked call; what is None counts as left out.

    Raises pydantic.ValidationError for arguments that the tool does not take.
    """
    given = {key: value for key, value in args.items() if value is not None}
    model = _OUTCOMES.get(name) or tool(name).Args
    return Call(name, model.model_validate(given))


def ask(*missing: str, options: Sequence[str] = (), stranger: str = "") -> Call:
    """Return the question for what is missing, with the answers that come to mind."""
    said: dict[str, object] = {"missing": missing}
    if options:
        said["options"] = tuple(options)[:OPTIONS_MAX]
    if stranger:
        said["stranger"] = stranger
    return Call(ASK, Ask.model_validate(said))


def refuse(reason: str) -> Call:
    """Return the polite no."""
    return Call(REFUSE, Refuse(reason=reason))


def propose(name: str, args: Mapping[str, object]) -> Call:
    """Return the call, or the confirmation that it needs first."""
    made = make_call(name, args)
    if access_of(name) is not Access.CONFIRM:
        return made
    return Call(CONFIRM, Confirm(tool=name, args=made.args.as_json()))
