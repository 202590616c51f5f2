"""Words of the screens, from gettext catalogues; the English text is the key.

What a catalogue lacks is shown in English. Of English and French nothing may be missing, of the
others little: a test reads the sources and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.messages.pofile import read_po

from net30.language.locales import OWN_NAMES, direction, locale_of

USUAL = "en"
LANGUAGE_COOKIE = "net30_language"
"""Where the portal keeps which language was chosen."""


@dataclass(frozen=True, slots=True)
class Words:
    """A language's words, called with the English text and the values its {marks} stand for."""

    language: str

    def __call__(self, text: str, /, **values: object) -> str:
        """Return a text in this language."""
        found = catalogue(self.language).get(text) or text
        return found.format(**values) if values else found

    def count(self, number: int, one: str, many: str, /, **values: object) -> str:
        """Return the text for so many; a language with more forms than two has them as contexts.

        French says one for 0 too, English does not; Arabic has forms of its own for two, for few
        (3 to 10) and for many.
        """
        form = _form_of(number, self.language)
        own = forms(self.language).get((many, form))
        if own:
            return own.format(n=number, **values)
        return self(one if form == "one" else many, n=number, **values)

    @property
    def direction(self) -> str:
        """Return the direction that the language is written in: ltr or rtl."""
        return direction(self.language)


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return English text -> translation; empty for English itself."""
    return {text: said for (text, form), said in _entries(language).items() if not form}


@cache
def forms(language: str) -> dict[tuple[str, str], str]:
    """Return (English text for many, form) -> translation: zero, two, few, many."""
    return {key: said for key, said in _entries(language).items() if key[1]}


@cache
def _entries(language: str) -> dict[tuple[str, str], str]:
    path = files("net30.ui") / "catalogues" / f"{language}.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        found = [one for one in read_po(file, locale=language) if one.id]
    return {(str(one.id), one.context or ""): str(one.string) for one in found}


def _form_of(number: int, language: str) -> str:
    return str(Locale.parse(locale_of(language)).plural_form(number))


def later(text: str) -> str:
    """Return a text as it is: its translation is asked for where it is shown.

    For texts in tables; that they are in the catalogues is tested by this name.
    """
    return text


def language_of(wanted: str) -> str:
    """Return the language of a locale such as fr-FR, the usual one where the screens lack it."""
    code = wanted.replace("_", "-").partition("-")[0].lower()
    return code if code in OWN_NAMES else USUAL
