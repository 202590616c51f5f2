"""Languages: which of the languages that errors are told in a client asks for."""

from __future__ import annotations

import re

from net30.language.error_words import LANGUAGES

ENGLISH = "en"
SPOKEN = (ENGLISH, *LANGUAGES)
"""The languages that have words for errors: French for every code, the others for most."""
_WANTED = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?"
)
WANTED_MAX = 20


def language_wanted(header: str) -> str:
    """Return the language of an Accept-Language header that errors can be told in, else English.

    >>> language_wanted("fr-SN, en;q=0.8")
    'fr'
    """
    wanted: list[tuple[float, str]] = []
    for part in header.split(",")[:WANTED_MAX]:
        found = _WANTED.fullmatch(part)
        if found:
            wanted.append((-float(found[2] or 1), found[1].lower()))
    ranked = sorted(wanted, key=lambda one: one[0])
    return next((name for weight, name in ranked if weight and name in SPOKEN), ENGLISH)
