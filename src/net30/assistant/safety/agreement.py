"""Agreement: whether a message is a yes to what was shown, judged by words and by no model.

Every word of it must be known: a yes of any language, a word that may stand beside one
(words/agreement.toml), or something that repeats what was shown. So a no, a wait, a question,
another request, or a yes with another amount or number agrees to nothing. An order given again,
when it is exactly the one that waits ("send it"), agrees as a yes does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from unicodedata import category

from net30.assistant.calls import Call
from net30.assistant.understanding.chart import Chart, read
from net30.assistant.understanding.clean import clean
from net30.assistant.understanding.directory import Customs, Directory, KnownInvoice
from net30.assistant.understanding.lexicon import Node, lexicon
from net30.assistant.understanding.money import read_amount
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.tokens import tokenise

TOKENS_MAX = 16
"""A longer message says more than yes."""
WORDS_A_PHRASE_MAX = 6
AMOUNT_TOOLS = frozenset({"record_payment", "create_credit_note"})
"""Tools with an amount: a bare number beside the yes must be it, and never means an invoice."""

_STOPS = frozenset({",", ".", "!", ";", ":", "…", "\n", "-", "'", ")", "("})
_NODS = frozenset({"👍", "👌", "✅", "✔"})
_UNWRITTEN = frozenset({"Cc", "Cn", "Co", "Cs"})
"""What nobody types: control characters but line ends, and places where no letter is."""
_SKIN = frozenset("\ufe0f🏻🏼🏽🏾🏿")
"""Variants of a sign that mean the same."""

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What the user was asked: the calls that wait, and the invoices they are about."""

    calls: tuple[Call, ...]
    invoices: tuple[KnownInvoice, ...]

    def has_amount(self, value: object, currency: str) -> bool:
        """Tell whether an amount was shown."""
        given = [call.args.as_json().get("amount") for call in self.calls]
        for invoice in self.invoices:
            shown = {invoice.total, invoice.balance}
            if value in shown and currency in {"", invoice.currency}:
                return True
        return any(str(value) == str(one) for one in given if one is not None) and (
            not currency or currency in {invoice.currency for invoice in self.invoices}
        )

    def has_number(self, digits: str) -> bool:
        """Tell whether a number is one of the invoices', whole or without its beginning."""
        if not self.invoices or {call.tool for call in self.calls} & AMOUNT_TOOLS:
            return False
        ends = (one.reference.rpartition("-")[2].lstrip("0") for one in self.invoices)
        return digits.lstrip("0") in set(ends)


def agrees(message: str, waiting: Sequence[Call], directory: Directory, customs: Customs) -> bool:
    """Tell whether a message says yes to exactly the calls that wait, and nothing else."""
    if any(category(sign) in _UNWRITTEN and not sign.isspace() for sign in message):
        return False
    chart = read(message)
    if not waiting or not chart.tokens or len(chart.tokens) > TOKENS_MAX:
        return False
    numbers = [str(call.args.as_json().get("number", "")) for call in waiting]
    invoices = tuple(one for number in numbers if (one := directory.invoice(number)))
    return _is_yes(chart, Question(tuple(waiting), invoices), customs)


def _is_yes(chart: Chart, question: Question, customs: Customs) -> bool:
    keys = tuple(token.key for token in chart.tokens)
    said_yes = False
    place = 0
    while place < len(keys):
        if _longest(keys, place, _cues("no")):
            return False
        yes = _longest(keys, place, _cues("yes"))
        said_yes = said_yes or bool(yes) or keys[place] in _NODS or _orders(keys, place, question)
        step = yes or _beside(chart, keys, place, question, customs)
        if not step:
            return False
        place += step
    return said_yes


def _orders(keys: Phrase, place: int, question: Question) -> bool:
    """Tell whether the verb of the one call that waits is said again: send it."""
    if len(question.calls) != 1:
        return False
    verbs = _companions(question.calls[0].tool) & _companions("order")
    return _longest(keys, place, verbs) > 0


def _beside(chart: Chart, keys: Phrase, place: int, question: Question, customs: Customs) -> int:
    """Return how many tokens from a place on change nothing; 0 where one does."""
    if keys[place] in _STOPS or keys[place] in _NODS or keys[place] in _SKIN:
        return 1
    words = _longest(keys, place, _companions("beside"))
    verbs = max(_longest(keys, place, _companions(call.tool)) for call in question.calls)
    names = max((_longest(keys, place, _names(one)) for one in question.invoices), default=0)
    return max(words, verbs, names) or _figure(chart, place, question, customs)


def _figure(chart: Chart, place: int, question: Question, customs: Customs) -> int:
    """Return the tokens of an amount that was shown, else 0."""
    amount = read_amount(chart, place, customs)
    if amount:
        return amount.end - place if question.has_amount(amount.value, amount.currency) else 0
    number = read_number(chart, place)
    if number and (question.has_amount(number.value, "") or question.has_number(chart.key(place))):
        return number.end - place
    return 0


def _names(invoice: KnownInvoice) -> frozenset[Phrase]:
    """Return what an invoice is called: its number, its client."""
    return frozenset(_keys(text) for text in (invoice.reference, invoice.client) if _keys(text))


def _longest(keys: Phrase, place: int, phrases: frozenset[Phrase]) -> int:
    """Return the length of the longest phrase that starts at a place, or 0."""
    for size in range(min(WORDS_A_PHRASE_MAX, len(keys) - place), 0, -1):
        if keys[place : place + size] in phrases:
            return size
    return 0


@cache
def _cues(value: str) -> frozenset[Phrase]:
    """Return the phrases for yes, or for no, of all languages together."""
    return frozenset(_planted(lexicon().root, value, ()))


def _planted(node: Node, value: str, path: Phrase) -> Iterator[Phrase]:
    if any(one.category == "cue" and one.value == value for one in node.meanings):
        yield path
    for key, following in node.steps.items():
        yield from _planted(following, value, (*path, key))


@cache
def _companions(sort: str) -> frozenset[Phrase]:
    """Return the phrases that may stand beside a yes, of all languages together."""
    path = files("net30.assistant") / "words" / "agreement.toml"
    listed = tomllib.loads(path.read_text(encoding="utf-8")).get(sort, {})
    return frozenset(_keys(phrase) for phrases in listed.values() for phrase in phrases)


def _keys(phrase: str) -> Phrase:
    # An elided word (l') is only read as one where another follows.
    elided = phrase.endswith("'")
    tokens = tokenise(clean(phrase + "a" if elided else phrase))
    return tuple(token.key for token in tokens)[: -1 if elided else None]
