"""Reply: what the assistant says, in the language it was asked in; figures come from results."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from net30.assistant.arguments import LAST, NotYet, Result, Shown
from net30.assistant.calls import ASK, CONFIRM, Ask, Call, Refuse
from net30.assistant.understanding.directory import Directory, KnownInvoice
from net30.kernel.errors import Net30Error
from net30.kernel.money import Money
from net30.language.amounts import write_money, write_number
from net30.language.dates import write_date
from net30.language.units import unit_codes, unit_name

LANGUAGES = ("en", "fr")
_WITH_UNIT = {"draft_made", "invoice_shown"}
"""Results whose rows hold a line: name, quantity, unit, net."""


def reply_language(language: str) -> str:
    """Return the language to answer in: the asker's, or English where there are no words."""
    return language if language in LANGUAGES else LANGUAGES[0]


def tell(result: Result, language: str) -> str:
    """Return the sentence and the table that tell a result."""
    words = _words(language)
    lines = [words["say"][result.code].format_map(_written(result.values, language))]
    row = words["row"].get(result.code, "")
    lines += [row.format(*_cells(result.code, cells, language)) for cells in result.rows]
    return "\n".join(lines)


def tell_fault(fault: Net30Error) -> str:
    """Return what went wrong and the way out."""
    return f"{fault.message} ({fault.hint})" if fault.hint else fault.message


def tell_not_yet(call: Call, language: str) -> str:
    """Return the sentence for what is understood but not built."""
    words = _words(language)
    capability = words["capability"].get(call.tool, call.tool.replace("_", " "))
    return words["say"]["not_yet"].format(capability=capability)


def welcome(name: str, language: str) -> str:
    """Return the sentence that says who was added as the first client."""
    return _words(language)["say"]["welcomed"].format(name=name)


def tell_nothing(language: str) -> str:
    """Return the sentence after a no."""
    return _words(language)["say"]["nothing"]


def question(call: Call, language: str) -> str:
    """Return the question for what is missing."""
    assert isinstance(call.args, Ask)
    words = _words(language)["ask"]
    asked = " ".join(words[name] for name in call.args.missing if name in words)
    if call.args.stranger:
        asked += " " + words["stranger"].format(name=call.args.stranger)
    if call.args.options:
        asked += " " + words["options"].format(options=", ".join(call.args.options))
    return asked.strip()


def refusal(call: Call, language: str) -> str:
    """Return the polite no."""
    assert isinstance(call.args, Refuse)
    return _words(language)["refuse"][call.args.reason]


def confirmation(call: Call, directory: Directory, language: str) -> str:
    """Return what a yes will do, with the amounts of the books."""
    pending = call.pending
    assert pending is not None
    words = _words(language)["confirm"]
    args = pending.args.as_json()
    number = str(args.get("number", ""))
    known = None if number == LAST else directory.invoice(number)
    values = {
        "number": number if known and known.status != "draft" else words["the_draft"],
        "to": str(args.get("to") or words["client_address"]),
        "client": known.client if known else "-",
        "total": _amount(known, None, language),
        "amount": _amount(known, args.get("amount"), language),
    }
    if pending.tool == "record_payment" and known and "amount" not in args:
        values["amount"] = _amount(known, known.balance, language)
    return words[pending.tool].format_map(values)


def _amount(known: KnownInvoice | None, amount: object, language: str) -> str:
    if known is None:
        return "-"
    value = known.total if amount is None else Decimal(str(amount))
    return write_money(Money.rounded(value, known.currency), language)


def _written(values: Mapping[str, Shown], language: str) -> dict[str, str]:
    statuses = _words(language)["status"]
    return {
        name: statuses.get(str(value), str(value)) if name == "status" else _write(value, language)
        for name, value in values.items()
    }


def _cells(code: str, cells: tuple[Shown, ...], language: str) -> list[str]:
    if code in _WITH_UNIT:
        name, quantity, unit, net = cells
        assert isinstance(quantity, Decimal)
        known = str(unit) in unit_codes() and unit != "C62"
        shown = unit_name(str(unit), quantity, language) if known else "×"
        return [str(name), _write(quantity, language), shown, _write(net, language)]
    statuses = _words(language)["status"]
    return [
        statuses[cell] if isinstance(cell, str) and cell in statuses else _write(cell, language)
        for cell in cells
    ]


def _write(value: Shown, language: str) -> str:
    if isinstance(value, Money):
        return write_money(value, language)
    if isinstance(value, Decimal):
        return write_number(value, language)
    if isinstance(value, date):
        return write_date(value, language)
    return str(value)


@cache
def _words(language: str) -> dict[str, dict[str, str]]:
    path = files("net30.assistant") / "replies" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


__all__ = ["ASK", "CONFIRM", "NotYet", "tell"]
