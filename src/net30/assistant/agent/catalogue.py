"""Catalogue: the tools as a language model sees them: name, description, schema of arguments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import Field

from net30.assistant.arguments import Access, Arguments
from net30.assistant.calls import ASK, REFUSE, Ask, Refuse, access_of, tool, tool_names

LOOK_UP = "look_up"
SCHEMA_CHARACTERS_MAX = 12_000
"""All descriptions and schemas together: they are sent with every request."""

_MARKS = {
    Access.READ: "(reads)",
    Access.WRITE: "(writes what can be undone)",
    Access.CONFIRM: "(asks first)",
}
_DECIMAL = [{"type": "number"}, {"type": "string"}]
"""How pydantic describes a decimal; models are asked for strings, which lose no digit."""


class LookUp(Arguments):
    """A name or part of one, an e-mail address, or an invoice number, even a short one."""

    words: str = Field(max_length=200)


@dataclass(frozen=True, slots=True)
class Described:
    """One tool as it is told to a model."""

    name: str
    description: str
    schema: dict[str, Any]  # Any: JSON Schema


@cache
def catalogue() -> tuple[Described, ...]:
    """Return every tool, with looking up, asking back and refusing."""
    tools = [
        _described(name, f"{tool(name).__doc__} {_MARKS[access_of(name)]}", tool(name).Args)
        for name in tool_names()
    ]
    return (
        *tools,
        _described(
            LOOK_UP,
            "Find clients and invoices by name or number, to use them. "
            "The user does not see what you find.",
            LookUp,
        ),
        _described(ASK, "Ask the user for what is missing.", Ask),
        _described(
            REFUSE,
            "Decline politely; reason is outside, secret, tenant, override, fraud or mass.",
            Refuse,
        ),
    )


def _described(name: str, description: str, model: type[Arguments]) -> Described:
    schema = _slim(model.model_json_schema(by_alias=True))
    about = (model.__doc__ or "").strip().split("\n")[0]
    return Described(name, f"{description.strip()} {about}", schema)


def _slim(schema: Any) -> Any:  # Any: JSON Schema
    """Return a schema without titles, defaults and nulls, with decimals as strings."""
    if isinstance(schema, list):
        return [_slim(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    choices = schema.get("anyOf")
    if choices:
        choices = [one for one in choices if one != {"type": "null"}]
        if [_typed(one) for one in choices] == _DECIMAL:
            return {"type": "string", "description": "a decimal such as 90000 or 7310.40"}
        if len(choices) == 1:
            return _slim(choices[0])
    kept = {}
    for key, value in schema.items():
        if key in {"properties", "$defs"}:
            kept[key] = {name: _slim(one) for name, one in value.items()}
        elif key not in {"title", "default", "description"}:
            kept[key] = _slim(value)
    return kept


def _typed(schema: dict[str, Any]) -> dict[str, Any]:  # Any: JSON Schema
    return {"type": schema.get("type")}
