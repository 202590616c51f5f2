"""Catalogue: the sentences and words of each language, one TOML file a language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from net30.language.locales import languages

ROOM = "net30.assistant.replies"
FIRST = "en"
"""Who asks in a language without replies is answered in this one."""

Table = dict[str, str]


@cache
def reply_languages() -> tuple[str, ...]:
    """Return the languages that net30 answers in: those with a file here and a locale."""
    found = {path.name.removesuffix(".toml") for path in files(ROOM).iterdir()}
    return tuple(language for language in languages() if language in found)


def reply_language(language: str) -> str:
    """Return the language to answer in: the asker's, or English where there are no words."""
    return language if language in reply_languages() else FIRST


def words(language: str, table: str) -> Table:
    """Return one table of a language's sentences: say, ask, confirm, refuse, fault ...

    English has no [tool]: there the tools' own descriptions say it.
    """
    found = _catalogue(language).get(table, {})
    return {name: text for name, text in found.items() if isinstance(text, str)}


def headers(language: str, code: str) -> tuple[str, ...]:
    """Return the headers of a result's table; none where it is told as a list."""
    found = _catalogue(language)["columns"].get(code, ())
    return tuple(found)


@cache
def _catalogue(language: str) -> dict[str, dict[str, str | list[str]]]:
    path = files(ROOM) / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
