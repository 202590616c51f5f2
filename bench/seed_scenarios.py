"""The seed documents' own scenarios: one prediction, 10,000, 100,000, beside what they claim.

One prediction is asked in the books, as in bench/predict_invoice.py: the ledger has been read
once, each invoice counts with the fastest of some tries, the median of them is told. Batches are
whole commands, `net30 predict FILE`, from the start of Python to the file of scores. The ledgers
are invented and the models tried in one setup only: this measures time, not accuracy. The claims
tell no machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.bench import Row, best_of
from net30.app import App
from net30.cli.learning import prepare_to_learn
from net30.domain.open_item import OpenItem
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import Defaults
from net30.ledger.invented.files import Targets, write_ledger
from net30.ledger.invented.ledger import InventedLedger
from net30.ledger.invented.wish import Wish
from net30.scoring.calibration import Calibration
from net30.scoring.registry import publish
from net30.services.past_invoices import PastInvoices, of_books, of_file
from net30.services.predict_invoice import predict_invoice
from net30.services.train_model import Training, card_of
from tests.predicted_books import open_books

TRADITIONAL, DEEP = ("lightgbm", "random_forest", "xgboost", "gradient_boosting"), ("lstm",)
ONE_TRADITIONAL, ONE_DEEP = 0.050, 0.200
BATCHES = {10_000: 5.0, 100_000: 30.0}
"""Rows -> seconds claimed: 10,000 by pandas, 100,000 by Spark."""
SPARK_BATCHES = {10_000: 3.0, 100_000: 30.0}
IN_BATCHES = ("lightgbm", "random_forest", "lstm")
PAST, TRIES, ASKED = 4_000, 3, 30
_COMMAND = "import sys; from net30.cli.commands import run; sys.exit(run(sys.argv[1:]))"


def measure() -> list[Row]:
    """Measure one prediction by each engine, then batches, then Spark where it is there."""
    prepare_to_learn()
    with TemporaryDirectory(prefix="net30-bench-") as folder:
        return [*_ones(Path(folder) / "books"), *_batches(Path(folder))]


def _ones(home: Path) -> Iterator[Row]:
    today = datetime.now(UTC).date()
    desk = open_books(home, learned=None, today=today)
    with desk.app.look() as ctx:
        numbers = [stored.value.number for stored in ctx.tx.page(OpenItem, limit=ASKED)]
        past, models = of_books(ctx, today), ctx.models
    for family in (*TRADITIONAL, *DEEP):
        _publish(models, past, today, family)
        seconds = _one(desk.app, numbers)
        claim = ONE_DEEP if family in DEEP else ONE_TRADITIONAL
        yield _row(f"one prediction, {family}", f"{seconds * 1000:.2f} ms", seconds, claim)
    desk.app.close()


def _one(app: App, numbers: list[str]) -> float:
    def ask(number: str) -> None:
        with app.look() as ctx:
            predict_invoice(ctx, number)

    return median(best_of(partial(ask, number), times=TRIES) for number in numbers)


def _batches(folder: Path) -> Iterator[Row]:
    past = folder / "past.parquet"
    wish = Wish(rows=PAST, seed=1)
    write_ledger(InventedLedger(wish), Targets(ledger=past), lambda _step, _done, _of: None)
    file = HistoryFile(content=past.read_bytes(), defaults=Defaults(currency="XOF", today=wish.end))
    known = of_file(file, past.name)
    for rows in BATCHES:
        coming = Wish(rows=rows, seed=1, first_day=wish.end, months=1)
        write_ledger(
            InventedLedger(coming),
            Targets(ledger=folder / f"{rows}.parquet"),
            lambda _step, _done, _of: None,
        )
    for family in IN_BATCHES:
        _publish(folder / family, known, wish.end, family)
        for rows, claim in BATCHES.items():
            seconds = _seconds(folder, family, rows)
            assert isinstance(seconds, float), seconds
            yield _row(f"{rows:,} invoices, {family}", _rate(rows, seconds), seconds, claim)
    for rows, claim in SPARK_BATCHES.items():
        told = _seconds(folder, IN_BATCHES[0], rows, "--engine", "spark")
        case = f"{rows:,} invoices, {IN_BATCHES[0]}, Spark and its start"
        if isinstance(told, str):
            yield Row(case=case, ours=f"not measured: {told}", goal=f"{claim:g} s")
        else:
            yield _row(case, _rate(rows, told), told, claim)


def _seconds(folder: Path, family: str, rows: int, *more: str) -> float | str:
    """Return how long the command takes, or why it could not be done."""
    words = ("predict", f"{rows}.parquet", "--ledger", "past.parquet", "--model", family)
    program = [sys.executable, "-c", _COMMAND, *words, *more, "-o", f"{rows}-scored.parquet"]
    began = time.perf_counter()
    done = subprocess.run(
        program, cwd=folder, env=dict(os.environ), check=False, capture_output=True, text=True
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        return (done.stderr or done.stdout).strip().splitlines()[-1].strip()
    return seconds


def _publish(models: Path, past: PastInvoices, day: date, family: str) -> None:
    """Publish a family's first setup, which has learned from all of a past, without trials."""
    # They are in the extra ml: found missing only when a measurement needs them.
    from net30.features.coding import choose_words, customers_of, day_number, invoices_of
    from net30.training.choose import Choice
    from net30.training.families import load_family
    from net30.training.train import Lesson, learned

    horizon = day_number(day)
    words = choose_words(past.history, horizon)
    known = invoices_of(past.history, words, customers_of(past.history)).as_of(horizon)
    choice = Choice(
        family=family,
        setup=load_family(family).SETUPS[0],
        calibration=Calibration("beta", 1.05, 0.95, 0.02),
        figures={},
        baselines={},
        losses={},
        told=(),
    )
    trained = learned(Lesson(known=known, horizon=horizon, families=(family,)), [choice])
    training = Training(ledger=past, models=models, made_on=day)
    publish(models, card_of(training, day, known, words, trained), trained.onnx)


def _rate(rows: int, seconds: float) -> str:
    return f"{seconds:.1f} s, {rows / seconds:,.0f} invoices/s"


def _row(case: str, ours: str, seconds: float, claim: float) -> Row:
    return Row(
        case=case,
        ours=ours,
        ours_seconds=seconds,
        alternative="claimed",
        alternative_seconds=claim,
        ratio=claim / seconds,
        goal=f"{claim * 1000:g} ms" if claim < 1 else f"{claim:g} s",
        met=seconds <= claim,
    )
