"""Currencies: what words/currencies.toml tells of signs and names that need a second look."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

NO_CURRENCY = "XXX"
"""ISO 4217 for no currency: pesos of a client whose own money is no peso; it must be asked."""


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    path = files("net30.assistant") / "words" / "currencies.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def signs() -> dict[str, list[str]]:
    """Return what is written for each currency or family of currencies, in any language."""
    return _tables()["currency"]


@cache
def families() -> dict[str, frozenset[str]]:
    """Return the currencies that share a name: peso is ARS, CLP, COP ..."""
    return {name: frozenset(codes) for name, codes in _tables()["family"].items()}


@cache
def capitals() -> dict[str, str]:
    """Return the signs that mean money only in capitals after a number: 900 DA."""
    return {sign: code for code, found in _tables()["capitals"].items() for sign in found}


@cache
def only_after() -> frozenset[str]:
    """Return the words that mean money only after a number: 5 crowns."""
    return frozenset(_tables()["only_after"]["words"])


def settled(said: str, own: str) -> str:
    """Return the code that a name shared by several currencies means for a client.

    `own` is the client's currency; where it is none of the family, the answer is NO_CURRENCY.
    """
    family = families().get(said)
    if family is None:
        return said
    return own if own in family else NO_CURRENCY
