"""Naming: what invented customers are called; no two of a ledger share a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from net30.ledger.invented.law import Words

_STEP = 17
"""Prime to the number of first words, so that those of neighbours lie apart."""


def names(words: Words, trades_and_countries: Iterable[tuple[str, str]]) -> list[str]:
    """Return a name for each customer, given as its industry and country."""
    met: Counter[tuple[str, str]] = Counter()
    found = []
    for industry, country in trades_and_countries:
        found.append(_name(words, industry, country, met[industry, country]))
        met[industry, country] += 1
    return found


def _name(words: Words, industry: str, country: str, place: int) -> str:
    left, at = divmod(place, len(words.first))
    first = words.first[at * _STEP % len(words.first)]
    parts = []
    # Turned by the first word's place: still each combination once, and neighbours differ in all.
    for turn, options in enumerate(
        (words.trades[industry], words.towns[country], words.legal_forms), start=1
    ):
        left, here = divmod(left, len(options))
        parts.append(options[(here + at // turn) % len(options)])
    trade, town, form = parts
    number = f" {left + 1}" if left else ""
    return f"{first} {trade} {town}{number} {form}"
