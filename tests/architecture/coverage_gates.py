"""The coverage gates: every branch of kernel and domain, nine tenths of every other room.

Run by `python3 dev.py coverage` on the JSON that the test run wrote; the exit code is the verdict.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

PURE_ROOMS = {"kernel", "domain"}
PURE_PERCENT = 100.0
OTHER_PERCENT = 90.0


def shares(report: dict[str, Any]) -> dict[str, float]:
    """Return the percentage of statements and branches that ran, room by room."""
    ran: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for path, file in report["files"].items():
        summary = file["summary"]
        room = _room(path)
        ran[room] += summary["covered_lines"] + summary["covered_branches"]
        there[room] += summary["num_statements"] + summary["num_branches"]
    return {room: 100 * ran[room] / there[room] for room in sorted(there) if there[room]}


def missing(report: dict[str, Any], room: str) -> list[str]:
    """List what did not run in a room, file by file: lines, and branches as from->to."""
    gaps: list[str] = []
    for path, file in sorted(report["files"].items()):
        lines = file["missing_lines"]
        branches = [
            f"{start}->{'exit' if end < 0 else end}"
            for start, end in file["missing_branches"]
            if start not in lines and end not in lines
        ]
        if _room(path) == room and (lines or branches):
            gaps.append(f"{path}: {', '.join([*_runs(lines), *branches])}")
    return gaps


def verdict(report: dict[str, Any]) -> tuple[bool, list[str]]:
    """Tell whether every room passes its gate, and the lines that say so."""
    rows, gaps = [], []
    for room, share in shares(report).items():
        gate = PURE_PERCENT if room in PURE_ROOMS else OTHER_PERCENT
        holds = share >= gate
        rows.append(f"{'ok  ' if holds else 'FAIL'} {room:15} {share:6.2f} % (gate {gate:.0f} %)")
        if not holds:
            gaps += missing(report, room)
    return not gaps, [*rows, *gaps]


def main(words: list[str]) -> int:
    """Judge the report named on the command line."""
    path = Path(words[0])
    if not path.exists():
        print(f"coverage gates: {path} was not written: the tests did not come to an end")
        return 1
    passed, lines = verdict(json.loads(path.read_text()))
    print("coverage of each room, statements and branches:")
    print("\n".join(lines))
    return 0 if passed else 1


def _runs(lines: list[int]) -> list[str]:
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]


def _room(path: str) -> str:
    inside = Path(path).as_posix().split("src/net30/")[-1]
    return inside.split("/", maxsplit=1)[0].removesuffix(".py")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
