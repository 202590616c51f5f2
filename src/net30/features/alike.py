"""Alike: how the customer paid earlier invoices that are like this one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from net30.features.invoices import AMOUNT_MAX, Flags, Ints, Invoices
from net30.features.ratios import Features, share
from net30.features.settled import COUNT_MAX
from net30.features.timeline import Past, Timeline

KINDS = 4_096
"""Room for kinds of a customer's invoices in a group's number."""
TERMS_MAX = 400
HALF_DOUBLING = 0.5**0.5

BASIC = ("same_weekday", "same_size", "same_terms")
WORD = "same_word_"
"""A further way of being alike: WORD and the name of a column of words."""


class Alike:
    """Settled invoices by customer and one way of being alike."""

    def __init__(self, name: str, settled: Invoices, day: Ints, delay: Ints) -> None:
        """Keep what is settled, its days and delays, by weekday, size, terms or a word."""
        self.name = name
        values: dict[str, Ints | Flags] = {"delay": delay, "late": delay > 0}
        self._line = Timeline(_group(settled, name), day, values)

    def before(self, asked: Invoices, day: Ints) -> Past:
        """Return what was settled of those alike before each day."""
        return self._line.before(_group(asked, self.name), day)


@cache
def features(way: str) -> Features[Past]:
    """Return the features of one way of being alike."""
    return {
        (f"{way}_count",): lambda past: np.minimum(past.count, COUNT_MAX),
        (f"{way}_delay_mean",): lambda past: share(past.total("delay"), past.count),
        (f"{way}_late_share",): lambda past: share(past.total("late"), past.count),
    }


def ways(words: Sequence[str]) -> tuple[str, ...]:
    """Return every way of being alike that these columns of words allow."""
    return (*BASIC, *(f"{WORD}{word}" for word in words))


def weekday(day: Ints) -> Ints:
    """Return Monday 0 to Sunday 6; 1970-01-01 was a Thursday."""
    found: Ints = (day + 3) % 7
    return found


def size_class(amount: Ints) -> Ints:
    """Return the class of an amount: two classes for each doubling."""
    # Not by a logarithm: two machines may round it to two sides of a border.
    part, doublings = np.frexp(np.minimum(np.maximum(amount, 1), AMOUNT_MAX))
    found: Ints = 2 * (doublings.astype(np.int64) - 1) + (part >= HALF_DOUBLING)
    return found


def terms_days(invoices: Invoices) -> Ints:
    """Return the days from issue to due, from 0 to 400."""
    found: Ints = np.minimum(np.maximum(invoices.due - invoices.issued, 0), TERMS_MAX)
    return found


def _group(invoices: Invoices, name: str) -> Ints:
    found: Ints = invoices.customer * KINDS + _kind(invoices, name)
    return found


def _kind(invoices: Invoices, name: str) -> Ints:
    if name == "same_weekday":
        return weekday(invoices.due)
    if name == "same_size":
        return size_class(invoices.amount)
    if name == "same_terms":
        return terms_days(invoices)
    return np.minimum(np.maximum(invoices.words[name.removeprefix(WORD)] + 1, 0), KINDS - 1)
