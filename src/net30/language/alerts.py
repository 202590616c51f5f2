"""Alerts in words: a line each, and the letter that tells of new ones; English and French."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from net30.domain.alert import Alert
from net30.language.amounts import write_number, write_percent
from net30.language.dates import write_date
from net30.language.letter import Letter

OTHERWISE = "en"
"""What is written where a language has no words for alerts."""

SHARE = "share"
"""The unit of a value that is written as a percentage."""


@dataclass(frozen=True, slots=True)
class AlertWithUnit:
    """An alert, and how its value is written: share, points or count."""

    alert: Alert
    unit: str


def alert_line(told: AlertWithUnit, language: str) -> str:
    """Return what an alert says; a rule of another package is told by its name."""
    alert, words = told.alert, _words(language)
    sentence = words["rule"].get(alert.rule, alert.rule + ": {value} ({limit}) {name} {currency}")
    line: str = sentence.format(
        value=_written(alert.value, told.unit, language),
        limit=_written(alert.limit, told.unit, language),
        name=alert.subject_name or alert.subject,
        currency=alert.currency,
    )
    return line


def alerts_letter(
    alerts: Sequence[AlertWithUnit], company: str, day: date, language: str
) -> Letter:
    """Return the letter that tells a company of alerts that were raised on a day."""
    words = _words(language)
    many = words["one"] if len(alerts) == 1 else words["many"]
    lines = "\n".join(f"- {alert_line(one, language)}" for one in alerts)
    opening = words["opening"].format(day=write_date(day, _known(language)))
    return Letter(
        subject=words["subject"].format(count=len(alerts), alerts=many, company=company),
        text=f"{opening}\n\n{lines}\n\n{words['closing']}\n",
    )


def list_title(alerts: Sequence[object], day: date, language: str, *, past: bool) -> str:
    """Return what stands over a list of alerts; over none, that there are none."""
    words = _words(language)
    said: Mapping[str, str] = words["list"]
    if not alerts:
        return said["none"].format(day=day)
    many = words["one"] if len(alerts) == 1 else words["many"]
    return said["past" if past else "open"].format(count=len(alerts), alerts=many, day=day)


def list_word(name: str, language: str, **said: int) -> str:
    """Return a word of the list of alerts: a column, a severity, or what a look came to."""
    word: str = _words(language)["list"][name]
    return word.format(**said)


def alert_languages() -> tuple[str, ...]:
    """Return the languages that have words for alerts."""
    return tuple(_all())


def _written(value: Decimal, unit: str, language: str) -> str:
    if unit == SHARE:
        return write_percent(value * 100, _known(language))
    return write_number(value.normalize() + 0, _known(language))


def _known(language: str) -> str:
    return language if language in _all() else OTHERWISE


def _words(language: str) -> dict[str, Any]:  # Any: texts, and a table of texts
    return _all()[_known(language)]


@cache
def _all() -> dict[str, dict[str, Any]]:
    path = files("net30.language") / "letters" / "alert.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
