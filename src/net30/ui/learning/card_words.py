"""Card words: what a model's card says of its limits, in the language of the screen.

A card is kept in English, with numbers in its sentences; a sentence that is not known here stays
in English.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from net30.language.amounts import write_number, write_percent
from net30.ui.words import Words, later

LIMITS = (
    later(
        "It learned from invented ledgers, not from anyone's payments: its figures mean nothing "
        "for you."
    ),
    later(
        "It knows no industry, country, currency or season; only how a customer has paid, what is "
        "open, terms, and usual amounts."
    ),
    later("It is for the time before you have a history: train your own with net30 train."),
    later("No history it was trained with was more than {days} days old at issue."),
    later("All delays over {days} days are one bin: how much later than that is not told."),
    later("It has learned from {customers} customers of one company; others may pay otherwise."),
    later(
        "Moved to the level of the last {fallen} of your own invoices that fell due: {late} were "
        "late, {told} had been told."
    ),
    later("Fewer than {least} invoices of your own have fallen due: it knows no level."),
)
MARK = re.compile(r"\\{(\w+)\\}")
NUMBER = r"[\d,.]+%?"


def limit_in(t: Words, limit: str) -> str:
    """Return a limit of a card in a language; numbers as that language writes them."""
    for text, pattern in _patterns().items():
        found = pattern.fullmatch(limit)
        if found:
            return t(text, **{name: _written(one, t) for name, one in found.groupdict().items()})
    return limit


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {text: re.compile(MARK.sub(_number, re.escape(text))) for text in LIMITS}


def _number(mark: re.Match[str]) -> str:
    return f"(?P<{mark[1]}>{NUMBER})"


def _written(number: str, t: Words) -> str:
    value = Decimal(number.rstrip("%").replace(",", ""))
    if number.endswith("%"):
        return write_percent(value, t.language)
    return write_number(value, t.language)
