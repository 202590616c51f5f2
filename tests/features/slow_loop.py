"""Every feature as an obvious loop over the rows: slow, and easy to believe."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np

from tests.features.ledgers import One

NAN, NEVER = math.nan, 10**9
AMOUNT_MAX, DELAY_MAX = 10**12, 1_095


def features(history: Sequence[One], every: Sequence[One], one: One, day: int) -> dict[str, float]:
    """The features of one invoice from what its customer did before the day.

    `every` is each known invoice once, with the one asked about.
    """
    mine = [row for row in history if row.customer == one.customer]
    settled = [row for row in mine if settled_on(row) < day]
    issued = [row for row in mine if row.issued < day]
    found = itself(one, day)
    together = [row for row in every if row.customer == one.customer]
    found["batch_issued"] = min(sum(row.issued == one.issued for row in together), 50)
    by_then = [row for row in together if row.issued <= one.issued]
    found["batch_due"] = min(sum(row.due == one.due for row in by_then), 50)
    found |= past(settled, day)
    found |= owed(issued, settled, one, day)
    for name, kind in KINDS.items():
        alike = [row for row in settled if kind(row) == kind(one)]
        late = [delay(row) > 0 for row in alike]
        found[f"{name}_count"] = min(len(alike), 20)
        found[f"{name}_delay_mean"] = ratio(sum(map(delay, alike)), len(alike))
        found[f"{name}_late_share"] = ratio(sum(late), len(alike))
    return {name: float(value) for name, value in found.items()}


def settled_on(row: One) -> int:
    """The day from which it counts as settled: paid, known to be, and issued at all."""
    if row.paid is None:
        return NEVER
    return max(row.paid, row.paid if row.known is None else row.known, row.issued)


def delay(row: One) -> int:
    assert row.paid is not None
    return max(-DELAY_MAX, min(DELAY_MAX, row.paid - row.due))


def ratio(part: int, whole: int) -> float:
    return part / whole if whole > 0 else NAN


def terms(row: One) -> int:
    return max(0, min(400, row.due - row.issued))


def weekday(day: int) -> int:
    return date_of(day).weekday()


def date_of(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)


def size(row: One) -> int:
    """Two classes for each doubling, by whole numbers alone."""
    amount = max(1, min(AMOUNT_MAX, row.amount))
    doublings = amount.bit_length() - 1
    more = amount * amount >= 1 << (2 * doublings + 1)
    return 2 * doublings + more


def log2(amount: float) -> float:
    return float(np.log2(np.array([amount]))[0])


KINDS: dict[str, Callable[[One], int]] = {
    "same_weekday": lambda row: weekday(row.due),
    "same_size": size,
    "same_terms": terms,
    "same_word_branch": lambda row: row.branch,
}


def itself(one: One, day: int) -> dict[str, float]:
    return {
        "terms_days": terms(one),
        "due_weekday": weekday(one.due),
        "issue_weekday": weekday(one.issued),
        "due_day_of_month": date_of(one.due).day,
        "issue_day_of_month": date_of(one.issued).day,
        "gap_days": one.issued - day,
        "amount": log2(max(1, min(AMOUNT_MAX, one.amount))),
        "word_branch": NAN if one.branch < 0 else one.branch,
    }


def past(settled: list[One], day: int) -> dict[str, float]:
    newest = sorted(settled, key=lambda row: (settled_on(row), delay(row)), reverse=True)
    delays = [delay(row) for row in newest]
    n, total = len(delays), sum(delays)
    amounts = [max(0, min(AMOUNT_MAX, row.amount)) for row in newest]
    late_amount = sum(a for a, d in zip(amounts, delays, strict=True) if d > 0)
    found = {
        "paid_count": min(n, 20),
        "late_share": ratio(sum(d > 0 for d in delays), n),
        "late30_share": ratio(sum(d > 30 for d in delays), n),
        "early_share": ratio(sum(d <= -3 for d in delays), n),
        "late_amount_share": ratio(late_amount, sum(amounts)),
        "delay_mean": ratio(total, n),
        "delay_spread": math.sqrt(n * sum(d * d for d in delays) - total * total) / n if n else NAN,
    }
    for last in (3, 5, 10, 20):
        found[f"delay_mean_last{last}"] = ratio(sum(delays[:last]), len(delays[:last]))
        found[f"late_share_last{last}"] = ratio(
            sum(d > 0 for d in delays[:last]), len(delays[:last])
        )
    found["delay_trend"] = found["delay_mean_last5"] - found["delay_mean"]
    weighted = [(20 - place, d) for place, d in enumerate(delays[:20])]
    weight = sum(w for w, _ in weighted)
    found["late_share_recent"] = ratio(sum(w for w, d in weighted if d > 0), weight)
    found["delay_mean_recent"] = ratio(sum(w * d for w, d in weighted), weight)
    ordered = sorted(delays[:20])
    for percent in (10, 25, 50, 75, 90, 100):
        found[f"delay_q{percent}"] = (
            ordered[(len(ordered) - 1) * percent // 100] if ordered else NAN
        )
    for place in range(20):
        found[f"delay_{place + 1}"] = delays[place] if place < n else NAN
    last_day = max((settled_on(row) for row in newest), default=None)
    found["days_since_paid"] = NAN if last_day is None else min(day - last_day, 120)
    return found


def owed(issued: list[One], settled: list[One], one: One, day: int) -> dict[str, float]:
    still = [row for row in issued if row not in settled]
    # Two rows can be the same in all: each counts.
    open_count = len(issued) - len(settled)
    amounts = sum(max(0, min(AMOUNT_MAX, row.amount)) for row in issued)
    mean = ratio(amounts, len(issued))
    usual = NAN if math.isnan(mean) else log2(max(mean, 1))
    found = {
        "open_count": min(open_count, 100),
        "amount_to_usual": log2(max(1, min(AMOUNT_MAX, one.amount))) - usual,
        "terms_to_usual": terms(one) - ratio(sum(map(terms, issued)), len(issued)),
    }
    for least in (0, 7, 30):
        late = [row for row in still if max(row.due, row.issued) + least < day]
        found[f"overdue{least}_count"] = min(len(late), 100)
        if least == 0:
            found["overdue_days_mean"] = ratio(sum(day - row.due for row in late), len(late))
            found["overdue_share"] = ratio(len(late), open_count)
            found["overdue_to_settled"] = ratio(len(late), len(late) + len(settled) + 1)
    return found
