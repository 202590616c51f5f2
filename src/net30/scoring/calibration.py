"""Calibration: how a model's probabilities are corrected by what came later.

The correction is one rising function of P(paid by day d), the same for every day, so a corrected
distribution is still one distribution. Sources: Platt 1999; Kull et al. 2017 (beta calibration).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from net30.scoring.distribution import Distribution, Floats

TINY = 1e-7
ODDS_MAX = 500.0
"""A search tries log-odds beyond these, where exp overflows; all are certain alike."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """log-odds of the corrected P(paid by d) = a ln F - b ln(1 - F) + c.

    a = b = 1 and c = 0 changes nothing; a = b is Platt's form on the log-odds; a and b are never
    negative. `low` and `high` are the levels of the interval that covers 80 %.
    """

    method: str = "none"
    a: float = 1.0
    b: float = 1.0
    c: float = 0.0
    low: float = 0.1
    high: float = 0.9

    def corrected(self, raw: Distribution) -> Distribution:
        """Return the corrected distribution."""
        if self.method == "none":
            return raw
        made = raw.probabilities.copy()
        upto = self.bend(raw.paid_by[:, :-1])
        made[:, 0] = upto[:, 0]
        np.subtract(upto[:, 1:], upto[:, :-1], out=made[:, 1:-1])
        np.subtract(1.0, upto[:, -1], out=made[:, -1])
        return Distribution(raw.bins, made)

    def bend(self, paid_by: Floats) -> Floats:
        """Return the corrected P(paid by d); 0 stays 0 and 1 stays 1."""
        inside = np.minimum(np.maximum(paid_by, TINY), 1 - TINY)
        # The odds of not being paid by then; log1p would take three times as long as log. In
        # place, as a million rows are as many steps through memory.
        odds = 1 - inside
        np.log(odds, out=odds)
        np.log(inside, out=inside)
        odds *= self.b
        inside *= self.a
        odds -= inside
        odds -= self.c
        np.exp(np.minimum(odds, ODDS_MAX, out=odds), out=odds)
        odds += 1
        np.divide(1, odds, out=odds)
        if not (paid_by.min(initial=1) > 0 and paid_by.max(initial=0) < 1):
            odds[~(paid_by > 0)] = 0
            odds[paid_by >= 1] = 1
        return odds
