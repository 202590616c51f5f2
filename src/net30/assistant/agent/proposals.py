"""Proposals: what a model proposed, checked before the errand carries it out.

A proposal that cannot be taken goes back to the model with the reason, as the result of its call:
arguments that the tool does not take, a name that fits two clients, figures that are not the
user's, an address nobody gave. Nothing of that is shown to the user.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from net30.assistant.agent.catalogue import LOOK_UP, LookUp
from net30.assistant.agent.figures import Figures, figures_of
from net30.assistant.agent.grounds import Grounds
from net30.assistant.agent.history import marked
from net30.assistant.agent.looking_up import clients_named, found, invoices_numbered
from net30.assistant.arguments import LAST
from net30.assistant.books import Books
from net30.assistant.calls import Ask, Call, Refuse, make_call
from net30.assistant.errand import Errand
from net30.assistant.guard import guarded
from net30.assistant.safety.heard import Heard, pointed
from net30.assistant.understanding.clean import clean, fold
from net30.assistant.understanding.directory import Customs, KnownInvoice
from net30.services.context import ReadContext

MISSING = frozenset(
    {"client", "number", "unit_price", "quantity", "description"}
    | {"amount", "currency", "date", "to"}
)
REASONS = frozenset({"outside", "secret", "tenant", "override", "fraud", "mass"})
FLOAT_DIGITS_MAX = 15
"""A JSON number with more digits may have lost some on the way: a text keeps them."""


class Rejected(Exception):
    """A proposal goes back to the model with a reason; `hard` counts against its retries."""

    def __init__(self, reason: str, *, hard: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hard = hard


@dataclass(slots=True, kw_only=True)
class Proposals:
    """The proposals of one run; `customs` and `said` are what they are measured by."""

    errand: Errand
    read: tuple[Call, ...]
    customs: Customs
    objections: list[str] = field(default_factory=list)
    _told: list[str] = field(default_factory=list)
    _replies: dict[str, dict[str, object]] = field(default_factory=dict)

    def sources(self) -> Figures:
        """Return the figures that a model may repeat: the user's and those of this run's tools."""
        return figures_of([self.errand.text, *self._told], self.customs)

    def carry_out(self, name: str, args: Mapping[str, Any]) -> dict[str, object]:
        """Do what was proposed and return what the model is told of it.

        The same proposal twice in a run is done once. Raises Rejected.
        """
        key = json.dumps([name, args], sort_keys=True, default=str)
        if key not in self._replies:
            self._replies[key] = self._fresh(name, args)
        return self._replies[key]

    def _fresh(self, name: str, args: Mapping[str, Any]) -> dict[str, object]:
        with self.errand.house.look(self.errand.user) as ctx:
            books = Books(ctx)
            if name == LOOK_UP:
                reply = found(_validated(LookUp, args).words, books)
                self._told.append(json.dumps(reply, ensure_ascii=False))
                return reply
            call = self._call(name, _resolved(args, books))
            self._check(call, books, ctx)
        words = self.errand.carry_out(call)
        self._told.append(words)
        return {"shown_to_the_user": marked(words)}

    def _call(self, name: str, args: Mapping[str, Any]) -> Call:
        try:
            return make_call(name, {key: _exact(value) for key, value in args.items()})
        except ValidationError as error:
            raise Rejected(_faults(error), hard=True) from None

    def _check(self, call: Call, books: Books, ctx: ReadContext) -> None:
        objection = (
            self._words_objection(call, books)
            or self._grounds(call, books, ctx).objection(call)
            or self._unasked(call)
        )
        if objection:
            self.objections.append(objection)
            raise Rejected(f"not done: {objection}")

    def _unasked(self, call: Call) -> str:
        """Return that the guard would leave a call out: better the model words it anew."""
        errand = self.errand
        heard = Heard(
            house=errand.house,
            user=errand.user,
            text=errand.text,
            history=errand.history,
            asked=errand.asked,
            last=errand.results[-1].reference if errand.results else "",
        )
        left_out = guarded(pointed(call, heard.last), heard, errand.done).call
        if isinstance(left_out.args, Refuse) and left_out.args.reason == "unasked":
            return "the user's message does not ask for this; keep to its own words and figures"
        return ""

    def _grounds(self, call: Call, books: Books, ctx: ReadContext) -> Grounds:
        args = call.args.as_json()
        client = books.clients.named(str(args.get("client", "")))
        own = client.currency if client else ""
        return Grounds(
            read=self.read,
            said=figures_of([*self._said(), *self._told], self.customs),
            tax_rate=self.customs.tax_rate,
            currency=own or ctx.company.currency,
            invoice=_invoice(args, books),
        )

    def _said(self) -> list[str]:
        """Return what the user said in this conversation, and the drafts made of it so far."""
        turns = self.errand.history
        drafts = [
            json.dumps(call.args.as_json())
            for turn in turns
            for call in turn.calls
            if call.tool == "create_invoice"
        ]
        return [self.errand.text, *(turn.text for turn in turns if turn.role == "user"), *drafts]

    def _words_objection(self, call: Call, books: Books) -> str:
        """Return what is wrong with the words of a call that the user will read."""
        if isinstance(call.args, Ask):
            return self._question_objection(call.args, books)
        if isinstance(call.args, Refuse):
            return "" if call.args.reason in REASONS else f"reason is one of {sorted(REASONS)}"
        args = call.args.as_json()
        to = str(args.get("to", ""))
        if to and not any(fold(to) in fold(text) for text in self._said()):
            return "the user gave no such address; leave `to` out for the client's own"
        words = [str(args.get(key, "")) for key in ("notes", "reason")]
        lines = args.get("lines", [])
        assert isinstance(lines, list)
        words += [str(line.get("description", "")) for line in lines]
        if not figures_of(words, self.customs).within(figures_of(self._said(), self.customs)):
            return "a description, note or reason has figures that the user did not say"
        return ""

    def _question_objection(self, asked: Ask, books: Books) -> str:
        if not asked.missing or not set(asked.missing) <= MISSING:
            return f"missing is one or more of {sorted(MISSING)}"
        if asked.stranger and not any(
            fold(clean(asked.stranger)) in fold(clean(text)) for text in self._said()
        ):
            return "stranger is the name as the user said it"
        known = (books.clients.named(option) or books.invoice(option) for option in asked.options)
        return "" if all(known) else "options are names of clients or numbers of invoices only"


def _resolved(args: Mapping[str, Any], books: Books) -> dict[str, Any]:
    """Return arguments with the client's and the invoice's own names in the books.

    Raises Rejected for a name or a number that fits none, or more than one.
    """
    resolved = dict(args)
    client, number = args.get("client"), args.get("number")
    if isinstance(client, str) and client:
        named = clients_named(client, books)
        if len(named) != 1:
            names = ", ".join(repr(one.name) for one in named)
            raise Rejected(
                f"fits several clients: {names}; ask which" if named else "no such client; ask"
            )
        resolved["client"] = named[0].name
    if isinstance(number, str) and number and number != LAST:
        invoices = invoices_numbered(number, books)
        if len(invoices) != 1:
            raise Rejected("several invoices end so; ask which" if invoices else "no such invoice")
        resolved["number"] = invoices[0].reference
    return resolved


def _invoice(args: Mapping[str, object], books: Books) -> KnownInvoice | None:
    number = args.get("number")
    return books.invoice(str(number)) if number and number != LAST else None


def _validated(model: type[LookUp], args: Mapping[str, Any]) -> LookUp:
    try:
        return model.model_validate(args)
    except ValidationError as error:
        raise Rejected(_faults(error), hard=True) from None


def _exact(value: Any) -> Any:  # Any: JSON
    """Return JSON with its decimal numbers as texts, so that none of their digits is lost."""
    if isinstance(value, float):
        text = repr(value)
        if sum(letter.isdigit() for letter in text) > FLOAT_DIGITS_MAX:
            raise Rejected("write long numbers as strings", hard=True)
        return text
    if isinstance(value, list):
        return [_exact(one) for one in value]
    if isinstance(value, dict):
        return {key: _exact(one) for key, one in value.items()}
    return value


def _faults(error: ValidationError) -> str:
    told = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
    return "; ".join(told)
