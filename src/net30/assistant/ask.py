"""Ask: one message in plain words, one answer; amounts are worked out by the domain only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from net30.assistant.answer import Answer
from net30.assistant.books import Books
from net30.assistant.calls import Ask, Call
from net30.assistant.chat_model import ChatModel
from net30.assistant.drafts import asks_to_undo, undo, without_gone
from net30.assistant.errand import Errand
from net30.assistant.house import House
from net30.assistant.intents.understand import Understood, understand
from net30.assistant.reply import reply_language, welcome
from net30.assistant.turns import Turn
from net30.domain.customer import Customer
from net30.domain.party import Address, Party
from net30.services.context import Context
from net30.services.save_customer import save_customer

USER = "cli"


def ask(
    house: House,
    text: str,
    history: Sequence[Turn] = (),
    *,
    user: str = USER,
    model: ChatModel | None = None,
) -> Answer:
    """Do what a message asks for, ask for what is missing, or refuse; never guess an amount.

    `history` holds the earlier turns, as `Answer.as_turn` and `Turn("user", text)` give them;
    without a `model` the offline understanding answers. What the books do not allow is told in
    the answer and kept in its `faults`; Unavailable is raised when a disk or database does not
    answer.
    """
    *_, answer = ask_in_pieces(house, text, history, user=user, model=model)
    assert isinstance(answer, Answer)
    return answer


def ask_in_pieces(
    house: House,
    text: str,
    history: Sequence[Turn] = (),
    *,
    user: str = USER,
    model: ChatModel | None = None,
) -> Iterator[str | Answer]:
    """Do the same, with the answer's text in pieces as they come and the whole Answer last."""
    language = asks_to_undo(text, history)
    if language:
        undone = undo(house, history, user=user, language=language)
        yield undone.text
        yield undone
        return
    del model  # the next slice asks it; until then the offline understanding answers everybody
    understood = _understood(house, text, history, user)
    errand = Errand(
        house=house,
        user=user,
        language=reply_language(understood.language),
        text=text,
        asked=understood.calls,
        history=history,
    )
    stranger = _stranger(understood.calls)
    if stranger:
        with house.change(user) as ctx:
            newcomer = _first_client(ctx, stranger)
        if newcomer:
            errand.said.append(welcome(newcomer, errand.language))
            yield errand.said[-1]
            understood = _understood(house, text, history, user)
            errand.asked = understood.calls
    for call in understood.calls:
        words = errand.carry_out(call)
        yield f"\n{words}" if len(errand.said) > 1 else words
    answer = errand.answer()
    if not errand.said:
        yield answer.text
    yield answer


def _understood(house: House, text: str, history: Sequence[Turn], user: str) -> Understood:
    with house.look(user) as ctx:
        books = Books(ctx)
        said = (*without_gone(ctx, history), Turn("user", text))
        return understand(said, books, books.customs(), ctx.today)


def _stranger(calls: Sequence[Call]) -> str:
    """Return the name of an unknown client, where nothing else is asked."""
    for call in calls:
        asked = call.args
        if isinstance(asked, Ask) and asked.missing == ("client",) and asked.stranger:
            return asked.stranger
    return ""


def _first_client(ctx: Context, name: str) -> str:
    """Return the name of the client that was added, or nothing.

    Books without any client leave nobody else who could be meant; in all others a name that they
    do not know is asked about.
    """
    if ctx.tx.page(Customer, limit=1):
        return ""
    home = Address(country=ctx.company.party.address.country)
    return save_customer(ctx, Customer(id="", party=Party(name=name, address=home))).name
