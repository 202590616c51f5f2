"""Prose: which of a model's own sentences the user may read.

What the user reads of amounts comes from the reply's own words, which the domain computed. A
model's sentence is shown only when

- it names no money, rate or large number at all, not even a right one: the right ones stand in
  the computed words, and a right number beside a wrong label is a wrong figure;
- every other number, date and invoice number in it stands in the user's message or in what the
  tools of this run told.

The first sentence that does not fit ends the prose: what was shown stands, the rest is dropped,
and the computed words stand alone. Nothing of it is shown where something was drafted, asked,
refused or waits for a yes: those have their words already.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from net30.assistant.agent.figures import Figures, figures_of
from net30.assistant.understanding.directory import Customs

CHARACTERS_MAX = 2_000
"""A longer answer of a model is cut at the sentence before."""

_END = re.compile(r"(?<=[.!?…؟。])\s+|\n+")


def fits(sentence: str, sources: Figures, customs: Customs) -> bool:
    """Tell whether the user may read a sentence that a model wrote."""
    said = figures_of([sentence], customs)
    return not said.has_amount and said.within(sources)


@dataclass(slots=True)
class Prose:
    """A model's text as it comes, let through sentence by sentence.

    `is_dropped` tells that something was held back.
    """

    customs: Customs
    shown: list[str] = field(default_factory=list)
    is_dropped: bool = False
    _rest: str = ""

    def add(self, piece: str, sources: Figures) -> list[str]:
        """Take the next piece of text and return the sentences that may be shown now."""
        *whole, self._rest = _END.split(self._rest + piece)
        return [kept for sentence in whole if (kept := self._kept(sentence, sources))]

    def end(self, sources: Figures) -> list[str]:
        """Return the last sentence, if it may be shown; the next piece begins anew."""
        last, self._rest = self._rest, ""
        kept = self._kept(last, sources)
        return [kept] if kept else []

    def forget(self) -> None:
        """Drop what was not shown yet: the model went on to act."""
        self._rest = ""

    def _kept(self, sentence: str, sources: Figures) -> str:
        sentence = sentence.strip()
        if not sentence or self.is_dropped:
            return ""
        size = sum(map(len, self.shown)) + len(sentence)
        if size > CHARACTERS_MAX or not fits(sentence, sources, self.customs):
            self.is_dropped = True
            return ""
        self.shown.append(sentence)
        return sentence
