"""A million invoices of a file scored: Parquet in, features, distribution, band, Parquet out.

Beside a loop that does one invoice at a time: pandas filters the customer's past, scikit-learn's
forest says a probability. The ledgers are invented: no figure here is accuracy; what the fast
family loses is told on the same rows. A million asked, with a history of a million.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.bench import Row
from net30.ledger import compute
from net30.ledger.invented.files import Targets, write_ledger
from net30.ledger.invented.ledger import InventedLedger
from net30.ledger.invented.wish import Wish
from net30.scoring.card import read_card
from net30.scoring.registry import model_folder

ROWS = 1_000_000
TRAINED_ON = 27_000
LOOP_SECONDS = 20
LOOP_HISTORY = 100_000
GOALS = {"lightgbm": 60_000, "lstm": 50_000, "spark": 15_000}
FAST_CPU_SECONDS = 8.0
MEGABYTES_MAX = 1_000
RATIO = 1_000


@dataclass(frozen=True)
class Run:
    """What one run of `net30 predict` took, from its start to its end."""

    wall: float
    cpu: float
    megabytes: float
    rows: int

    @property
    def told(self) -> str:
        """The figures for people."""
        return (
            f"{self.rows / self.wall:,.0f} invoices/s, {self.cpu:.1f} CPU s, "
            f"{self.megabytes:,.0f} MB at its highest"
        )


def measure() -> list[Row]:
    """Measure each profile in a process of its own, and the loop on a sample."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_files(folder)
        return list(_rows(folder))


def _rows(folder: Path) -> Iterator[Row]:
    run = best = None
    for family in ("lightgbm", "fast", "lstm"):
        if family == "lstm" and not find_spec("keras"):
            yield Row(case="LSTM", ours="not measured: the extra deep is not installed")
            continue
        train(folder, family)
        run = predict(folder, family, "local")
        best = best or run
        yield _row(family, run)
    assert best
    yield Row(
        case="memory at its highest, default family",
        ours=f"{best.megabytes:,.0f} MB",
        goal=f"{MEGABYTES_MAX:,} MB",
        met=best.megabytes < MEGABYTES_MAX,
    )
    figures = {name: metrics(folder, name) for name in ("lightgbm", "fast")}
    yield Row(case="what fast loses, on later invented invoices", ours=_lost(figures))
    yield from _spark(folder)
    each = loop_seconds(folder)
    ratio = each * best.rows / best.wall
    yield Row(
        case="the same, beside a loop",
        ours=f"net30: {best.rows / best.wall:,.0f} invoices/s",
        ours_seconds=best.wall,
        alternative=f"pandas filter + RandomForest.predict_proba: {1 / each:.1f} invoices/s",
        alternative_seconds=each * best.rows,
        ratio=ratio,
        goal=f"{RATIO:,} x",
        met=ratio >= RATIO,
    )


def _row(family: str, run: Run) -> Row:
    if family == "fast":
        goal, met = f"{FAST_CPU_SECONDS:g} CPU s", run.cpu <= FAST_CPU_SECONDS
    else:
        goal = f"{GOALS[family]:,} invoices/s"
        met = run.rows / run.wall >= GOALS[family]
    case = f"{run.rows:,} invoices, family {family}"
    return Row(case=case, ours=run.told, ours_seconds=run.wall, goal=goal, met=met)


def _spark(folder: Path) -> Iterator[Row]:
    if not find_spec("pyspark"):
        yield Row(case="Spark", ours="not measured: the extra spark is not installed")
        return
    try:
        run = predict(folder, "lightgbm", "spark")
    except RuntimeError as error:
        yield Row(case="Spark", ours=f"not measured: {str(error).strip().splitlines()[-1]}")
        return
    same = output(folder, "lightgbm", "local").read_bytes()
    same_bytes = same == output(folder, "lightgbm", "spark").read_bytes()
    told = "the same bytes as local" if same_bytes else "NOT the bytes of local"
    yield Row(
        case=f"{run.rows:,} invoices on Spark local[*], with its start",
        ours=f"{run.rows / run.wall:,.0f} invoices/s; {told}",
        ours_seconds=run.wall,
        goal=f"{GOALS['spark']:,} invoices/s, the same bytes",
        met=same_bytes and run.rows / run.wall >= GOALS["spark"],
    )


def make_files(folder: Path) -> None:
    """Write a history of a million invoices, and the million that comes after it."""
    every = folder / "every.parquet"
    ledger = InventedLedger(Wish(rows=2 * ROWS))
    write_ledger(ledger, Targets(ledger=every), lambda *_told: None)
    table = pq.read_table(every)
    table = table.take(np.argsort(np.asarray(table["issue_date"]), kind="stable"))
    cut = table["issue_date"][ROWS].as_py()
    assert isinstance(cut, date)
    past = table.slice(0, ROWS)
    paid = pc.if_else(pc.less(past["paid_date"], pa.scalar(cut)), past["paid_date"], None)
    past = past.set_column(past.column_names.index("paid_date"), "paid_date", paid)
    pq.write_table(past, folder / "past.parquet")
    pq.write_table(table.slice(ROWS).drop_columns(["paid_date"]), folder / "new.parquet")
    pq.write_table(sample_of(past, TRAINED_ON), folder / "train.parquet")
    every.unlink()


