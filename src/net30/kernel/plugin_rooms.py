"""Plugin rooms: what packages outside can add to, and what each plugin there is and lacks.

Nothing is imported to tell: a plugin's source says what it defines and what it needs.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points, version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from net30.kernel.plugins import names_in

OURS = "net30"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginRoom:
    """What a room holds, and the name that makes a module of it a plugin."""

    about: str
    mark: str


@cache
def plugin_rooms() -> Mapping[str, PluginRoom]:
    """Return the rooms whose plugins are loaded by name: an entry point's group is so called."""
    content = (files("net30.kernel") / "plugin_rooms.toml").read_text(encoding="utf-8")
    return {name: PluginRoom(**row) for name, row in tomllib.loads(content).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPlugin:
    """A plugin: its room and name, the package that brings it, and what keeps it from working.

    `fault` is empty for one that can be loaded.
    """

    room: str
    name: str
    package: str
    version: str
    fault: str = ""


def found_plugins(room: str = "") -> tuple[FoundPlugin, ...]:
    """Return the plugins of a room, or of all: ours, then those of other packages."""
    return tuple(_in(room))


def _in(room: str) -> Iterator[FoundPlugin]:
    for name, kind in plugin_rooms().items():
        if room and name != room:
            continue
        yield from _ours(name, kind)
        for point in sorted(entry_points(group=name), key=lambda one: one.name):
            yield _theirs(name, kind, point)


def _ours(room: str, kind: PluginRoom) -> Iterator[FoundPlugin]:
    outside = {point.name for point in entry_points(group=room)}
    for name in names_in(room):
        source = _source(f"{room}.{name}")
        if source is None or (name in outside and find_spec(f"{room}.{name}") is None):
            continue
        if kind.mark in _defined(source):
            yield FoundPlugin(
                room=room,
                name=name,
                package=OURS,
                version=version(OURS),
                fault=_fault(_needed(source)),
            )


def _theirs(room: str, kind: PluginRoom, point: EntryPoint) -> FoundPlugin:
    package = point.dist.name if point.dist else ""
    source = _source(point.module)
    if source is None:
        fault = f"there is no module {point.module}"
    elif point.attr:
        fault = "its entry point must name a module"
    elif kind.mark not in _defined(source):
        fault = f"it defines no {kind.mark}"
    elif find_spec(f"{room}.{point.name}") is not None:
        fault = "net30 has one of that name, which is taken"
    else:
        fault = _fault(_needed(source))
    return FoundPlugin(
        room=room,
        name=point.name,
        package=package,
        version=point.dist.version if point.dist else "",
        fault=fault,
    )


def _source(module: str) -> ast.Module | None:
    """Return a module's source as a tree; None for one that is not there."""
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        return None
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        return None
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


def _defined(source: ast.Module) -> set[str]:
    names: set[str] = set()
    for one in source.body:
        match one:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(one.name)
            case ast.Assign():
                names |= {target.id for target in one.targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.ImportFrom() | ast.Import():
                names |= {alias.asname or alias.name for alias in one.names}
            case _:
                pass
    return names


def _needed(source: ast.Module) -> set[str]:
    """Return the packages that a module imports when it is loaded."""
    found: set[str] = set()
    for one in source.body:
        match one:
            case ast.Import():
                found |= {alias.name.partition(".")[0] for alias in one.names}
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module.partition(".")[0])
            case _:
                pass
    return found


def _fault(packages: set[str]) -> str:
    missing = sorted(name for name in packages if find_spec(name) is None)
    return f"needs {', '.join(missing)}" if missing else ""
