"""Benches: how fast net30 is, beside another way to do the same, measured in one run.

A bench is a file bench/<name>.py with `measure() -> list[Row]`; its docstring says what is
compared. `python3 dev.py bench <name>` prints a table and JSON. docs/bench.md says more.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison; without an alternative it is a figure of our own."""

    case: str  # "one-page PDF"
    ours: str  # "net30 (typst)", or the figure itself: "612 documents/s"
    alternative: str = ""  # "WeasyPrint 70", or why it could not be measured
    alternative_seconds: float | None = None
    ours_seconds: float | None = None
    ratio: float | None = None  # alternative over ours: 10 means ten times as fast
    goal: str = ""  # "10 x", "500/s": as people read it
    met: bool | None = None  # None: no goal, or it could not be measured here


def compare(
    case: str,
    ours: tuple[str, float],
    alternative: tuple[str, float],
    goal: float | None = None,
) -> Row:
    """Make the row of two named times in seconds; `goal` is the least ratio wanted."""
    ratio = alternative[1] / ours[1]
    return Row(
        case=case,
        ours=ours[0],
        ours_seconds=ours[1],
        alternative=alternative[0],
        alternative_seconds=alternative[1],
        ratio=ratio,
        goal="" if goal is None else f"{goal:g} x",
        met=None if goal is None else ratio >= goal,
    )


def best_of(act: Callable[[], object], *, times: int = 5) -> float:
    """Measure the seconds of the fastest of several calls, after one call to warm up."""
    act()
    return min(_seconds(act) for _ in range(times))


def find(names: Sequence[str] = (), folder: Path = FOLDER) -> list[str]:
    """List the benches asked for, all of them when none is."""
    files = [file for file in folder.glob("*.py") if file != Path(__file__)]
    there = sorted(file.stem for file in files if "\ndef measure(" in file.read_text())
    for name in names:
        if name not in there:
            raise LookupError(f"there is no bench {name!r}; there are: {', '.join(there)}")
    return [name for name in there if not names or name in names]


def table(rows: Sequence[Row]) -> str:
    """Lay rows out in columns."""
    head = ("case", "ours", "seconds", "alternative", "seconds", "ratio", "goal", "")
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(head))]
    lines = [
        "  ".join(text.ljust(w) for text, w in zip(line, widths, strict=True)) for line in cells
    ]
    return "\n".join(line.rstrip() for line in lines)


def machine() -> dict[str, object]:
    """Say what the figures were measured on; a figure without it means little."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "load": load,
    }


def main(words: Sequence[str]) -> int:
    """Run `bench [NAME...]`: tables for people, then one line of JSON for programs."""
    try:
        names = find(words)
    except LookupError as error:
        print(error.args[0])
        return 2
    results: dict[str, list[Row]] = {}
    for name in names:
        module = importlib.import_module(f"bench.{name}")
        print(f"\n{name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
        results[name] = module.measure()
        print(table(results[name]), flush=True)
    benches = {name: [asdict(row) for row in rows] for name, rows in results.items()}
    print("\n" + json.dumps({"machine": machine(), "benches": benches}))
    return 0


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _cells(row: Row) -> tuple[str, ...]:
    verdict = {None: "", True: "met", False: "missed"}[row.met]
    ours, alternative = _time(row.ours_seconds), _time(row.alternative_seconds)
    ratio = "" if row.ratio is None else f"{row.ratio:.1f} x"
    return (row.case, row.ours, ours, row.alternative, alternative, ratio, row.goal, verdict)


def _time(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.4g}"
