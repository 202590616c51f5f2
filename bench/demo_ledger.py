"""Invented ledgers: rows a second to CSV and Parquet, beside a loop that draws row by row.

The loop knows customers, terms, a spread of delays, run days and the ledger's end, and writes the
same columns; of seasons, drift, detours and new customers it knows nothing.
"""

from __future__ import annotations

import csv
import random
import resource
import tempfile
from datetime import date, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path

from bench.bench import Row, best_of, compare
from net30.ledger.invented.files import Targets, write_ledger
from net30.ledger.invented.ledger import InventedLedger
from net30.ledger.invented.wish import Wish

ROWS = 1_000_000
LOOP_ROWS = 20_000
ROWS_A_SECOND_GOAL = 200_000
RATIO_GOAL = 3.0
MEGABYTES_MAX = 1_000
FIRST, END = date(2024, 1, 1), date(2026, 1, 1)


def measure() -> list[Row]:
    """Measure a million rows to each format, and the loop on a part of them."""
    with tempfile.TemporaryDirectory() as folder:
        to = {name: Path(folder) / f"ledger.{name}" for name in ("csv", "parquet")}
        seconds = {name: best_of(partial(invent, path), times=1) for name, path in to.items()}
        true = best_of(lambda: invent(to["parquet"], Path(folder) / "truth.parquet"), times=1)
        loop = best_of(lambda: by_loop(to["csv"]), times=2) * (ROWS / LOOP_ROWS)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [
        compare(
            f"{ROWS:,} rows to CSV",
            (f"net30: {ROWS / seconds['csv']:,.0f} rows/s", seconds["csv"]),
            (f"random + csv.writer: {ROWS / loop:,.0f} rows/s", loop),
            goal=RATIO_GOAL,
        ),
        Row(
            case="the same to Parquet",
            ours=f"{ROWS / seconds['parquet']:,.0f} rows/s",
            ours_seconds=seconds["parquet"],
            goal=f"{ROWS_A_SECOND_GOAL:,} rows/s",
            met=ROWS / seconds["parquet"] >= ROWS_A_SECOND_GOAL,
        ),
        Row(
            case="with the true chances beside it",
            ours=f"{ROWS / true:,.0f} rows/s",
            ours_seconds=true,
        ),
        Row(
            case="memory at its highest",
            ours=f"{megabytes:,} MB",
            goal=f"{MEGABYTES_MAX:,} MB",
            met=megabytes < MEGABYTES_MAX,
        ),
    ]


def invent(path: Path, truth: Path | None = None) -> None:
    """Write a ledger of ROWS invoices."""
    write_ledger(
        InventedLedger(Wish(rows=ROWS)), Targets(ledger=path, truth=truth), lambda *_told: None
    )


def by_loop(path: Path) -> None:
    """Write LOOP_ROWS invoices, the way one would write it down."""
    chance = random.Random(30)
    people = [
        (f"C{n:06}", f"Customer {n}", chance.gauss(-5, 8), chance.choice((0, 15, 30, 45, 60)))
        for n in range(LOOP_ROWS // 60)
    ]
    upto = list(accumulate(chance.lognormvariate(0, 1.2) for _ in people))
    days = sorted(chance.randrange((END - FIRST).days) for _ in range(LOOP_ROWS))
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        header = "invoice_id,customer_id,customer,issue_date,due_date,amount,currency,paid_date"
        rows.writerow((header + ",business_unit,industry,country,payment_terms").split(","))
        for number, after in enumerate(days):
            ((who, name, usual, terms),) = chance.choices(people, cum_weights=upto)
            issued = FIRST + timedelta(days=after)
            due = issued + timedelta(days=terms)
            paid = max(issued, due + timedelta(days=round(chance.gauss(usual, 6))))
            while paid.weekday() != 3:
                paid += timedelta(days=1)
            amount = round(chance.lognormvariate(13, 1))
            shown = paid.isoformat() if paid < END else ""
            unit = chance.choice(("equipment", "services"))
            dates = issued.isoformat(), due.isoformat()
            rest = ("XOF", shown, unit, "trade", "CI", f"net {terms}")
            rows.writerow((f"DEMO-{number}", who, name, *dates, amount, *rest))
