"""Promote a version of a model, or go back to the one before: one pointer, replaced in one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from net30.kernel.errors import NotFound
from net30.scoring.card import Card
from net30.scoring.model import Model, load_model
from net30.scoring.promotions import Promotion, before, promotions
from net30.scoring.registry import CURRENT, checked_name, point_to
from net30.scoring.shelf import Shelf, read_shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelving:
    """Where the versions of a model lie, and who does what to them on which day."""

    models: Path
    name: str
    day: date
    by: str

    @property
    def folder(self) -> Path:
        """Return the folder of all versions."""
        return self.models / checked_name(self.name)


def list_models(models: Path, name: str) -> Shelf:
    """Return the versions of a model, the oldest first, and what is wrong with some folders."""
    return read_shelf(models / checked_name(name))


def show_model(models: Path, name: str, version: str) -> Card:
    """Return a version's card; "" is the current one. Raises NotFound, InputError when damaged."""
    return open_model(models, name, version).card


def promote_model(where: Shelving, version: str) -> Card:
    """Make a version the current one.

    Raises NotFound when there is none of that name, InputError when its files are damaged.
    """
    card = show_model(where.models, where.name, version)
    point_to(where.folder, Promotion(version=card.version, day=where.day, by=where.by))
    return card


def roll_back(where: Shelving) -> Card:
    """Make the version current that was so before the present one, and return its card.

    Raises NotFound when there is none before it, InputError when its files are damaged.
    """
    version = before(promotions(where.folder), _current(read_shelf(where.folder)))
    card = show_model(where.models, where.name, version)
    back = Promotion(version=version, day=where.day, by=where.by, back=True)
    point_to(where.folder, back)
    return card


def open_model(models: Path, name: str, version: str = "") -> Model:
    """Return a version, ready to be asked; the current one without a version.

    Raises NotFound when there is no such version, InputError when its files are damaged.
    """
    folder = models / checked_name(name)
    shelf = read_shelf(folder)
    wanted = version or _current(shelf)
    if wanted not in {card.version for card in shelf.cards}:
        broken = next((one for one in shelf.findings if one.path == wanted), None)
        if broken:
            load_model(folder / wanted)  # says what is wrong with it
        there = ", ".join(card.version for card in shelf.cards) or "none"
        raise NotFound(
            f"there is no version {wanted!r} of {name}",
            hint=f"there are: {there}",
            code="no_version",
        )
    return load_model(folder / wanted)


def _current(shelf: Shelf) -> str:
    broken = next((one for one in shelf.findings if one.path == CURRENT), None)
    if broken:
        raise NotFound(
            broken.message,
            hint="name a version: net30 models promote VERSION",
            code="no_version",
        )
    if not shelf.current:
        raise NotFound("no model is published yet", hint="train one: net30 train", code="no_model")
    return shelf.current
