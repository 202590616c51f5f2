"""Risk bands by the published cut-offs."""

from __future__ import annotations

import numpy as np

from net30.scoring.bands import BANDS, bands, cut_offs


def test_a_band_begins_at_its_cut_off_and_either_risk_counts() -> None:
    late = np.array([0.0, 0.29, 0.3, 0.69, 0.7, 0.1, 0.1])
    late30 = np.array([0.0, 0.09, 0.0, 0.0, 0.0, 0.1, 0.3])
    names = [BANDS[place] for place in bands(late, late30)]
    assert names == ["low", "low", "medium", "medium", "high", "medium", "high"]


def test_the_cut_offs_rise() -> None:
    cuts = cut_offs()
    assert 0 < cuts.medium.p_late < cuts.high.p_late < 1
    assert 0 < cuts.medium.p_late30 < cuts.high.p_late30 < 1
