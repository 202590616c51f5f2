"""Card: what a model is, what it learned from, how good it was, and where its limits are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from net30.kernel.errors import InputError
from net30.scoring.calibration import Calibration
from net30.scoring.delay_bins import DelayBins
from net30.scoring.level import Level

FORMAT = 1


class LearnedFrom(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The ledger a model learned from; `sha256` is of the file, or of the facts' order."""

    source: str
    sha256: str
    invoices: int
    settled: int
    open: int
    customers: int
    first_issue: date
    last_issue: date


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The JSON file beside a model; a model without one, or with another's, is not loaded.

    `features` are the columns of the input in order, `words` the values of each coded column by
    code, `last_days` the bins, `gap_days` the oldest history the model was shown at issue.
    `metrics` and `baselines` are figures on invoices later than all it had learned from, by name;
    `gates` what publishing it was checked for. `typical` is the invoice that explanations compare
    with (explain/typical.py), a value a feature. `level` moves a model that learned elsewhere to a
    company's own (level.py).
    """

    format: int = FORMAT
    name: str
    version: str
    family: str
    setup: dict[str, float]
    seed: int
    as_of: date
    made_on: date
    features: tuple[str, ...]
    words: dict[str, tuple[str, ...]]
    last_days: tuple[int, ...]
    gap_days: int
    calibration: Calibration
    learned_from: LearnedFrom
    metrics: dict[str, float]
    baselines: dict[str, dict[str, float]]
    gates: dict[str, Any]  # JSON: each gate tells its own figures
    limits: tuple[str, ...]
    model_sha256: str
    typical: tuple[float | None, ...] = ()
    level: Level | None = None

    @property
    def bins(self) -> DelayBins:
        """Return the delay bins of the output."""
        return DelayBins(self.last_days)


def read_card(path: Path) -> Card:
    """Read a card; raise InputError that says what is wrong with it."""
    try:
        card = msgspec.json.decode(path.read_bytes(), type=Card)
    except FileNotFoundError as error:
        raise InputError(
            f"{path} is not there", hint="name the folder of a trained model", code="card"
        ) from error
    except msgspec.DecodeError as error:
        raise InputError(
            f"{path} is not a model card: {error}", hint="train the model anew", code="card"
        ) from error
    if card.format != FORMAT:
        raise InputError(
            f"{path} has format {card.format}, this net30 reads {FORMAT}",
            hint="train the model anew with this version",
            code="card",
        )
    return card


def encoded(card: Card) -> bytes:
    """Return a card as JSON that a person can read."""
    return msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n"
