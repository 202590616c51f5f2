"""Borne out: whether a draft that a model proposes stands in the user's own words.

A draft needs no yes: it can be thrown away. That holds for the draft that the user asked for. What
a model read in a client's name, a note or an imported file must not become one, nor change one: a
call that the user's messages do not bear out waits for a yes like a payment does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from net30.assistant.agent.figures import Figures
from net30.assistant.agent.grounds import Grounds
from net30.assistant.calls import Call
from net30.assistant.roll.names import name_words
from net30.assistant.understanding.clean import clean
from net30.domain.customer import fold

CREATE = "create_invoice"
STEM_LETTERS = 5
"""Words are the same where they begin the same: consultation, consulting."""
SAID_SHARE_MIN = 0.5
"""So much of a description stands in the user's words; models reword them a little."""


Args = dict[str, Any]  # Any: JSON, as the tool's arguments give it


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the user said: the messages, their figures, and what the offline understanding read.

    `wants_draft` tells whether the last message asks for a draft at all.
    """

    texts: Sequence[str]
    figures: Figures
    grounds: Grounds
    read: Sequence[Call]
    wants_draft: bool
    today: date


def is_borne_out(call: Call, words: Words) -> bool:
    """Tell whether the user's own words ask for a call, with this client, money, dates and text."""
    if call in words.read:
        return True
    if call.tool != CREATE or not words.wants_draft or words.grounds.objection(call):
        return False
    args = call.args.as_json()
    read = [one.args.as_json() for one in words.read if one.tool == CREATE]
    return (
        _client_said(args, read, words)
        and _dates_said(args, read, words)
        and all(_described(str(line["description"]), words.texts) for line in args["lines"])  # type: ignore[attr-defined] # a list of lines, by the tool's own model
        and _all_said(str(args.get("notes", "")), words.texts)
    )


def _client_said(args: Args, read: Sequence[Args], words: Words) -> bool:
    name = str(args["client"])
    if any(fold(name) == fold(str(one["client"])) for one in read):
        return True
    said = {word for text in words.texts for word in name_words(text)}
    own = name_words(name)
    return bool(own) and set(own) <= said


def _dates_said(args: Args, read: Sequence[Args], words: Words) -> bool:
    asked = (args.get("issue_date"), _due(args, words.today))
    if asked == (None, None):
        return True
    if any(_covers((one.get("issue_date"), _due(one, words.today)), asked) for one in read):
        return True
    days = [date.fromisoformat(str(one)).day for one in asked if one]
    terms = args.get("terms_days")
    said = words.figures.numbers
    return terms in said if terms is not None else all(day in said for day in days)


def _covers(read: tuple[object, object], asked: tuple[object, object]) -> bool:
    return all(one is None or one == other for one, other in zip(asked, read, strict=True))


def _due(args: Args, today: date) -> str | None:
    if args.get("due_date"):
        return str(args["due_date"])
    if args.get("terms_days") is None:
        return None
    begun = date.fromisoformat(str(args.get("issue_date") or today))
    return str(begun + timedelta(days=int(args["terms_days"])))


def _described(description: str, texts: Sequence[str]) -> bool:
    """Tell whether a description is the user's: half of its words, and all its exact parts."""
    words, exact = _parts(description)
    said, said_exact = _parts(" ".join(texts))
    if not exact <= said_exact:
        return False
    return not words or len(words & said) >= SAID_SHARE_MIN * len(words)


def _all_said(text: str, texts: Sequence[str]) -> bool:
    """Tell whether a note holds nothing but words of the user."""
    words, exact = _parts(text)
    said, said_exact = _parts(" ".join(texts))
    return words <= said and exact <= said_exact


def _parts(text: str) -> tuple[set[str], set[str]]:
    """Return the stems of a text, and the parts of it that admit no other wording."""
    stems: set[str] = set()
    exact: set[str] = set()
    for word in clean(text).split():
        if any(letter.isdigit() or letter in "@/\\" for letter in word):
            exact.add(fold(word))
        else:
            stems |= {part[:STEM_LETTERS] for part in fold(word).split()}
    return stems, exact
