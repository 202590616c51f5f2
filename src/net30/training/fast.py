"""Fast: few small LightGBM trees on few features, for files of many millions of invoices.

It gives up some accuracy for speed: `python3 dev.py bench score_million` prints both beside those
of the default family.
"""

from __future__ import annotations

from collections.abc import Sequence

from net30.training.family import Setup
from net30.training.lightgbm import fit

SETUPS: tuple[Setup, ...] = (
    {"rounds": 5, "leaves": 8, "rate": 0.5, "least": 0.003, "l2": 20, "columns": 1.0},
)
FEATURES = (
    *("terms_days", "due_weekday", "gap_days", "paid_count", "late_share", "late30_share"),
    *("delay_mean", "delay_spread", "open_count", "overdue0_count", "overdue_days_mean"),
)
"""What running sums tell: no look at single payments, and at no other kind of invoice."""


def wanted(_setup: Setup, names: Sequence[str]) -> tuple[str, ...]:
    """Return the few features that cost little."""
    return tuple(name for name in names if name in FEATURES)


__all__ = ["SETUPS", "fit", "wanted"]
