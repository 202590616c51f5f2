# ruff: noqa: INP001 (a script, run by its path)
"""Make the model that comes with net30, or check that what is stored is what is made.

    python tools/default_model.py            # writes src/net30/scoring/default/
    python tools/default_model.py --check    # makes it again and compares its answers

It takes about a minute, needs the extra ml, and is the same on every machine up to the last digits
of sums: --check allows 1e-4 in a probability.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from net30.features.point_in_time import Matrix
from net30.scoring.card import Card, encoded
from net30.scoring.model import CARD_FILE, ONNX_FILE, Model, load_model
from net30.training.ships import HELD, drawn, held_matrix, make_default

FOLDER = Path(__file__).parents[1] / "src" / "net30" / "scoring" / "default"
SIZE_MAX = 300_000
GAP_MAX = 1e-4


def main(words: list[str]) -> int:
    """Write the model, or compare; returns the exit code."""
    card, onnx = make_default()
    if len(onnx) > SIZE_MAX:
        sys.stderr.write(f"{len(onnx):,} bytes are more than {SIZE_MAX:,}\n")
        return 1
    if words == ["--check"]:
        return _compared(card, onnx)
    _write(FOLDER, card, onnx)
    sys.stdout.write(f"{FOLDER}: {len(onnx):,} bytes, {_told(card)}\n")
    return 0


def _write(folder: Path, card: Card, onnx: bytes) -> None:
    folder.mkdir(exist_ok=True)
    (folder / ONNX_FILE).write_bytes(onnx)
    (folder / CARD_FILE).write_bytes(encoded(card))


def _compared(card: Card, onnx: bytes) -> int:
    stored = load_model(FOLDER)
    with TemporaryDirectory() as scratch:
        _write(Path(scratch), card, onnx)
        made = load_model(Path(scratch))
    if stored.card.features != card.features or stored.card.last_days != card.last_days:
        sys.stderr.write("it is made with other features or bins than the one stored\n")
        return 1
    gap = max(_gap(stored, made, held_matrix(drawn(one))) for one in HELD)
    same = stored.card.model_sha256 == card.model_sha256
    sys.stdout.write(f"same bytes: {same}; largest difference of a probability: {gap:.1e}\n")
    return int(gap > GAP_MAX)


def _gap(one: Model, other: Model, matrix: Matrix) -> float:
    return float(np.abs(one.raw(matrix).probabilities - other.raw(matrix).probabilities).max())


def _told(card: Card) -> str:
    rival = card.baselines["customer_median"]
    names = ("auc", "brier", "mae", "interval_score", "cover")
    return ", ".join(f"{name} {card.metrics[name]:.3f} ({rival[name]:.3f})" for name in names)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
