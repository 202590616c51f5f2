"""Settled: how the customer paid what was settled before the day."""

from __future__ import annotations

import numpy as np

from net30.features.invoices import AMOUNT_MAX, DELAY_MAX, OPEN, Ints, Invoices
from net30.features.ratios import Floats, known, share, spread
from net30.features.timeline import Timeline

EARLY_DAYS = 3
"""Paid so many days before due, or more: early."""
HIGH_RISK_DAYS = 30
COUNT_MAX = 20
"""Counts are capped: one that only grows says how long the ledger is, not how a customer pays."""
SINCE_MAX = 120
LAST = 20
WITHIN = (3, 5, 10, 20)
QUANTILES = (10, 25, 50, 75, 90)


class Settled:
    """Each customer's settled invoices in the order in which they became known as settled."""

    def __init__(self, history: Invoices) -> None:
        """Keep what is settled in a history."""
        day = history.settled_on
        paid = history.paid < OPEN
        delay = history.delay[paid]
        late = (delay > 0).astype(np.int64)
        amount = np.clip(history.amount[paid], 0, AMOUNT_MAX)
        self.timeline = Timeline(
            history.customer[paid],
            day[paid],
            {
                "delay": delay,
                "squares": delay * delay,
                "late": late,
                "late30": (delay > HIGH_RISK_DAYS).astype(np.int64),
                "early": (delay <= -EARLY_DAYS).astype(np.int64),
                "amount": amount,
                "late_amount": late * amount,
                "day": day[paid],
            },
            # Of what was settled on one day the latest counts as the newest.
            rank=delay + DELAY_MAX,
        )

    def features(self, asked: Invoices, day: Ints) -> dict[str, Floats]:
        """Return the columns for invoices, each as of its day."""
        line = self.timeline
        past = line.before(asked.customer, day)
        n = past.count
        total = line.total(past, "delay")
        found: dict[str, Floats] = {
            "paid_count": np.minimum(n, COUNT_MAX).astype(np.float64),
            "late_share": share(line.total(past, "late"), n),
            "late30_share": share(line.total(past, "late30"), n),
            "early_share": share(line.total(past, "early"), n),
            "late_amount_share": share(line.total(past, "late_amount"), line.total(past, "amount")),
            "delay_mean": share(total, n),
            "delay_spread": spread(n, total, line.total(past, "squares")),
        }
        delays, there = line.latest(past, "delay", LAST)
        late = (delays > 0) & there
        for size in WITHIN:
            within = np.minimum(n, size)
            found[f"delay_mean_last{size}"] = share(delays[:, :size].sum(axis=1), within)
            found[f"late_share_last{size}"] = share(late[:, :size].sum(axis=1), within)
        found["delay_trend"] = found["delay_mean_last5"] - found["delay_mean"]
        weights = np.arange(LAST, 0, -1)
        weight = (there * weights).sum(axis=1)
        found["late_share_recent"] = share((late * weights).sum(axis=1), weight)
        found["delay_mean_recent"] = share((delays * weights).sum(axis=1), weight)
        found |= _quantiles(delays, there)
        for place in range(LAST):
            found[f"delay_{place + 1}"] = known(delays[:, place], there[:, place])
        last, any_there = line.latest(past, "day", 1)
        found["days_since_paid"] = known(np.minimum(day - last[:, 0], SINCE_MAX), any_there[:, 0])
        return found


def _quantiles(delays: Ints, there: np.ndarray) -> dict[str, Floats]:
    """Return quantiles of the last delays: the value at place floor((m - 1) q / 100)."""
    beyond = np.iinfo(np.int64).max
    ordered = np.sort(np.where(there, delays, beyond), axis=1)
    m = there.sum(axis=1)
    rows = np.arange(len(m))
    found = {}
    for percent in (*QUANTILES, 100):
        place = np.maximum((m - 1) * percent // 100, 0)
        found[f"delay_q{percent}"] = known(ordered[rows, place], m > 0)
    return found
