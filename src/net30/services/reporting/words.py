"""Words of reports: a language's titles, columns, findings and notes, one file each."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.services.reporting.cells import cell_text
from net30.services.reporting.content import Figure, Unit

LANGUAGES = ("en", "fr")
OTHERWISE = "en"
_NUMBER = re.compile(r"\d+(?:-\d+)*")


@dataclass(frozen=True, slots=True)
class ReportWords:
    """A language's words, called with a key such as `findings.ageing` and what its marks mean."""

    language: str
    texts: dict[str, Any]  # Any: tables of texts

    def __call__(self, key: str, **values: Money | Figure | date | str | int) -> str:
        """Return a text; amounts, figures and days are written as the language writes them.

        A text that has another form for one says so under `KEY_one`; `count` decides.
        """
        group, _, name = key.partition(".")
        texts: dict[str, str] = self.texts[group]
        if values.get("count") == 1 and f"{name}_one" in texts:
            name = f"{name}_one"
        return texts[name].format(**{at: self._written(one) for at, one in values.items()})

    def columns(self, *names: str) -> tuple[str, ...]:
        """Return the names of columns."""
        return tuple(self(f"columns.{name}") for name in names)

    def reason(self, text: str) -> str:
        """Return why a figure is missing; a reason without a translation stays in English."""
        reasons: dict[str, str] = self.texts["reasons"]
        known = reasons.get(_NUMBER.sub("{}", text))
        return known.format(*_NUMBER.findall(text)) if known else text

    def _written(self, value: Money | Figure | date | str | int) -> str:
        cell = Figure(Decimal(value), Unit.COUNT) if isinstance(value, int) else value
        return cell_text(cell, self.language)


@cache
def report_words(language: str) -> ReportWords:
    """Return the words of a language; raise InputError for one that reports are not written in."""
    if language not in LANGUAGES:
        raise InputError(
            f"reports are not written in {language!r}",
            hint=f"use {' or '.join(LANGUAGES)}",
            code="language",
        )
    text = (files("net30.language") / "reports" / f"{language}.toml").read_text(encoding="utf-8")
    return ReportWords(language, tomllib.loads(text))
