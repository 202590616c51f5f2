"""Drafts: the draft that a conversation speaks of is put right, or taken back, not doubled."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from net30.assistant.answer import Answer
from net30.assistant.arguments import Access, Result
from net30.assistant.books import Books
from net30.assistant.calls import Call, access_of, need_for
from net30.assistant.guard import OUTCOMES
from net30.assistant.house import House
from net30.assistant.intents.correcting import corrects
from net30.assistant.reply import reply_language, tell
from net30.assistant.turns import Turn
from net30.domain.customer import fold
from net30.domain.invoice import Invoice
from net30.kernel.errors import NotFound
from net30.services.context import Context, ReadContext
from net30.services.create_draft import delete_draft

CREATE, ISSUE = "create_invoice", "issue_invoice"
TURNS_BACK_MAX = 6
"""So many turns back a draft can still be meant, as for the words that correct it."""
UNDO_CHARACTERS_MAX = 80


def replace_corrected(ctx: Context, call: Call, text: str, history: Sequence[Turn]) -> str:
    """Throw away the draft that a new one corrects and return its id, or '' where there is none.

    It runs in the transaction that made the new one: there is always exactly one of the two.
    """
    at = _latest(history)
    if call.tool != CREATE or at is None:
        return ""
    earlier = _unissued(ctx, history[at].drafts[-1])
    books = Books(ctx)
    said = (*history, Turn("user", text))
    if earlier is None or not corrects(said, call, books, books.customs(), ctx.today):
        return ""
    delete_draft(ctx, earlier.id)
    return earlier.id


def asks_to_undo(text: str, history: Sequence[Turn]) -> str:
    """Return the language of a message that takes the last answer's draft back, else ''.

    'Undo that' always does, 'forget it' only right after the draft; neither when more is said.
    """
    if len(text) > UNDO_CHARACTERS_MAX:
        return ""
    tables = ("undo", "drop") if history and history[-1].drafts else ("undo",)
    found = [
        language
        for name in tables
        for language, said in _table(name).items()
        if _bare(text, language) in said
    ]
    spoken = _language_of(history)
    return spoken if spoken in found else "".join(found[:1])


def undo(house: House, history: Sequence[Turn], *, user: str, language: str = "") -> Answer:
    """Take back the draft that the last answer made; nothing that was issued is ever touched.

    Answers that only showed, asked or waited for a yes are passed over. Without a `language` it
    is the last answer's. Raises Forbidden for who may not draft.
    """
    tongue = reply_language(language or _language_of(history))
    made, done = _made_last(history)
    if made:
        need_for(CREATE, house.permissions)
    with house.change(user) as ctx:
        results = [result for draft in made if (result := _take_back(ctx, draft)) is not None]
    if not results:
        results = [Result("undo_drafts_only" if done else "nothing_to_undo")]
    text = "\n".join(tell(result, tongue) for result in results)
    return Answer(text=text, calls=(), language=tongue)


def without_gone(ctx: ReadContext, history: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the turns as if drafts that are there no more had never been made.

    So neither 'issue it' nor 'make it 45 hours' is taken to speak of what was undone.
    """
    return tuple(
        replace(turn, calls=tuple(call for call in turn.calls if call.tool != CREATE), reference="")
        if turn.drafts and not any(_found(ctx, draft) for draft in turn.drafts)
        else turn
        for turn in history
    )


def _language_of(history: Sequence[Turn]) -> str:
    return next((turn.language for turn in reversed(history) if turn.language), "")


def _take_back(ctx: Context, draft_id: str) -> Result | None:
    """Delete a draft; None when it is gone already."""
    draft = _found(ctx, draft_id)
    if draft is None:
        return None
    if draft.is_issued:
        return Result("undo_issued", {"number": draft.number})
    delete_draft(ctx, draft_id)
    return Result("draft_undone", {"client": draft.customer.name, "total": draft.totals.due})


def _made_last(history: Sequence[Turn]) -> tuple[tuple[str, ...], bool]:
    """Return the drafts of the last answer that did anything, and whether it did something else.

    Issuing a draft is looked through, to say that it is issued.
    """
    for turn in reversed(history):
        if turn.drafts:
            return turn.drafts, False
        if any(_changed_something(call) for call in turn.calls):
            return (), True
    return (), False


def _changed_something(call: Call) -> bool:
    return call.tool not in {*OUTCOMES, ISSUE} and access_of(call.tool) is not Access.READ


def _latest(history: Sequence[Turn]) -> int | None:
    """Return the place of the latest answer that made a draft, if it can still be meant."""
    places = range(len(history) - 1, max(-1, len(history) - 1 - TURNS_BACK_MAX), -1)
    return next((at for at in places if history[at].drafts), None)


def _unissued(ctx: ReadContext, draft_id: str) -> Invoice | None:
    draft = _found(ctx, draft_id)
    return None if draft is None or draft.is_issued else draft


def _found(ctx: ReadContext, draft_id: str) -> Invoice | None:
    try:
        return ctx.tx.load(Invoice, draft_id).value
    except NotFound:
        return None


def _bare(text: str, language: str) -> str:
    """Return the words of a message without the polite ones."""
    words = f" {fold(text)} "
    for polite in _table("polite").get(language, ()):
        words = words.replace(f" {polite} ", " ")
    return words.strip()


@cache
def _table(name: str) -> dict[str, tuple[str, ...]]:
    """Return a table of undo.toml: the phrases of every language, the longest first."""
    path = files("net30.assistant") / "undo.toml"
    listed = tomllib.loads(path.read_text(encoding="utf-8"))[name]
    return {
        language: tuple(sorted(map(fold, phrases), key=len, reverse=True))
        for language, phrases in listed.items()
    }