def sample_of(past: pa.Table, rows: int) -> pa.Table:
    """Some customers' whole past."""
    customer = compute.coded(past["customer_id"]).indices
    return past.filter(pa.array(np.asarray(customer) % (past.num_rows // rows) == 0))


def train(folder: Path, family: str) -> None:
    """Publish a model of a family."""
    _net30("train", "--ledger", folder / "train.parquet", "--family", family,
           "-o", folder / family)  # fmt: skip


def predict(folder: Path, family: str, engine: str) -> Run:
    """Score the million in a process of its own; a child's use of memory and processor counts."""
    words = ("predict", folder / "new.parquet", "--ledger", folder / "past.parquet", "--model",
             folder / family, "-o", output(folder, family, engine), "--engine", engine,
             "--json")  # fmt: skip
    told = _net30(*words)
    return Run(told["wall"], told["cpu"], told["megabytes"], ROWS)


def output(folder: Path, family: str, engine: str) -> Path:
    """Where the scores go."""
    return folder / f"{family}-{engine}.parquet"


def metrics(folder: Path, family: str) -> dict[str, float]:
    """The figures of a model's card."""
    return read_card(model_folder(folder / family) / "card.json").metrics


def _lost(figures: dict[str, dict[str, float]]) -> str:
    names = ("auc", "brier", "mae", "interval_score")
    slow, fast = figures["lightgbm"], figures["fast"]
    return ", ".join(f"{name} {fast[name]:.3f} for {slow[name]:.3f}" for name in names)


_MEASURED = '''
# A child; without pandas, as net30 is installed but for the extra spark: pyarrow would load it.
import json, os, resource, subprocess, sys, time
start = time.perf_counter()
hide = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pandas":
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Hidden())
"""
hide = "" if "spark" in sys.argv else hide
command = [sys.executable, "-c", hide + "from net30.cli import main; main()", *sys.argv[1:]]
done = subprocess.run(command, capture_output=True, text=True)
wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"code": done.returncode, "error": done.stderr[-2000:] + done.stdout[-2000:],
    "wall": wall, "cpu": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}))
'''


def _net30(*words: str | Path) -> dict[str, float]:
    """Run a command; return its seconds, CPU seconds and megabytes."""
    command = [sys.executable, "-c", _MEASURED, *map(str, words)]
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    # As where net30 is installed: modules are compiled once, not in every process.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    told: dict[str, float] = json.loads(done.stdout)
    if told["code"]:
        raise RuntimeError(f"net30 {' '.join(map(str, words))}: {told['error']}")
    return told


def loop_seconds(folder: Path) -> float:
    """Seconds an invoice of a loop as one would write it, on a sample; a short history helps it."""
    import pandas as pd
    from sklearn.ensemble import RandomForestClassifier

    past = pq.read_table(folder / "past.parquet").slice(ROWS - LOOP_HISTORY).to_pandas()
    asked = pq.read_table(folder / "new.parquet").slice(0, 10_000).to_pandas()
    for frame in (past, asked):
        for name in ("issue_date", "due_date"):
            frame[name] = pd.to_datetime(frame[name])
    past["delay"] = (pd.to_datetime(past["paid_date"]) - past["due_date"]).dt.days
    settled = past[past["delay"].notna()]
    terms = (settled["due_date"] - settled["issue_date"]).dt.days
    known = pd.DataFrame({"terms": terms, "amount": settled["amount"], "mean": settled["delay"],
                          "late": settled["delay"] > 0})  # fmt: skip
    forest = RandomForestClassifier(100, max_depth=12, random_state=0, n_jobs=1)
    forest.fit(known.head(20_000).to_numpy(), (settled["delay"] > 0).head(20_000))
    start, done = time.perf_counter(), 0
    for _, row in asked.iterrows():
        mine = past[(past["customer_id"] == row["customer_id"]) & past["delay"].notna()]
        mine = mine[mine["issue_date"] < row["issue_date"]]
        late = (mine["delay"] > 0).mean() if len(mine) else 0.5
        mean = mine["delay"].mean() if len(mine) else 0.0
        days = (row["due_date"] - row["issue_date"]).days
        forest.predict_proba([[days, row["amount"], mean, late]])
        done += 1
        if time.perf_counter() - start > LOOP_SECONDS:
            break
    return (time.perf_counter() - start) / done
