"""Published model: the one that the organisation's predictions are made by."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from net30.kernel.errors import NotFound
from net30.scoring.model import Model, load_model
from net30.scoring.registry import model_folder
from net30.services.context import ReadContext
from net30.services.past_invoices import of_books

MODELS_KEPT = 4
SETTLED_MIN = 200
"""So many settled invoices `net30 train` needs (training/train.py says the same)."""


def published_model(ctx: ReadContext) -> Model:
    """Return the promoted model of the organisation.

    Raises NotFound, with what is missing for one, when there is none; InputError when its files
    are damaged. A version never changes, so what was loaded once is kept.
    """
    try:
        return _model(model_folder(ctx.models))
    except NotFound as missing:
        raise _none_yet(ctx) from missing


@lru_cache(maxsize=MODELS_KEPT)
def _model(folder: Path) -> Model:
    return load_model(folder)


def _none_yet(ctx: ReadContext) -> NotFound:
    history = of_books(ctx, ctx.today).history
    settled = history.num_rows - history["paid_date"].null_count
    enough = settled >= SETTLED_MIN
    return NotFound(
        f"there is no trained model yet ({settled:,} settled invoices in the books)",
        hint="train one on your own books: net30 train"
        if enough
        else f"a model needs {SETTLED_MIN} settled invoices: import past ones with "
        "net30 import ledger FILE, then net30 train",
        code="no_model",
        values={"settled": settled, "needed": SETTLED_MIN},
    )
