"""Definitions: what each figure means, as people read it, in each language of the screens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from net30.kernel.errors import NotFound

LANGUAGES = ("en", "fr", "es", "pt", "de", "ar")


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure's formula in a sentence, by language, and its unit."""

    key: str
    unit: str
    sentences: Mapping[str, str]

    def sentence(self, language: str) -> str:
        """Return the formula in a language; in English where it is not told in that one."""
        return self.sentences.get(language, self.sentences["en"])


@cache
def definitions() -> Mapping[str, Definition]:
    """Return the definitions of all figures in the order they are shown in."""
    table = json.loads((files("net30.insights") / "definitions.json").read_text(encoding="utf-8"))
    return {
        key: Definition(key, row["unit"], {language: row[language] for language in LANGUAGES})
        for key, row in table.items()
    }


def definition_of(key: str) -> Definition:
    """Return a figure's definition; `roll_rate.d1_30` is a part of `roll_rate`.

    Raises NotFound for what is no figure.
    """
    found = definitions().get(key.split(".", maxsplit=1)[0])
    if found is None:
        raise NotFound(
            f"there is no figure {key!r}",
            hint=f"ask for one of {', '.join(definitions())}",
            code="figure",
        )
    return found
