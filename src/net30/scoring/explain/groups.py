"""Groups: which features make up one reason that people understand, by groups.json."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from net30.kernel.errors import InputError


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason's name, and patterns of the features that belong to it."""

    name: str
    features: tuple[str, ...]


@cache
def groups() -> tuple[Group, ...]:
    """Return the groups, the first that a feature fits to has it."""
    content = (files("net30.scoring.explain") / "groups.json").read_bytes()
    return msgspec.json.decode(content, type=tuple[Group, ...])


@lru_cache(maxsize=64)
def membership(names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return which features belong to which group: a row a group, a column a feature."""
    places = np.array([_group_of(name, groups()) for name in names])
    found: NDArray[np.bool_] = places[None, :] == np.arange(len(groups()))[:, None]
    return found


def _group_of(name: str, known: Sequence[Group]) -> int:
    for place, group in enumerate(known):
        if any(fnmatchcase(name, pattern) for pattern in group.features):
            return place
    raise InputError(
        f"the model's feature {name!r} belongs to no reason",
        hint="train the model anew with this version",
        code="feature_unknown",
    )
