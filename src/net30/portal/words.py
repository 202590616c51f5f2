"""Words: what the pages say, one table a language (catalogues/LANGUAGE.toml).

What a language lacks is said in English. Of English and French nothing may be missing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from net30.language.locales import OWN_NAMES, direction

USUAL = "en"
CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; called with a name, it says what is meant."""

    language: str

    def __call__(self, name: str, /, **values: object) -> str:
        """Return the words of a name; its {marks} are filled in."""
        text = table(self.language).get(name) or table(USUAL)[name]
        for mark, value in values.items():
            text = text.replace("{" + mark + "}", str(value))
        return text

    def known(self, name: str) -> str | None:
        """Return the words of a name, None for one that the table does not have."""
        return table(self.language).get(name) or table(USUAL).get(name)

    @property
    def direction(self) -> str:
        """Return the direction that the language is written in: ltr or rtl."""
        return direction(self.language)


def words_for(chosen: str, accepted: str, usual: str = USUAL) -> Words:
    """Return the words for a visitor: the language chosen, else what the browser asks for.

    >>> words_for("", "sw;q=0.9, fr-SN, en;q=0.5").language
    'fr'
    """
    if chosen in OWN_NAMES:
        return Words(chosen)
    best, found = 0.0, usual
    for part in accepted[:CHARACTERS_MAX].split(","):
        tag, _, quality = part.strip().partition(";q=")
        language = tag.partition("-")[0].lower()
        weight = _weight(quality)
        if language in OWN_NAMES and weight > best:
            best, found = weight, language
    return Words(found)


@cache
def table(language: str) -> Mapping[str, str]:
    """Return what is said in a language, by name."""
    path = files("net30.portal") / "catalogues" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _weight(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0
