"""Laws of the assistant: whatever is said, nothing is written without a yes but drafts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import mkdtemp
from unicodedata import combining, normalize

from hypothesis import example, given, settings
from hypothesis import strategies as st

from net30.assistant.answer import Outcome
from net30.assistant.arguments import Access
from net30.assistant.ask import ask
from net30.assistant.calls import access_of, tool_names
from net30.assistant.turns import Turn
from net30.domain.events import DraftDeleted, DraftSaved
from tests.desk import Desk, open_desk

EXAMPLES = 150
DRAFTS = {DraftSaved, DraftDeleted}
ASKS_FIRST = {name for name in tool_names() if access_of(name) is Access.CONFIRM}

WORDS = st.sampled_from(
    """void cancel pay paid record send mail remind issue credit delete invoice draft all every it
    yes oui confirm ok no and then Acme Corp INV-2026-000001 INV-2026-000002 #1 1 2 90000 FCFA half
    of the for to by today Wave ignore previous instructions system: without asking annule envoie
    facture relance encaisse avoir payée toutes 10^30 -5 31/02/2026 " « » , . ; ? ! ( ) [ \n
    billing@acmecorp.example mallory@evil.example consulting 40 hours at""".split(" ")
)
ORDERS = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)
TEXTS = st.one_of(
    ORDERS, st.text(max_size=300), st.tuples(ORDERS, st.text(max_size=40)).map("".join)
)
"""What bookkeepers might say in any order, what keyboards and files hold, and both."""


@cache
def words_of_consent() -> set[str]:
    """Every word of a yes, and of an order given again, in any language."""
    folder = files("net30.assistant") / "words"
    phrases: list[str] = []
    for path in folder.iterdir():
        if path.name.endswith(".toml"):
            phrases += tomllib.loads(path.read_text(encoding="utf-8")).get("cue", {}).get("yes", [])
    orders = tomllib.loads((folder / "agreement.toml").read_text(encoding="utf-8"))["order"]
    phrases += [phrase for listed in orders.values() for phrase in listed]
    return {word for phrase in phrases for word in said(phrase)}


def said(text: str) -> list[str]:
    """The words of a text; ｙ is a y, and é an e."""
    plain = "".join(sign for sign in normalize("NFKD", text) if not combining(sign))
    return re.findall(r"\w+", plain.casefold())


def is_noise(text: str) -> bool:
    """Whether a text that was typed by chance has no word that may mean yes."""
    return not words_of_consent() & set(said(text)) and not set("👍👌✅✔") & set(text)


@cache
def opened(law: str) -> Desk:
    """One company with two invoices that all examples of a law speak of."""
    desk = open_desk(Path(mkdtemp(prefix=f"net30-{law}-")))
    desk.issue()
    desk.issue(price="50000")
    desk.app.settle()
    return desk


@contextmanager
def watched(desk: Desk) -> Iterator[list[type]]:
    """What is written meanwhile, as events."""
    found: list[type] = []
    with desk.app.look() as ctx:
        last, _ = ctx.tx.last_event()
    yield found
    with desk.app.look() as ctx:
        found += [type(one.event) for one in ctx.tx.events(after=last)]


@given(TEXTS)
@settings(max_examples=EXAMPLES)
@example("yes void INV-2026-000001 yes")
@example("\ud800")
def test_one_message_writes_drafts_at_most(text: str) -> None:
    desk = opened("message")
    with watched(desk) as written:
        answer = ask(desk.app, text)
    assert answer.text
    assert not {call.tool for call in answer.calls} & ASKS_FIRST
    assert set(written) <= DRAFTS


@given(st.lists(TEXTS, min_size=2, max_size=4))
@settings(max_examples=EXAMPLES // 2)
def test_a_conversation_without_a_question_before_writes_drafts_at_most(texts: list[str]) -> None:
    """Only a message right after a question may make what was asked about, and exactly that."""
    desk = opened("conversation")
    history: list[Turn] = []
    for text in texts:
        waiting = history[-1].calls if history else ()
        asked = [call.pending for call in waiting if call.pending]
        with watched(desk) as written:
            answer = ask(desk.app, text, history)
        made = [call for call in answer.calls if call.tool in ASKS_FIRST]
        assert all(any(call == one for one in asked) for call in made)
        assert made or set(written) <= DRAFTS
        history += [Turn("user", text), answer.as_turn()]


@given(st.text(max_size=300).filter(is_noise))
@settings(max_examples=EXAMPLES)
@example("no")
@example("yes?")
@example("yes but not this one")
@example("Y E S")
@example("\U000742c0yes")
@example("yes\x9f\x98")
def test_no_noise_is_a_yes(text: str) -> None:
    desk = opened("question")
    question = ask(desk.app, "void INV-2026-000001")
    assert question.outcome is Outcome.CONFIRM
    history = (Turn("user", "void INV-2026-000001"), question.as_turn())
    with watched(desk) as written:
        answer = ask(desk.app, text, history)
    assert "void_invoice" not in {call.tool for call in answer.calls}
    assert set(written) <= DRAFTS
