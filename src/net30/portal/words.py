"""Words: what the pages say, in each language, as one table (words.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "fr")
CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; called with a name, it says what is meant."""

    language: str

    def __call__(self, name: str, /, **values: object) -> str:
        """Return the words of a name; its {marks} are filled in."""
        text = table()[name][self.language]
        for mark, value in values.items():
            text = text.replace("{" + mark + "}", str(value))
        return text

    def known(self, name: str) -> str | None:
        """Return the words of a name, None for one that the table does not have."""
        return table()[name][self.language] if name in table() else None


def words_for(chosen: str, accepted: str, usual: str = "en") -> Words:
    """Return the words for a visitor: the language chosen, else what the browser asks for.

    >>> words_for("", "de;q=0.9, fr-SN, en;q=0.5").language
    'fr'
    """
    if chosen in LANGUAGES:
        return Words(chosen)
    best, found = 0.0, usual
    for part in accepted[:CHARACTERS_MAX].split(","):
        tag, _, quality = part.strip().partition(";q=")
        language = tag.partition("-")[0].lower()
        weight = _weight(quality)
        if language in LANGUAGES and weight > best:
            best, found = weight, language
    return Words(found)


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """Return the whole table: every name with its words in each language."""
    text = files("net30.portal").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _weight(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0
