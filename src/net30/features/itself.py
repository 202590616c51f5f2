"""The invoice itself: what stands on it, and how many were issued or fall due together with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, partial

import numpy as np

from net30.features.alike import terms_days, weekday
from net30.features.invoices import AMOUNT_MAX, Ints, Invoices
from net30.features.ratios import Features, Floats, known
from net30.features.timeline import DAYS, key_of

BATCH_MAX = 50


class Batches:
    """How many invoices a customer got on one day, and has due on one day."""

    def __init__(self, *known: Invoices) -> None:
        """Take all invoices that are known: those of the history and those asked about."""
        self._known = known

    def issued(self, asked: Invoices) -> Ints:
        """Return how many were issued on the day of each; an invoice counts itself."""
        day = key_of(asked.customer, asked.issued)
        return _between(self._by_issue, day, day)

    def due(self, asked: Invoices) -> Ints:
        """Return how many are due on the day of each, issued by its own day; it counts itself.

        Those that will yet be issued are not known when it is, however early its due day comes.
        """
        group = key_of(asked.customer, asked.due)
        return _between(self._by_due, group * DAYS, key_of(group, asked.issued))

    @cached_property
    def _by_issue(self) -> Ints:
        return np.sort(np.concatenate([key_of(one.customer, one.issued) for one in self._known]))

    @cached_property
    def _by_due(self) -> Ints:
        by_due = [(key_of(one.customer, one.due), one.issued) for one in self._known]
        return np.sort(np.concatenate([key_of(group, issued) for group, issued in by_due]))


@dataclass(frozen=True, slots=True)
class Itself:
    """The invoices asked about, the day of each, and all those they may have come with."""

    asked: Invoices
    day: Ints
    batches: Batches

    def word(self, name: str) -> Floats:
        """Return the codes of a column of words, NaN where it is not given."""
        codes = self.asked.words[name]
        return known(codes, codes >= 0)


STANDS_ON_IT: Features[Itself] = {
    ("terms_days",): lambda one: terms_days(one.asked),
    ("due_weekday",): lambda one: weekday(one.asked.due),
    ("issue_weekday",): lambda one: weekday(one.asked.issued),
    ("due_day_of_month",): lambda one: _day_of_month(one.asked.due),
    ("issue_day_of_month",): lambda one: _day_of_month(one.asked.issued),
    # How old the history is at issue.
    ("gap_days",): lambda one: one.asked.issued - one.day,
    ("amount",): lambda one: np.log2(np.minimum(np.maximum(one.asked.amount, 1), AMOUNT_MAX)),
}
CAME_WITH_IT: Features[Itself] = {
    ("batch_issued",): lambda one: one.batches.issued(one.asked),
    ("batch_due",): lambda one: one.batches.due(one.asked),
}


@cache
def features(words: tuple[str, ...]) -> Features[Itself]:
    """Return the features of an invoice with these columns of words."""
    by_word: Features[Itself] = {
        (f"word_{name}",): partial(Itself.word, name=name) for name in words
    }
    return {**STANDS_ON_IT, **by_word, **CAME_WITH_IT}


def _day_of_month(day: Ints) -> Ints:
    dates = day.astype("datetime64[D]")
    found: Ints = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    return found


def _between(keys: Ints, first: Ints, last: Ints) -> Ints:
    count = keys.searchsorted(last, "right") - keys.searchsorted(first, "left")
    found: Ints = np.minimum(count, BATCH_MAX)
    return found
