"""Reply: what the assistant says, in the language it was asked in; figures come from results."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from net30.assistant.arguments import LAST, Shown, Word
from net30.assistant.calls import Ask, Call, Refuse
from net30.assistant.replies.catalogue import reply_language, reply_languages, words
from net30.assistant.replies.telling import tell
from net30.assistant.replies.writing import UNKNOWN, write
from net30.assistant.understanding.directory import Directory, KnownInvoice
from net30.kernel.errors import Net30Error
from net30.kernel.money import Money, sums_of

LANGUAGES = reply_languages()


def tell_fault(fault: Net30Error, language: str, call: Call | None = None) -> str:
    """Return what went wrong and the way out.

    The commonest errors have a sentence in each language, which may name what the call was about;
    the others are told as the books put them, in English.
    """
    known = words(language, "fault").get(fault.code)
    if known:
        values = _Facts(subject=_subject(call, language))
        for name, value in fault.values.items():
            values[name] = write(cast("Shown", value), language)
        near = words(language, "fault")["near"] if fault.values.get("names") else ""
        return f"{known} {near}".strip().format_map(values)
    return f"{fault.message} ({fault.hint})" if fault.hint else fault.message


def welcome(name: str, language: str) -> str:
    """Return the sentence that says who was added as the first client."""
    return words(language, "say")["welcomed"].format(name=write(name, language))


def tell_nothing(language: str) -> str:
    """Return the sentence after a no."""
    return words(language, "say")["nothing"]


def question(call: Call, language: str) -> str:
    """Return the question for what is missing."""
    assert isinstance(call.args, Ask)
    asks = words(language, "ask")
    asked = " ".join(asks[name] for name in call.args.missing if name in asks)
    if call.args.stranger:
        asked += " " + asks["stranger"].format(name=write(call.args.stranger, language))
    if call.args.options:
        options = ", ".join(write(option, language) for option in call.args.options)
        asked += " " + asks["options"].format(options=options)
    return asked.strip()


def refusal(call: Call, language: str) -> str:
    """Return the polite no."""
    assert isinstance(call.args, Refuse)
    return words(language, "refuse")[call.args.reason]


def confirmation(call: Call, directory: Directory, language: str) -> str:
    """Return what a yes will do, with the amounts of the books."""
    pending = call.pending
    assert pending is not None
    asks = words(language, "confirm")
    args = pending.args.as_json()
    number = str(args.get("number", ""))
    if isinstance(lines := args.get("lines"), list):
        return _draft(args, lines, language)
    if not number:  # only a reminder may be about a client instead of an invoice
        return _about_client(str(args.get("client", "")), directory, language)
    known = None if number == LAST else directory.invoice(number)
    values: Mapping[str, Shown] = {
        "number": number if known and known.status != "draft" else asks["the_draft"],
        "to": str(args.get("to") or asks["client_address"]),
        "client": known.client if known else UNKNOWN,
        "total": _amount(known, None),
        "balance": Money.rounded(known.balance, known.currency) if known else None,
        "amount": _amount(known, args.get("amount")),
        "how": _how(pending, language),
    }
    if pending.tool == "record_payment" and "amount" not in args:
        values = {**values, "amount": values["balance"]}
    return asks[pending.tool].format_map(_written(values, language))


def _how(pending: Call, language: str) -> str:
    """Return how and when money came, as far as it was said: nothing is agreed to unseen."""
    method, day = getattr(pending.args, "method", None), getattr(pending.args, "day", None)
    said: tuple[Shown, ...] = (method and Word("method", method.value), day)
    return "".join(f", {write(one, language)}" for one in said if one)


def _draft(args: Mapping[str, object], lines: list[dict[str, str]], language: str) -> str:
    """Return the question before a draft that nobody asked for in plain words.

    It shows every argument: what is not read here would be agreed to unseen.
    """
    told = [
        f"{write(Decimal(line.get('quantity', 1)), language)} × "
        f"{write(line['description'], language)}: "
        f"{write(Decimal(line['unit_price']), language)}"
        f"{_others(line, {'quantity', 'description', 'unit_price'}, language)}"
        for line in lines
    ]
    others = _others(args, {"client", "lines"}, language)
    values = {"client": write(str(args["client"]), language), "lines": "; ".join(told) + others}
    return words(language, "confirm")["create_invoice"].format_map(values)


def _others(args: Mapping[str, object], told: set[str], language: str) -> str:
    rest = {name: value for name, value in args.items() if name not in told}
    return "".join(
        f", {name.replace('_', ' ')} {write(str(value), language)}" for name, value in rest.items()
    )


def _about_client(client: str, directory: Directory, language: str) -> str:
    """Return the question before a reminder of all that a client owes past its due date."""
    overdue = sums_of(
        Money.rounded(invoice.balance, invoice.currency)
        for invoice in directory.of_client(client)
        if invoice.status == "overdue"
    )
    values: Mapping[str, Shown] = {"client": client, "overdue": overdue or None}
    return words(language, "confirm")["remind_client"].format_map(_written(values, language))


class _Facts(dict[str, str]):
    """What a sentence about an error names; a fact that the error does not know is a dash."""

    def __missing__(self, name: str) -> str:
        return UNKNOWN


def _subject(call: Call | None, language: str) -> str:
    """Return what a call is about: its invoice's number, or its client's name."""
    if call is None:
        return UNKNOWN
    args = (call.pending or call).args.as_json()
    return write(str(args.get("number") or args.get("client") or UNKNOWN), language)


def _written(values: Mapping[str, Shown], language: str) -> dict[str, str]:
    return {name: write(value, language) for name, value in values.items()}


def _amount(known: KnownInvoice | None, amount: object) -> Money | None:
    if known is None:
        return None
    value = known.total if amount is None else Decimal(str(amount))
    return Money.rounded(value, known.currency)


__all__ = ["reply_language", "tell"]
