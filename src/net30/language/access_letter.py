"""Access letters: what goes with a one-time link to a member."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from net30.language.letter import Letter


def access_letter(purpose: str, seller: str, link: str, language: str) -> Letter:
    """Return the letter with a link that is for an `invitation` or a new `password`.

    In English where the language has none. A company's name stands on one line, whatever it holds.
    """
    texts = _letters()[purpose]
    words = texts.get(language, texts["en"])
    values = {"seller": " ".join(seller.split()), "link": link}
    return Letter(
        subject=words["subject"].format(**values), text=words["text"].format(**values).lstrip("\n")
    )


@cache
def _letters() -> dict[str, dict[str, dict[str, str]]]:
    path = files("net30.language") / "letters" / "access.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
