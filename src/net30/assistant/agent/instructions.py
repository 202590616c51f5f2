"""Instructions: what a language model is told, with the company's own conventions filled in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from net30.assistant.understanding.directory import Customs
from net30.kernel.decimals import plain

CHARACTERS_MAX = 4_000
"""A model reads the instructions with every request, and somebody pays for each reading."""

_ORDERS = {"DMY": "day first, 31/12/2026", "MDY": "month first, 12/31/2026"}
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


@dataclass(frozen=True, slots=True)
class Instructions:
    """The text with its version, as the file beside this one holds them."""

    version: str
    text: str

    def filled(self, customs: Customs, today: date) -> str:
        """Return the text for one company on one day; nothing of the books is in it."""
        return self.text.format(
            today=today.isoformat(),
            weekday=_WEEKDAYS[today.weekday()],
            currency=customs.currency,
            fcfa=customs.fcfa,
            dollar=customs.dollar,
            date_order=_ORDERS[customs.date_order],
            tax_rate=plain(customs.tax_rate),
        ).strip()


@cache
def instructions() -> Instructions:
    """Return the instructions of this version of net30."""
    path = files("net30.assistant.agent") / "instructions.toml"
    kept = tomllib.loads(path.read_text(encoding="utf-8"))
    return Instructions(kept["version"], kept["text"])
