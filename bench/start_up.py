"""Start-up: the CPU seconds of simple commands, beside an interpreter that does nothing.

Commands run as a user types them, in a home that exists already; the goal is under half a CPU
second each.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.bench import Row

GOAL_CPU_SECONDS = 0.5
TIMES = 5
COMMANDS = (
    ("--version",),
    ("--help",),
    ("customer", "show", "Acme Corp"),
    ("invoice", "show", "INV-{year}-000001"),
)


def measure() -> list[Row]:
    """Return one row a command; the alternative is `python -c pass`."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "NET30_HOME": home}
        number = _prepared(env)
        nothing = _cpu_seconds([sys.executable, "-c", "pass"], env)
        return [
            _row([word if "{year}" not in word else number for word in words], nothing, env)
            for words in COMMANDS
        ]


def _row(words: list[str], nothing: float, env: dict[str, str]) -> Row:
    seconds = _cpu_seconds([*_net30(), *words], env)
    return Row(
        case=f"net30 {' '.join(words)}",
        ours=f"{seconds:.2f} CPU s",
        ours_seconds=seconds,
        alternative="python -c pass",
        alternative_seconds=nothing,
        ratio=nothing / seconds,
        goal=f"< {GOAL_CPU_SECONDS} CPU s",
        met=seconds < GOAL_CPU_SECONDS,
    )


def _prepared(env: dict[str, str]) -> str:
    for words in (
        ["init", "--name", "Bench SARL"],
        ["customer", "add", "Acme Corp", "--country", "CI"],
        ["invoice", "new", "Acme Corp", "--line", "work; 1; 1000", "--issue"],
    ):
        subprocess.run([*_net30(), *words], env=env, check=True, capture_output=True)
    listed = Path(env["NET30_HOME"]).rglob("INV-*.pdf")
    return next(listed).stem


def _net30() -> list[str]:
    return [str(Path(sys.executable).with_name("net30"))]


def _cpu_seconds(command: list[str], env: dict[str, str]) -> float:
    """Return the least CPU seconds, user and system, of several runs."""
    return min(_one_run(command, env) for _ in range(TIMES))


def _one_run(command: list[str], env: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=env, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
