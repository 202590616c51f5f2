"""Series: whether a message wants an invoice that comes again by itself.

The assistant makes one draft of it, and says where a schedule is made.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from net30.domain.customer import fold


def asks_for_a_series(text: str) -> bool:
    """Tell whether the words of any language say that: every month, chaque mois."""
    said = f" {fold(text)} "
    return any(f" {phrase} " in said for phrase in _phrases())


@cache
def _phrases() -> frozenset[str]:
    path = files("net30.assistant") / "series.toml"
    listed = tomllib.loads(path.read_text(encoding="utf-8"))["series"]
    return frozenset(fold(phrase) for phrases in listed.values() for phrase in phrases)
