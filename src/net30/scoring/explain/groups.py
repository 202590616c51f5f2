"""Groups: which features make up one reason that people understand, by groups.json."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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


def group_names() -> tuple[str, ...]:
    """Return the names of all groups."""
    return tuple(group.name for group in groups())


def outside(names: Sequence[str], left_out: Collection[str]) -> tuple[str, ...]:
    """Return the features of no group that is left out, in their order.

    Raises InputError for a group that there is not.
    """
    known = groups()
    if unknown := sorted(set(left_out) - set(group_names())):
        raise InputError(
            f"there is no group of features {unknown[0][:60]!r}",
            hint=f"there are: {', '.join(group_names())}",
            code="feature_group",
        )
    return tuple(name for name in names if known[_group_of(name, known)].name not in left_out)


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
