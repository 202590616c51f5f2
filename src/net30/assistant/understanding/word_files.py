"""Word files: the phrases that a file of words/ lists, compiled once, as Python compiles its own.

Reading all files takes longer than most commands run. So what a file lists is kept as bytecode in
__pycache__ beside it, which Python writes, checks against the file's time and size, and passes
over where it may not write.
"""

from __future__ import annotations

import re
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.resources import files
from itertools import product
from pathlib import Path
from types import CodeType
from typing import Any, cast

Phrases = tuple[tuple[str, str, str], ...]
"""(category, value, phrase) of every phrase, each with and without its parts in parentheses."""


def phrases_of(language: str) -> Phrases:
    """Return the phrases of a language's file."""
    path = Path(str(files("net30.assistant") / "words" / f"{language}.toml"))
    code = _Compiler(f"net30.assistant.words.{language}", str(path)).get_code(
        f"net30.assistant.words.{language}"
    )
    assert code is not None
    return cast("Phrases", code.co_consts[0])


def forms_of(phrase: str) -> list[str]:
    """Return the forms that a phrase is short for.

    Each part in parentheses may be left out, hour(s) is hour and hours; ~ stands for the endings
    of a French verb, annul~ is annule, annules, annuler, annulez and so on.
    """
    head, verb, rest = phrase.partition("~")
    if verb:
        return [form for ending in ENDINGS for form in forms_of(f"{head}{ending}{rest}")]
    if "(" not in phrase:
        return [phrase]
    pieces = re.split(r"\(([^)]*)\)", phrase)
    choices = [[piece] if at % 2 == 0 else ["", piece] for at, piece in enumerate(pieces)]
    return ["".join(chosen) for chosen in product(*choices)]


ENDINGS = ("e", "es", "er", "ez", "ons", "erais", "erait", "eras", "era", "eriez", "erez")
"""How a bookkeeper asks with a verb in -er: annule, tu l'annules, vous annulerez."""


class _Compiler(SourceFileLoader):
    """Python's own loader, for a file whose source is TOML."""

    # The two base classes do not agree on the arguments; get_code gives these two by place.
    def source_to_code(self, source: Any, path: Any, **_: Any) -> CodeType:  # type: ignore[override]
        """Return a code that does nothing and has one constant: the phrases."""
        tables = tomllib.loads(bytes(source).decode("utf-8"))
        phrases = tuple(
            (category, value, form)
            for category, table in tables.items()
            for value, listed in table.items()
            for phrase in listed
            for form in forms_of(phrase)
        )
        return compile("", path, "exec").replace(co_consts=(phrases,))
