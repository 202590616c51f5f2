"""Default model: what serves a company that has no model of its own yet.

It comes with net30 and has learned from invented ledgers only (training/ships.py). Moved to the
level of what has fallen due at a company so far, it tells a customer without any past by the
company's level and the terms, and one with a record by that record.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files

import msgspec
import numpy as np

from net30.features.invoices import Invoices
from net30.scoring.card import Card
from net30.scoring.delay_bins import LATE
from net30.scoring.judge import outcomes
from net30.scoring.level import Level, level_of
from net30.scoring.model import Model, load_model
from net30.scoring.said_at_issue import SaidAtIssue
from net30.scoring.shape import shape_of

DEFAULT_NAME = "default"
FALLEN_MIN = 20
"""With fewer invoices of its own fallen due a company's level is not known."""
FALLEN_MAX = 2_000
"""The newest so many are asked: who has more has a model of its own, or should."""


@cache
def default_model() -> Model:
    """Return the model that comes with net30, as it was made."""
    with as_file(files("net30.scoring") / "default") as folder:
        return load_model(folder)


def is_default(card: Card) -> bool:
    """Tell whether a card is that of the model that comes with net30."""
    return card.name == DEFAULT_NAME


def for_company(
    model: Model, known: Invoices, horizon: int, said: SaidAtIssue | None = None
) -> Model:
    """Return the model moved to the level of a company, by what was known on a morning.

    The card's limits say from how many invoices; with fewer than 20 that have fallen due it stays
    as it is, and they say that. `said` keeps what the model says for the next question.
    """
    level = company_level(model, known, horizon, said)
    says = (
        f"Moved to the level of the last {level.fallen:,} of your own invoices that fell due: "
        f"{level.late:.0%} were late, {level.told:.0%} had been told."
        if level
        else f"Fewer than {FALLEN_MIN} invoices of your own have fallen due: it knows no level."
    )
    card = msgspec.structs.replace(model.card, level=level, limits=(*model.card.limits, says))
    return replace(model, card=card)


def company_level(
    model: Model, known: Invoices, horizon: int, said: SaidAtIssue | None = None
) -> Level | None:
    """Return the level of a company, None where too few invoices have fallen due.

    Each invoice is asked about as of its own issue. They are chosen by the due date, not by the
    payment, so that who pays quickly does not weigh more; what is open is late.
    """
    fallen = np.flatnonzero(known.due < horizon)
    if len(fallen) < FALLEN_MIN:
        return None
    newest = fallen[np.argsort(known.due[fallen], kind="stable")][-FALLEN_MAX:]
    found = (said or SaidAtIssue()).of(model, known, newest, horizon)
    told, judged = found.calibrated(model), known.take(newest)
    late = outcomes(judged, horizon) > LATE
    level = level_of(told.later_than(LATE), found.record, late)
    shape = shape_of(told, model.card.bins.possible(judged, horizon))
    return msgspec.structs.replace(level, shape=shape)
