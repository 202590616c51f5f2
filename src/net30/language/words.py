"""The words of documents in each language, from gettext catalogues read as they are (.po)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from net30.language.locales import locale_of


@dataclass(frozen=True, slots=True)
class Words:
    """A language's words, called with the English text and the values its {marks} stand for.

    >>> words("fr")("Page {page} of {pages}", page=1, pages=2)
    'Page 1 sur 2'
    """

    language: str
    catalogue: dict[str, str]

    def __call__(self, text: str, **values: object) -> str:
        """Return the text in this language; only a programmer can ask for an unknown one."""
        return self.catalogue[text].format(**values)


@cache
def words(language: str) -> Words:
    """Return a language's words; raise InputError for a language net30 does not write."""
    locale_of(language)
    return Words(language, catalogue(language))


def catalogue(language: str) -> dict[str, str]:
    """Return English text -> translation, as catalogues/LANGUAGE.po has them."""
    path = files("net30.language") / "catalogues" / f"{language}.po"
    with path.open("rb") as file:
        entries = read_po(file, locale=language)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id}
