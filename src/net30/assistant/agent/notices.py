"""Notices: what the user is told about the language model itself, and who gave an answer."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from net30.assistant.answer import OFFLINE

KEY_REFUSED = "the key was refused"


def key_refused(name: str, language: str) -> str:
    """Return the sentence that tells of a wrong key."""
    sentences = _sentences()["key_refused"]
    return sentences.get(language, sentences["en"]).format(name=name)


def fell_back(name: str, why: str, *, began: bool) -> str:
    """Return who gave an answer that a language model did not give, or only began.

    >>> fell_back("gpt-4o", "did not answer: connection refused", began=False)
    'offline (gpt-4o did not answer: connection refused)'
    """
    return f"{name}, then {OFFLINE} ({name} {why})" if began else f"{OFFLINE} ({name} {why})"


@cache
def _sentences() -> dict[str, dict[str, str]]:
    path = files("net30.assistant.agent") / "notices.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
