"""Figures: all of `net30 figures` from a cold process' first query on, beside a plain script.

Both read the same Parquet segment and end with the same figures of three currencies; the script
keeps a dict of each invoice and adds up. Ours is timed in a new process each time, modules loaded
(what figures take from predictions is left out on both sides). Seconds are those of the
processor, all threads together: on an idle machine the clock shows no more.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bench.bench import Row, compare
from net30.insights.as_of import known_at, period_ending
from net30.ledger.schema import FACTS, FIGURE_COLUMNS, PLAIN_FACTS
from net30.ledger.writers.parquet import decode_facts, encode_facts
from net30.services.company_figures import Asked, Foreseen, figures_known, figures_of_ledger

AS_OF = date(2026, 11, 21)
START = np.datetime64("2024-01-01")
SIZES = ((100_000, 0.5), (1_000_000, 3.0))
INCREMENT_SECONDS = 0.05
RATIO_GOAL = 10.0
COLUMNS = [name for name in FIGURE_COLUMNS if name not in {"number", "extras"}]
Array = NDArray[Any]  # Any: of words, days or amounts
COLD = """
import sys, time
from pathlib import Path
import pyarrow as pa, pyarrow.dataset
import bench.figures as it
pa.array([0])  # loads pandas where it is installed, which is no part of the query
content = Path(sys.argv[1]).read_bytes()
start = time.process_time()
it.ours(content)
print(time.process_time() - start)
"""


def measure() -> list[Row]:
    """Measure all figures at two sizes, the script at the smaller, and one invoice more."""
    rows = []
    for size, goal in SIZES:
        content = segment(size)
        seconds = cold(content)
        rows.append(
            Row(
                case=f"all figures, {size:,} invoices, cold",
                ours=f"{size / seconds:,.0f} invoices/s",
                ours_seconds=seconds,
                goal=f"{goal:g} s",
                met=seconds < goal,
            )
        )
        if size == SIZES[0][0]:
            start = time.process_time()
            by_script(content)
            script = time.process_time() - start
            rows.append(compare(f"all figures, {size:,} invoices", ("net30, cold", seconds),
                                ("plain Python, a dict an invoice", script),
                                goal=RATIO_GOAL))  # fmt: skip
        after = one_more(content)
        rows.append(
            Row(
                case=f"after one new invoice, {size:,} invoices",
                ours="sums of its claim added",
                ours_seconds=after,
                goal=f"{INCREMENT_SECONDS * 1000:g} ms",
                met=after < INCREMENT_SECONDS,
            )
        )
    return rows


def ours(content: bytes) -> object:
    """Return all figures of a segment."""
    return figures_of_ledger(decode_facts(content, COLUMNS), Asked(as_of=AS_OF))


def cold(content: bytes) -> float:
    """Return the best seconds of three new processes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "segment.parquet"
        file.write_bytes(content)
        words = [sys.executable, "-c", COLD, str(file)]
        return min(
            float(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
            for _ in range(3)
        )


def one_more(content: bytes) -> float:
    """Return the seconds of all figures after one more invoice, those before it being known."""
    fact = {"fact": "invoice", "fact_id": "new", "invoice_id": "new", "customer_id": "C000001",
            "currency": "XOF", "amount": 5000, "day": AS_OF, "known_on": AS_OF,
            "issue_date": AS_OF, "due_date": AS_OF, "source": "bench",
            "sequence": 10**9}  # fmt: skip
    new = pa.Table.from_pylist([fact], schema=FACTS)
    asked = Asked(as_of=AS_OF)
    with known_at(decode_facts(content, COLUMNS), AS_OF) as known:
        figures_known(known, asked.period, asked.cost_of_capital, Foreseen())
        times = []
        for _ in range(5):
            start = time.process_time()
            after = known.followed_by(new)
            figures_known(after, asked.period, asked.cost_of_capital, Foreseen())
            times.append(time.process_time() - start)
    return min(times)


def by_script(content: bytes) -> dict[str, dict[str, float]]:
    """Return the figures the way one would write them down."""
    claims: dict[str, dict[str, object]] = {}
    moves: dict[str, list[tuple[str, date, int]]] = defaultdict(list)
    for row in decode_facts(content, COLUMNS).to_pylist():
        if row["known_on"] > AS_OF or row["day"] > AS_OF:
            continue
        if row["fact"] in {"invoice", "credit_note"}:
            claims[row["invoice_id"]] = row
        else:
            moves[row["invoice_id"]].append((row["fact"], row["day"], row["amount"]))
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    debts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, claim in claims.items():
        _add(sums[str(claim["currency"])], debts[str(claim["currency"])], claim, moves[name])
    for currency, found in sums.items():
        _divide(found, list(debts[currency].values()))
    return sums


def _add(found: dict[str, float], debts: dict[str, int], claim: dict[str, object],
         moves: list[tuple[str, date, int]]) -> None:  # fmt: skip
    issued, due, amount = claim["issue_date"], claim["due_date"], claim["amount"]
    assert isinstance(issued, date)
    assert isinstance(due, date)
    assert isinstance(amount, int)
    period = period_ending(AS_OF)
    balance = amount + sum(move[2] for move in moves)
    late = (AS_OF - due).days
    debts[str(claim["customer_id"])] += balance
    found["outstanding"] += balance
    if balance > 0:
        step = min(max(0, (late + 29) // 30), 4)
        found[("not_due", "d1_30", "d31_60", "d61_90", "d90_plus")[step]] += balance
        found["open"] += 1
    for day, prefix in ((period.day_before, "opening"), (AS_OF - timedelta(30), "then"),
                        (AS_OF - timedelta(120), "opening then")):  # fmt: skip
        if issued <= day:
            before = amount + sum(move[2] for move in moves if move[1] <= day)
            found[prefix] += before
            if prefix == "then" and before > 0:
                step = min(max(0, ((day - due).days + 29) // 30), 4)
                found[f"stood {step}"] += before
                found[f"moved {step}"] += min(before, balance) if late > 0 else 0
    if period.start <= issued <= period.end:
        found["sales"] += amount
        found["collected"] -= sum(move[2] for move in moves if move[0] == "payment")
    found[f"month {issued.year}-{issued.month}"] += amount
    if period.start <= due <= period.end:
        until = max((move[1] for move in moves), default=AS_OF) if balance <= 0 else AS_OF
        found["days late"] += amount * max(0, (until - due).days)
        found["due"] += amount
        found["received"] -= sum(move[2] for move in moves if move[0] == "payment")
    if 90 <= late <= 179:
        limit = due + timedelta(90)
        found["owed at 90"] += amount
        found["unpaid at 90"] += amount + sum(
            move[2] for move in moves if move[1] <= limit and move[0] == "payment"
        )
    found["written off"] -= sum(
        move[2] for move in moves if move[0] == "write_off" and move[1] >= period.start
    )


def _divide(found: dict[str, float], debts: list[int]) -> None:
    found["dso"] = found["outstanding"] / found["sales"] * 90
    found["best"] = found["not_due"] / found["sales"] * 90
    found["late"] = found["days late"] / found["due"]
    net = found["opening"] + found["sales"] - found["written off"]
    found["cei"] = 100 * (net - found["outstanding"]) / (net - found["not_due"])
    found["rate"] = found["received"] / found["due"]
    found["at risk"] = found["unpaid at 90"] / found["owed at 90"]
    whole = sum(debt for debt in debts if debt > 0)
    found["hhi"] = sum((debt / whole) ** 2 for debt in debts if debt > 0)
    found["top"] = sum(sorted(debts, reverse=True)[:10]) / whole


def segment(size: int) -> bytes:
    """Return a segment of so many invoices: some paid late, in two parts, or never."""
    chance = np.random.default_rng(30)
    issued = START + np.sort(chance.integers(0, 1050, size)).astype("timedelta64[D]")
    due = issued + chance.choice([15, 30, 45, 60], size).astype("timedelta64[D]")
    paid = due + (chance.gamma(2, 8, size).astype(int) - 5).astype("timedelta64[D]")
    amount = chance.integers(1_000, 10_000_000, size)
    half = np.where(chance.random(size) < 0.1, amount // 2, amount)
    settled = (paid <= np.datetime64(AS_OF)) & (chance.random(size) > 0.01)
    ids = np.array([f"bench.F-{at:08d}" for at in range(size)], object)
    words = {
        "invoice_id": ids,
        "customer_id": np.array([f"C{at:06d}" for at in chance.integers(0, size // 50, size)]),
        "currency": np.array(["XOF", "EUR", "USD"])[chance.choice(3, size, p=[0.8, 0.15, 0.05])],
    }
    every = np.arange(size)
    first, second = np.flatnonzero(settled), np.flatnonzero(settled & (half < amount))
    later = np.minimum(paid + np.timedelta64(9), np.datetime64(AS_OF))
    claims = _facts(
        "invoice", words, every, (amount, issued), {"issue_date": issued, "due_date": due}
    )
    return encode_facts(pa.concat_tables([
        claims,
        _facts("payment", words, first, (-half[first], paid[first]), {}),
        _facts("payment", words, second, ((half - amount)[second], later[second]), {}),
    ]))  # fmt: skip


def _facts(
    fact: str, words: dict[str, Array], rows: Array, change: tuple[Array, Array],
    more: dict[str, Array],
) -> pa.Table:  # fmt: skip
    amount, day = change
    count = len(rows)
    columns: dict[str, Array | list[Any]] = {name: column[rows] for name, column in words.items()}
    columns |= {"fact": [fact] * count, "fact_id": [f"{fact}.{at}" for at in range(count)],
                "source": ["bench"] * count, "sequence": rows, "amount": amount, "day": day,
                "known_on": day, **more}  # fmt: skip
    empty: dict[str, Array | list[Any]] = {name: [None] * count for name in PLAIN_FACTS.names}
    return pa.Table.from_pydict({**empty, **columns}, schema=PLAIN_FACTS)
