"""Registry: published models in a folder, and the one that is current.

    MODELS/<name>/<version>/model.onnx, card.json
    MODELS/<name>/current                          one line: the version that is served
    MODELS/<name>/promotions                       every version that was, and by whom

A version's card is written last and the pointer is replaced in one step, so that a reader finds a
whole model at any moment. Versions are v1, v2, ... and never change.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from net30.kernel.errors import InputError, NotFound
from net30.kernel.files import unavailable, write_whole
from net30.scoring.card import Card, encoded
from net30.scoring.model import CARD_FILE, ONNX_FILE
from net30.scoring.promotions import Promotion, append

CURRENT = "current"
_VERSION = re.compile(r"v([1-9]\d{0,8})", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
VERSIONS_MAX = 100_000


def publish(models: Path, card: Card, onnx: bytes) -> Path:
    """Write a model as the next version of its name, make it the current one, return its folder.

    Raises InputError for a name that cannot be a folder's, Unavailable when the disk refuses.
    """
    shelf = models / checked_name(card.name)
    folder = _reserved(shelf)
    write_whole(folder / ONNX_FILE, onnx)
    numbered = msgspec.structs.replace(card, version=folder.name)
    write_whole(folder / CARD_FILE, encoded(numbered))
    point_to(shelf, Promotion(version=folder.name, day=card.made_on, by="training"))
    return folder


def point_to(shelf: Path, promotion: Promotion) -> None:
    """Make a version of a model the current one; raise NotFound when there is no such version."""
    version = promotion.version
    if version not in versions(shelf):
        raise NotFound(
            f"{shelf} has no version {version!r}",
            hint=f"there are: {', '.join(versions(shelf)) or 'none'}",
            code="no_version",
        )
    append(shelf, promotion)
    write_whole(shelf / CURRENT, f"{version}\n".encode())


def versions(shelf: Path) -> tuple[str, ...]:
    """Return the published versions of a model, the oldest first."""
    whole = [
        found.parent.name
        for found in shelf.glob(f"*/{CARD_FILE}")
        if version_number(found.parent.name)
    ]
    return tuple(sorted(whole, key=version_number))


def model_folder(path: Path) -> Path:
    """Return the folder of the model that a path means: a version, a name, or all models.

    Raises NotFound when there is none, InputError when there are several names.
    """
    if (path / CARD_FILE).is_file():
        return path
    if (path / CURRENT).is_file():
        return _current(path)
    inside = path.iterdir() if path.is_dir() else ()
    shelves = sorted(found for found in inside if (found / CURRENT).is_file())
    if len(shelves) > 1:
        raise InputError(
            f"{path} has several models",
            hint=f"name one: {', '.join(str(shelf) for shelf in shelves)}",
            code="several_models",
        )
    if not shelves:
        raise NotFound(
            f"there is no model in {path}", hint="train one: net30 train -o FOLDER", code="no_model"
        )
    return _current(shelves[0])


def checked_name(name: str) -> str:
    """Return a model's name; raise InputError when it cannot be a folder's."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot be the name of a model",
            hint="use small letters, digits, - and _, at most 40, a letter first",
            code="model_name",
        )
    return name


def _current(shelf: Path) -> Path:
    version = (shelf / CURRENT).read_text(encoding="utf-8", errors="replace").strip()
    if not version_number(version) or not (shelf / version / CARD_FILE).is_file():
        raise NotFound(
            f"{shelf / CURRENT} points to {version[:40]!r}, which is not there",
            hint=f"there are: {', '.join(versions(shelf)) or 'none'}",
            code="no_version",
        )
    return shelf / version


def _reserved(shelf: Path) -> Path:
    """Make the folder of the next version: of two that train at once each gets its own."""
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        taken = [version_number(found.name) for found in shelf.iterdir()]
        for number in range(max(taken, default=0) + 1, VERSIONS_MAX):
            folder = shelf / f"v{number}"
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder
    except OSError as error:
        raise unavailable(error, shelf) from error
    raise InputError(f"{shelf} is full", hint="remove old versions", code="registry_full")


def version_number(name: str) -> int:
    """Return the number in a version's name, 0 for a name that is none."""
    found = _VERSION.fullmatch(name)
    return int(found[1]) if found else 0
