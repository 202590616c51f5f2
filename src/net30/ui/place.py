"""Place: one page of the screens: its name, its address, who may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from net30.domain.identity.roles import Permission
from net30.kernel.plugins import load, names_in

if TYPE_CHECKING:
    from net30.ui.visit import Visit

ROOM = "net30.ui.views"
HOME = "dashboard"
"""The page at the root: the first screen."""


class Section(IntEnum):
    """Where a page stands in the navigation; HIDDEN pages are reached from others."""

    TODAY = 0
    RECEIVABLES = 1
    INSIGHT = 2
    HOUSE = 3
    HIDDEN = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page: English title (the catalogues have the others), icon, who may come in."""

    title: str
    icon: str
    section: Section
    order: int
    needs: tuple[Permission, ...]
    show: Callable[[Visit], None]


def seen_by(visit: Visit) -> dict[str, Place]:
    """Return the pages that somebody may see, by their addresses."""
    return {name: place for name, place in places().items() if visit.may(*place.needs)}


@cache
def places() -> dict[str, Place]:
    """Return every page by its address, in the order of the navigation."""
    found: dict[str, Place] = {name: load(ROOM, name, extra="ui").PLACE for name in names_in(ROOM)}
    return dict(sorted(found.items(), key=lambda one: (one[1].section, one[1].order)))
