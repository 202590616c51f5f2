"""Published model: the one that the organisation's predictions are made by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from net30.kernel.errors import NotFound
from net30.scoring.model import Model, load_model
from net30.scoring.registry import model_folder
from net30.services.cold_start import ColdStart, cold_start
from net30.services.context import ReadContext

MODELS_KEPT = 4
NONE_YET = "no_model"


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
        folder = model_folder(ctx.models)
    except NotFound as missing:
        if missing.code != NONE_YET:
            raise
        return Served(*cold_start(ctx, as_of or ctx.today))
    return Served(_model(folder))


def published_model(ctx: ReadContext) -> Model:
    """Return the model that answers today (`served_model`)."""
    return served_model(ctx).model


@lru_cache(maxsize=MODELS_KEPT)
def _model(folder: Path) -> Model:
    return load_model(folder)
