"""Written: an answer as JSON, amounts as decimal strings with their currency, dates as ISO."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from net30.assistant.answer import Answer
from net30.assistant.arguments import Clause, Counted, Days, Percent, Result, Shown, Word
from net30.assistant.calls import Confirm
from net30.assistant.safety.tokens import MINUTES_VALID
from net30.kernel.decimals import plain
from net30.kernel.errors import Net30Error
from net30.kernel.money import Money

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

_TEXT = {"type": "string"}
_FAULT = {
    "type": "object",
    "properties": {"code": _TEXT, "message": _TEXT, "hint": _TEXT},
    "required": ["code", "message", "hint"],
}
SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "outcome": {"enum": ["done", "refused", "confirm", "failed", "asked"]},
        "text": {"type": "string", "description": "What to show to the user."},
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "code": _TEXT,
                    "reference": {
                        "type": "string",
                        "description": "The invoice's number, or the draft's id.",
                    },
                    "values": {"type": "object"},
                    "columns": {"type": "array", "items": _TEXT},
                    "rows": {"type": "array", "items": {"type": "array"}},
                    "parts": {"type": "array", "items": {"type": "object"}},
                },
                "required": ["code"],
            },
        },
        "confirm": {
            "type": "array",
            "description": "What waits for the user's yes; nothing of it is done yet.",
            "items": {
                "type": "object",
                "properties": {
                    "tool": _TEXT,
                    "args": {"type": "object"},
                    "token": _TEXT,
                    "minutes_valid": {"type": "integer"},
                },
                "required": ["tool", "args", "token", "minutes_valid"],
            },
        },
        "error": _FAULT,
    },
    "required": ["outcome", "text", "results"],
}
"""What every tool of the MCP server answers with."""


def written(answer: Answer) -> dict[str, Json]:
    """Return an answer as JSON in the form of SCHEMA."""
    content: dict[str, Json] = {
        "outcome": answer.outcome.value,
        "text": answer.text,
        "results": [_result(result) for result in answer.results],
    }
    waiting = [call.args for call in answer.calls if isinstance(call.args, Confirm)]
    if waiting:
        content["confirm"] = [_waiting(one) for one in waiting]
    if answer.faults:
        content["error"] = fault_written(answer.faults[0])
    return content


def fault_written(fault: Net30Error) -> Json:
    """Return an error as JSON: a stable code, what happened, the way out."""
    return {"code": fault.code, "message": fault.message, "hint": fault.hint}


def _waiting(confirm: Confirm) -> Json:
    args: dict[str, Json] = {key: _plain(value) for key, value in confirm.args.items()}
    return {
        "tool": confirm.tool,
        "args": args,
        "token": confirm.token or "",
        "minutes_valid": MINUTES_VALID,
    }


def _result(result: Result) -> Json:
    written_result: dict[str, Json] = {"code": result.code}
    if result.reference:
        written_result["reference"] = result.reference
    if result.values:
        written_result["values"] = {key: _value(value) for key, value in result.values.items()}
    if result.columns:
        written_result["columns"] = list(result.columns)
    if result.rows:
        written_result["rows"] = [[_value(cell) for cell in row] for row in result.rows]
    if result.parts:
        written_result["parts"] = [_result(part) for part in result.parts]
    return written_result


def _value(value: Shown) -> Json:
    match value:
        case Money():
            return {"amount": f"{value.amount:f}", "currency": value.currency}
        case tuple():
            return [_value(one) for one in value]
        case Word():
            return value.name
        case Counted():
            return {"quantity": plain(value.quantity), "unit": value.unit}
        case Clause():
            told = {name: _value(one) for name, one in value.values.items()}
            return {value.table: value.name, **told}
        case Percent() | Days():
            return plain(value.value)
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
    return value


def _plain(value: object) -> Json:
    """Return arguments, which are JSON already, as such."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, bool | int | None) else str(value)
