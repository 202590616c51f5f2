"""Ask: one message in plain words, one answer; amounts are worked out by the domain only."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from net30.assistant.answer import Answer
from net30.assistant.books import Books
from net30.assistant.calls import Ask, Call, Refuse
from net30.assistant.chat_model import ChatModel
from net30.assistant.drafts import asks_to_undo, undo, without_gone
from net30.assistant.errand import Errand
from net30.assistant.guard import pending
from net30.assistant.house import House
from net30.assistant.intents.understand import Understood, understand
from net30.assistant.pieces import carried_out, told
from net30.assistant.reply import reply_language, welcome
from net30.assistant.turns import Turn
from net30.domain.customer import Customer
from net30.domain.identity.roles import Permission
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
) -> Generator[str | Answer, None, None]:
    """Do the same, with the answer's text in pieces as they come and the whole Answer last.

    A KeyboardInterrupt, raised in it or thrown into it, stops the answer: the call under way is
    undone, those before it stand, and the Answer that comes then tells them.
    """
    language = asks_to_undo(text, history)
    if language:
        undone = undo(house, history, user=user, language=language)
        yield undone.text
        yield undone
        return
    understood = _understood(house, text, history, user)
    errand = Errand(
        house=house,
        user=user,
        language=reply_language(understood.language),
        text=text,
        asked=understood.calls,
        history=history,
    )
    try:
        yield from _answered(errand, understood, model)
    except KeyboardInterrupt:  # whoever asked has heard enough
        yield errand.stopped()


def _answered(
    errand: Errand, understood: Understood, model: ChatModel | None
) -> Iterator[str | Answer]:
    stranger = _stranger(understood.calls)
    if stranger and Permission.CUSTOMERS_WRITE in errand.house.permissions:
        with errand.house.change(errand.user) as ctx:
            newcomer = _first_client(ctx, stranger)
        if newcomer:
            yield told(errand, welcome(newcomer, errand.language))
            understood = _understood(errand.house, errand.text, errand.history, errand.user)
            errand.asked = understood.calls
    if model and not is_settled(understood.calls, errand.history):
        yield from model.engine.pieces(errand, understood.calls)
        return
    yield from carried_out(errand, understood.calls)
    answer = errand.answer()
    if not errand.said:
        yield answer.text
    yield answer


def is_settled(calls: Sequence[Call], history: Sequence[Turn]) -> bool:
    """Tell whether no language model is asked: a yes or no to what waits, or a plain refusal.

    Neither is left to a model that could be talked out of it.
    """
    waiting = pending(history)
    if waiting and (not calls or any(call in waiting for call in calls)):
        return True
    return any(isinstance(call.args, Refuse) and call.args.reason != "outside" for call in calls)


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
