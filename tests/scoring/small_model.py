"""A model of one tree, and its card, for tests of what serves models."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np

from net30.scoring.calibration import Calibration
from net30.scoring.card import Card, LearnedFrom, encoded
from net30.scoring.model import CARD_FILE, ONNX_FILE
from net30.training.tree_graph import Tree, tree_graph

FEATURES = ("terms_days", "delay_mean")
LAST_DAYS = (-1, 0, 30)


def onnx_bytes(features: int = 2, bins: int = 4) -> bytes:
    """Whoever paid late by the mean pays late again, else on time; nothing known counts as late."""
    value = np.zeros((3, bins))
    value[1], value[2] = np.linspace(1, 0, bins), np.linspace(0, 1, bins)
    tree = Tree(
        feature=np.array([1, -1, -1]),
        threshold=np.array([0.0, 0.0, 0.0]),
        left=np.array([1, 0, 0]),
        right=np.array([2, 0, 0]),
        missing_left=np.array([False, False, False]),
        value=value,
        outputs=range(bins),
    )
    return tree_graph([tree], features=features, start=np.zeros(bins), softmax=True)


def card(onnx: bytes, **more: object) -> Card:
    """The card of that model."""
    fields: dict[str, object] = {
        "name": "small",
        "version": "v0",
        "family": "one tree",
        "setup": {"trees": 1.0},
        "seed": 0,
        "as_of": date(2026, 1, 1),
        "made_on": date(2026, 1, 2),
        "features": FEATURES,
        "words": {},
        "last_days": LAST_DAYS,
        "gap_days": 30,
        "calibration": Calibration(),
        "learned_from": LearnedFrom(
            source="made up",
            sha256="0" * 64,
            invoices=2,
            settled=1,
            open=1,
            customers=1,
            first_issue=date(2025, 1, 1),
            last_issue=date(2025, 12, 31),
        ),
        "metrics": {"auc": 0.8},
        "baselines": {"customer_median": {"auc": 0.7}},
        "gates": {},
        "limits": ("It is made up.",),
        "model_sha256": sha256(onnx).hexdigest(),
    }
    return Card(**(fields | more))  # type: ignore[arg-type] # the fields of Card


def write_model(folder: Path, **more: object) -> Path:
    """Write the model and its card into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    content = onnx_bytes()
    (folder / ONNX_FILE).write_bytes(content)
    (folder / CARD_FILE).write_bytes(encoded(card(content, **more)))
    return folder
