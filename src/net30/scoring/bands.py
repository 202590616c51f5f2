"""Bands: low, medium or high risk, by the published cut-offs of bands.json.

An invoice is in the highest band of which it reaches one cut-off.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from net30.scoring.distribution import Floats

LOW, MEDIUM, HIGH = BANDS = ("low", "medium", "high")


class CutOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which probability on an invoice is in a band."""

    p_late: float
    p_late30: float


class CutOffs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cut-offs of the bands above low."""

    version: int
    medium: CutOff
    high: CutOff


@cache
def cut_offs() -> CutOffs:
    """Return the published cut-offs."""
    return msgspec.json.decode((files("net30.scoring") / "bands.json").read_bytes(), type=CutOffs)


def bands(late: Floats, late30: Floats) -> NDArray[np.int64]:
    """Return the band of each invoice as its place in BANDS."""
    cuts = cut_offs()
    found = np.zeros(len(late), np.int64)
    for place, cut in ((1, cuts.medium), (2, cuts.high)):
        found[(late >= cut.p_late) | (late30 >= cut.p_late30)] = place
    return found
