"""Typed calls: a tool called by its own name, as developers do: get_ageing as_of=2026-10-31."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal

from pydantic import ValidationError

from net30.assistant.calls import Call, ask, propose, tool_names
from net30.assistant.understanding.scene import World, make_scene

_CALL = re.compile(r"\s*(?P<tool>[a-z]+(?:_[a-z]+)*)\s*(?P<rest>[\s(].*)?", re.DOTALL)
_PAIR = re.compile(
    r"(?P<key>[a-z]+(?:_[a-z]+)*)\s*[=:]\s*"
    r"(?P<value>\"[^\"]*\"|'[^']*'|.*?)\s*(?=[,;\s]\s*[a-z]+(?:_[a-z]+)*\s*=|[,;]?\s*$)",
    re.DOTALL,
)
_TOOL_KEYS = ("tool", "name")
_ARGS_KEYS = ("args", "arguments", "parameters", "input")
_LINE_KEYS = ("description", "quantity", "unit", "unit_price", "tax_rate", "discount_percent")
_WHOLES = {"record_payment": "balance", "create_credit_note": "total"}
"""What an amount cannot be more than."""

Given = Mapping[str, object]


def typed_call(text: str, world: World) -> Call | None:
    """Return the call that a message spells out; None for words, and for what no tool takes.

    Such a call is asked about and confirmed like any other: only its form is a program's.
    """
    said = _of_json(text.strip()) or _of_pairs(text)
    if said is None:
        return None
    tool, given = said
    try:
        return _checked(tool, given, world)
    except ValidationError:
        return None


def _of_json(text: str) -> tuple[str, Given] | None:
    given = _object(text)
    if given is None:
        return None
    tool = next((given[key] for key in _TOOL_KEYS if key in given), None)
    args = next((given[key] for key in _ARGS_KEYS if key in given), {})
    if isinstance(tool, str) and tool in tool_names() and isinstance(args, dict):
        return tool, args
    return ("create_invoice", given) if {"client", "lines"} <= given.keys() else None


def _of_pairs(text: str) -> tuple[str, Given] | None:
    """Read get_ageing as_of=2026-10-31, get_ageing(as_of="...") and get_ageing {"as_of": ...}."""
    found = _CALL.fullmatch(text)
    if found is None or found["tool"] not in tool_names():
        return None
    rest = (found["rest"] or "").strip()
    bare = rest[1:-1].strip() if rest[:1] == "(" and rest[-1:] == ")" else rest
    given = _object(bare)
    if given is None:
        pairs = list(_PAIR.finditer(bare))
        apart = _PAIR.sub("", bare).strip(" ,;\n")
        if apart or (rest and not pairs and bare):  # words beside them: a sentence
            return None
        given = {pair["key"]: pair["value"].strip("\"'") for pair in pairs}
    named = "_" in found["tool"]  # "help" and "export" are words too
    return (found["tool"], given) if given or (named and bare == "") else None


def _object(text: str) -> dict[str, object] | None:
    """Return a JSON object with its numbers as written; no float ever holds an amount."""
    if not text.startswith("{"):
        return None
    try:
        given = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def _checked(tool: str, given: Given, world: World) -> Call:
    """Return the call with its client and invoice as the books know them, or the question."""
    args = _lined(given) if tool == "create_invoice" else dict(given)
    if isinstance(args.get("client"), str):
        client = make_scene(str(args["client"]), world).client
        if client is None and tool == "create_invoice":
            return ask("client", stranger=str(args["client"]))
        args["client"] = client.name if client else args["client"]
    if not isinstance(args.get("number"), str):
        return propose(tool, args)
    number = str(args["number"])
    ending = world.directory.ending(number.lstrip("#0"))
    invoice = world.directory.invoice(number) or (ending[0] if len(ending) == 1 else None)
    if invoice is None:
        return ask("number")
    call = propose(tool, {**args, "number": invoice.reference})
    amount = Decimal(str(args.get("amount", 0) or 0))
    if "amount" in args and tool in _WHOLES and not 0 < amount <= getattr(invoice, _WHOLES[tool]):
        return ask("amount")
    return call


def _lined(given: Given) -> dict[str, object]:
    """Return the arguments of an order whose only line is spelt out beside the client."""
    args = {key: value for key, value in given.items() if key not in _LINE_KEYS}
    line = {key: given[key] for key in _LINE_KEYS if key in given}
    if line and "lines" not in args:
        args["lines"] = [{"quantity": "1", **line}]
    return args
