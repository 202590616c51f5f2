"""Plugins: a room's files are its plugins; one is loaded only when it is asked for."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from types import ModuleType

from net30.kernel.errors import ConfigurationError


@cache
def names_in(room: str) -> tuple[str, ...]:
    """Return the names of a room's plugins, sorted, without importing any of them.

    `room` is a dotted package name such as "net30.documents". Its own files count, and the
    entry points that other packages declare in the group of that name.
    """
    return tuple(sorted(_own_names(room) | {point.name for point in entry_points(group=room)}))


def load(room: str, name: str, *, extra: str = "") -> ModuleType:
    """Return the plugin module `name` of a room.

    Raises ConfigurationError when there is none, or when it needs a package that is not
    installed; `extra` is the net30 extra that brings the package, so the advice is exact. A
    room's own file comes before another package's plugin of the same name.
    """
    if name not in names_in(room):
        raise ConfigurationError(
            f"{room} has no {name!r}", hint=f"there are: {', '.join(names_in(room))}", code="plugin"
        )
    try:
        if name in _own_names(room):
            return import_module(f"{room}.{name}")
        (point, *_) = entry_points(group=room, name=name)
        return _module(point.load())
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "net30":
            raise  # a fault of ours: nothing that one could install is missing
        advice = f"pip install 'net30[{extra}]'" if extra else f"pip install {error.name}"
        raise ConfigurationError(
            f"{name!r} needs the package {error.name!r}, which is not installed",
            hint=advice,
            code="plugin_package",
        ) from error


@cache
def _own_names(room: str) -> frozenset[str]:
    spec = find_spec(room)
    places = [] if spec is None else list(spec.submodule_search_locations or [])
    return frozenset(
        found.name for found in pkgutil.iter_modules(places) if not found.name.startswith("_")
    )


def _module(loaded: object) -> ModuleType:
    if not isinstance(loaded, ModuleType):
        raise ConfigurationError(
            f"the entry point {loaded!r} is not a module", hint="name a module", code="plugin"
        )
    return loaded
