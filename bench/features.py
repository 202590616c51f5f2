"""Features of a million invoices in CPU-seconds, beside the same in SQL.

20,000 customers with fifty invoices each, drawn by chance; one thread. `all that trees take` are
the columns that LightGBM is given for a ledger with one column of words; `few` are twenty that say
most. SQL is DuckDB with the statement that is the features' oracle in the tests: obvious, not
tuned, and on a fiftieth of the customers, since it joins all pairs of a customer's invoices.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from bench.bench import Row
from net30.features.invoices import OPEN, Invoices
from net30.features.point_in_time import PointInTime, feature_names, seen_from
from tests.features.sql_oracle import columns

INVOICES, OF_EACH, PART = 1_000_000, 50, 50
FIRST_DAY, DAYS, HORIZON = 17_000, 1_500, 18_400
LATER = tuple(f"delay_{place}" for place in range(4, 21))
"""Earlier single delays are for networks that read sequences."""
FEW = (
    *("amount", "terms_days", "due_weekday", "due_day_of_month", "gap_days", "paid_count"),
    *("late_share", "late30_share", "delay_mean", "delay_spread", "delay_mean_last3"),
    *("delay_mean_last10", "late_share_last5", "late_share_recent", "delay_1", "days_since_paid"),
    *("open_count", "amount_to_usual", "terms_to_usual", "overdue0_count"),
)
GOAL_SECONDS, GOAL_FEW_SECONDS = 5.0, 2.0


def measure() -> list[Row]:
    """Measure all features, a few, and SQL on a part."""
    whole, part = drawn(INVOICES), drawn(INVOICES // PART)
    trees = [name for name in feature_names(["branch"]) if name not in LATER]
    sql = _seconds(lambda: columns(part, part, part, seen_from(part, HORIZON)))
    beside = sql * PART
    return [
        _row(f"{len(trees)} columns, all that trees take", whole, trees, (GOAL_SECONDS, beside)),
        _row(f"{len(FEW)} columns", whole, FEW, (GOAL_FEW_SECONDS, beside)),
    ]


def drawn(count: int) -> Invoices:
    """Return so many invoices: customers differ in how late they pay."""
    draw = np.random.default_rng(0)
    customer = draw.integers(0, count // OF_EACH, count)
    issued = FIRST_DAY + draw.integers(0, DAYS, count)
    due = issued + draw.choice([14, 30, 45, 60], count)
    paid = due + np.rint(draw.normal(customer % 21 - 8, 6)).astype(np.int64)
    paid = np.where(paid >= FIRST_DAY + DAYS, OPEN, paid)
    return Invoices(
        customer=customer,
        issued=issued,
        due=due,
        amount=np.rint(10 ** draw.uniform(3, 7, count)).astype(np.int64),
        paid=paid,
        known=paid,
        words={"branch": draw.integers(-1, 5, count)},
    )


def made(invoices: Invoices, names: Sequence[str]) -> None:
    """Make the features part by part, as scoring does, and let each part go."""
    past = PointInTime(invoices, invoices, names=names)
    for _rows, _matrix in past.in_parts(seen_from(invoices, HORIZON), names):
        pass


def _row(case: str, invoices: Invoices, names: Sequence[str], limits: tuple[float, float]) -> Row:
    goal, sql = limits
    seconds = min(_seconds(lambda: made(invoices, names)) for _ in range(2))
    return Row(
        case=f"1,000,000 invoices, {case}",
        ours=f"{seconds:.2f} CPU-s",
        ours_seconds=seconds,
        alternative="DuckDB SQL, every column, by the size of a part",
        alternative_seconds=sql,
        ratio=sql / seconds,
        goal=f"{goal:g} CPU-s",
        met=seconds <= goal,
    )


def _seconds(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start
