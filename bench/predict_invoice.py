"""One prediction of our own books, from the question to the days: p50 and p99 of many invoices.

Each invoice counts with the fastest of some tries, so that other work on the machine weighs little.
The customers have about a hundred invoices each; the books are in SQLite, the ledger has been read
once and a customer's past is sorted once, until something happens in the books. What every question
does anew: find the invoice and its customer's past, the features, the model's distribution, what is
known by being unpaid, the band. With reasons it asks the same model
about every coalition of groups as well. The alternative is the same question by a command of its
own, which starts, opens the books and reads the ledger first.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.bench import Row, best_of
from net30.app import App
from net30.domain.open_item import OpenItem
from net30.services.predict_invoice import predict_invoice
from tests.predicted_books import open_books

TRIES = 5
_COMMAND = "import sys; from net30.cli.commands import run; sys.exit(run(sys.argv[1:]))"
GOAL, GOAL_EXPLAINED = 0.0015, 0.003


def measure() -> list[Row]:
    """Measure a prediction without reasons and with them."""
    with TemporaryDirectory(prefix="net30-bench-") as folder:
        today = datetime.now(UTC).date()
        desk = open_books(Path(folder), learned=today, today=today)
        with desk.app.look() as ctx:
            numbers = [stored.value.number for stored in ctx.tx.page(OpenItem, limit=100)]
        command = best_of(partial(_by_command, Path(folder), numbers[0]), times=1)
        plain = _seconds(desk.app, numbers, explain=False)
        explained = _seconds(desk.app, numbers, explain=True)
        desk.app.close()
    return [
        _row("one prediction", plain, GOAL, command),
        _row("one prediction with its reasons", explained, GOAL_EXPLAINED, command),
    ]


def _seconds(app: App, numbers: list[str], *, explain: bool) -> list[float]:
    """Return the time of each invoice, the shortest first."""

    def ask(number: str) -> None:
        with app.look() as ctx:
            predict_invoice(ctx, number, explain=explain)

    return sorted(best_of(partial(ask, number), times=TRIES) for number in numbers)


def _by_command(home: Path, number: str) -> None:
    program = [sys.executable, "-c", _COMMAND, "predict", number, "--json"]
    environment = {**os.environ, "NET30_HOME": str(home)}
    subprocess.run(program, env=environment, check=True, capture_output=True)


def _row(case: str, times: list[float], goal: float, command: float) -> Row:
    seconds, slow = median(times), times[int(len(times) * 0.99)]
    return Row(
        case=case,
        ours=f"p50 {seconds * 1000:.2f} ms, p99 {slow * 1000:.2f} ms",
        ours_seconds=seconds,
        alternative="a command of its own",
        alternative_seconds=command,
        ratio=command / seconds,
        goal=f"{goal * 1000:g} ms",
        met=seconds <= goal,
    )
