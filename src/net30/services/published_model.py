"""Published model: the one that the organisation's predictions are made by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from net30.kernel.errors import NotFound
from net30.scoring.model import CARD_FILE, Model, load_model
from net30.scoring.registry import CURRENT, model_folder
from net30.services.cold_start import ColdStart, cold_start
from net30.services.context import ReadContext
from net30.services.promote_model import open_model

MODELS_KEPT = 4
NONE_YET = "no_model"
OWN_NAME = "payments"
BROUGHT = "default"
"""Names the model that comes with net30 where versions are named."""
Stamps = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Served:
    """The model that answers; `cold_start` says that it is not the organisation's own."""

    model: Model
    cold_start: ColdStart | None = None

    @property
    def name(self) -> str:
        """Return what it is called in answers."""
        card = self.model.card
        told = f"{card.name} {card.version} ({card.family})"
        return f"{told}, cold start" if self.cold_start else told


def served_model(ctx: ReadContext, as_of: date | None = None) -> Served:
    """Return the promoted model of the organisation, or the default one where none is published.

    The default is brought to the level of the books as known on the morning of a day (today).
    Raises InputError when the published model's files are damaged, NotFound when the one that was
    promoted is gone: what was published is never replaced in silence.
    """
    try:
        folder = _current(ctx.models)
    except NotFound as missing:
        if missing.code != NONE_YET:
            raise
        return Served(*cold_start(ctx, as_of or ctx.today))
    return Served(_model(folder))


def chosen_model(ctx: ReadContext, version: str) -> Served:
    """Return a version of the organisation's own, BROUGHT, or for "" the one that is served.

    Raises NotFound for a version that there is not, InputError when its files are damaged.
    """
    if not version:
        return served_model(ctx)
    if version == BROUGHT:
        return Served(*cold_start(ctx, ctx.today))
    return Served(open_model(ctx.models, OWN_NAME, version))


def _current(models: Path) -> Path:
    """Return the folder of the promoted model; looked for anew once a file says otherwise.

    A pointer is replaced, never written over, so another promotion is another file.
    """
    kept = _FOLDERS.get(models)
    if kept is not None and kept[1] == _stamps(models, kept[0]):
        return kept[0]
    _FOLDERS.pop(models, None)
    folder = model_folder(models)
    stamps = _stamps(models, folder)
    if stamps and folder == model_folder(models):  # nothing was promoted between the two looks
        _FOLDERS[models] = folder, stamps
    return folder


def _stamps(models: Path, folder: Path) -> Stamps | None:
    """Return which files say what is promoted: that there is one name, its pointer, its card."""
    try:
        found = [path.stat() for path in (models, folder.parent / CURRENT, folder / CARD_FILE)]
    except OSError:
        return None
    return tuple((one.st_ino, one.st_mtime_ns) for one in found)


@lru_cache(maxsize=MODELS_KEPT)
def _model(folder: Path) -> Model:
    return load_model(folder)


_FOLDERS: dict[Path, tuple[Path, Stamps]] = {}
