"""Ask: one message in plain words, one answer; amounts are worked out by the domain only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from net30.assistant.arguments import LAST, NotYet, Result
from net30.assistant.books import Books
from net30.assistant.calls import ASK, CONFIRM, REFUSE, Ask, Call, make_call, propose, tool
from net30.assistant.guard import guarded
from net30.assistant.intents.understand import understand
from net30.assistant.reply import (
    confirmation,
    question,
    refusal,
    reply_language,
    tell,
    tell_not_yet,
    tell_nothing,
    welcome,
)
from net30.assistant.turns import Turn
from net30.domain.customer import Customer
from net30.domain.party import Address, Party
from net30.services.context import Context
from net30.services.save_customer import save_customer


class Outcome(StrEnum):
    """How an answer ends: done, asked back, refused, or waiting for a yes."""

    DONE = "done"
    ASKED = "asked"
    REFUSED = "refused"
    CONFIRM = "confirm"


_OUTCOMES = {ASK: Outcome.ASKED, REFUSE: Outcome.REFUSED, CONFIRM: Outcome.CONFIRM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the assistant says and did.

    `references` are the numbers of invoices, or the ids of drafts, that it made or showed;
    `answered_by` names the model.
    """

    text: str
    calls: tuple[Call, ...]
    outcome: Outcome
    language: str
    answered_by: str = "offline"
    references: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()

    def as_turn(self) -> Turn:
        """Return the answer as a turn of the conversation, for the next message."""
        reference = self.references[-1] if self.references else ""
        return Turn("assistant", self.text, self.calls, reference)


def ask(ctx: Context, text: str, history: Sequence[Turn] = ()) -> Answer:
    """Do what a message asks for, ask for what is missing, or refuse; never guess an amount.

    `history` holds the earlier turns, as `Answer.as_turn` and `Turn("user", text)` give them.
    Raises what the services raise when the books do not allow what was asked.
    """
    books = Books(ctx)
    turns = (*history, Turn("user", text))
    understood = understand(turns, books, books.customs(), ctx.today)
    language = reply_language(understood.language)
    said: list[str] = []
    newcomer = _first_client(ctx, understood.calls)
    if newcomer:
        books = Books(ctx)
        understood = understand(turns, books, books.customs(), ctx.today)
        said.append(welcome(newcomer, language))
    done: list[Call] = []
    results: list[Result] = []
    for proposed in understood.calls:
        call = guarded(_pointed(proposed, results), history)
        words, result = _carried_out(ctx, books, call, language)
        said.append(words)
        done.append(call)
        results += [result] if result else []
    return Answer(
        text="\n".join(said) or tell_nothing(language),
        calls=tuple(done),
        outcome=_outcome(done),
        language=language,
        references=tuple(result.reference for result in results if result.reference),
        results=tuple(results),
    )


def _first_client(ctx: Context, calls: Sequence[Call]) -> str:
    """Return the name of the client that was added, or nothing.

    Books without any client leave nobody else who could be meant; in all others a name that they
    do not know is asked about.
    """
    for call in calls:
        asked = call.args
        if isinstance(asked, Ask) and asked.missing == ("client",) and asked.stranger:
            if ctx.tx.page(Customer, limit=1):
                return ""
            home = Address(country=ctx.company.party.address.country)
            party = Party(name=asked.stranger, address=home)
            return save_customer(ctx, Customer(id="", party=party)).name
    return ""


def _outcome(calls: Sequence[Call]) -> Outcome:
    found = [_OUTCOMES[call.tool] for call in calls if call.tool in _OUTCOMES]
    return found[0] if found else Outcome.DONE


def _pointed(call: Call, results: Sequence[Result]) -> Call:
    """Return a call on '$last' with the invoice that an earlier call of this answer made."""
    target = call.pending or call
    args = target.args.as_json()
    if args.get("number") != LAST or not results:
        return call
    args["number"] = results[-1].reference
    return propose(target.tool, args) if call.pending else make_call(target.tool, args)


def _carried_out(
    ctx: Context, books: Books, call: Call, language: str
) -> tuple[str, Result | None]:
    if call.tool == ASK:
        return question(call, language), None
    if call.tool == REFUSE:
        return refusal(call, language), None
    if call.tool == CONFIRM:
        return confirmation(call, books, language), None
    try:
        result: Result = tool(call.tool).run(ctx, call.args)
    except NotYet:
        return tell_not_yet(call, language), None
    return tell(result, language), result
