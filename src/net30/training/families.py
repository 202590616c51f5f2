"""Families: the kinds of models there are: every file of this room that has setups to try."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import cast

from net30.kernel.errors import InputError
from net30.kernel.plugins import load, names_in
from net30.training.family import Family

ROOM = "net30.training"
EXTRAS = {"lstm": "deep"}
"""The extra that brings what a family needs; ml where nothing is said."""


@cache
def family_names() -> tuple[str, ...]:
    """Return the names of all families, without importing any."""
    return tuple(name for name in names_in(ROOM) if _has_setups(name))


def load_family(name: str) -> Family:
    """Return a family by its name.

    Raises InputError with the names there are, ConfigurationError when its package is missing.
    """
    if name not in family_names():
        raise InputError(
            f"there is no family {name!r}",
            hint=f"there are: {', '.join(family_names())}",
            code="family",
        )
    # A file with setups is a family: its own tests see to the rest.
    return cast("Family", load(ROOM, name, extra=EXTRAS.get(name, "ml")))


def _has_setups(name: str) -> bool:
    source = files(ROOM) / f"{name}.py"
    return source.is_file() and "\nSETUPS:" in source.read_text(encoding="utf-8")
