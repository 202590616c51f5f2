"""Languages: errors in the language that a client asks for, where it has words for them.

English is what the books say themselves; another language is one file here, a sentence for a code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from net30.kernel.errors import Net30Error
from net30.kernel.findings import Finding

ENGLISH = "en"
FILES = {"fr": "french.toml"}
_QUOTED = re.compile(r"'([^']{1,200})'|\"([^\"]{1,200})\"")
_WANTED = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?"
)
WANTED_MAX = 20


@dataclass(frozen=True, slots=True)
class Words:
    """An error in words; `whole` when all of it is in the language that was asked for."""

    title: str
    detail: str
    hint: str
    whole: bool


def language_wanted(header: str) -> str:
    """Return the language of an Accept-Language header that errors can be told in, else English.

    >>> language_wanted("fr-SN, en;q=0.8")
    'fr'
    """
    wanted: list[tuple[float, str]] = []
    for part in header.split(",")[:WANTED_MAX]:
        found = _WANTED.fullmatch(part)
        if found:
            wanted.append((-float(found[2] or 1), found[1].lower()))
    known = {ENGLISH, *FILES}
    ranked = sorted(wanted, key=lambda one: one[0])
    return next((name for weight, name in ranked if weight and name in known), ENGLISH)


def words_of(error: Net30Error, status: int, title: str, language: str) -> Words:
    """Return an error's title, detail and hint in a language, what it lacks in English."""
    if language not in FILES:
        return Words(title, error.message, error.hint, whole=True)
    table = _table(language)
    said = {"it": _it(error.message)}
    detail = _filled(table["detail"].get(error.code), said)
    hint = _filled(table["hint"].get(error.code), said) if error.hint else ""
    return Words(
        title=table["title"].get(str(status), title),
        detail=error.message if detail is None else detail,
        hint=error.hint if hint is None else hint,
        whole=detail is not None and hint is not None,
    )


def finding_in(finding: Finding, language: str) -> Finding:
    """Return a finding in a language, where it has words for it."""
    if language not in FILES:
        return finding
    said = {"it": finding.path.rpartition(".")[2]}
    told = _filled(_table(language)["finding"].get(finding.code), said)
    return Finding(finding.code, finding.path, told or finding.message, finding.severity)


def _it(message: str) -> str:
    """Return what a message has in quotes: the name, number or text it is about."""
    found = _QUOTED.search(message)
    return (found[1] or found[2]) if found else ""


def _filled(sentence: str | None, said: Mapping[str, str]) -> str | None:
    if sentence is None or ("{it}" in sentence and not said["it"]):
        return None
    return sentence.format_map(said)


@cache
def _table(language: str) -> dict[str, dict[str, str]]:
    path = files("net30.api.answers") / FILES[language]
    return tomllib.loads(path.read_text(encoding="utf-8"))
