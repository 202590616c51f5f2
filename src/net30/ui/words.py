"""Words of the screens, from gettext catalogues; the English text is the key.

What a catalogue lacks is shown in English. Of English and French nothing may be missing: a test
reads the sources and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "fr": "Français"}
"""The languages the screens are complete in, by their own names."""
USUAL = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """A language's words, called with the English text and the values its {marks} stand for."""

    language: str

    def __call__(self, text: str, /, **values: object) -> str:
        """Return a text in this language."""
        found = catalogue(self.language).get(text) or text
        return found.format(**values) if values else found

    def count(self, number: int, one: str, many: str, /, **values: object) -> str:
        """Return the text for so many: French says one for 0 too, English does not."""
        single = number == 1 or (number == 0 and self.language == "fr")
        return self(one if single else many, n=number, **values)


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return English text -> translation; empty for English itself."""
    path = files("net30.ui") / "catalogues" / f"{language}.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file, locale=language) if one.id}


def language_of(wanted: str) -> str:
    """Return the language of a locale such as fr-FR, the usual one where the screens lack it."""
    code = wanted.replace("_", "-").partition("-")[0].lower()
    return code if code in LANGUAGES else USUAL
