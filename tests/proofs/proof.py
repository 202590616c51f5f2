"""Proofs: reliability and security as figures, each the count of failures among many tries.

A proof is a file tests/proofs/test_<id>_<name>.py. Its small size runs with the tests; its full
size runs with `python3 dev.py proofs <id> --full`. docs/proofs.md says how to write one.
"""

from __future__ import annotations

import argparse
import importlib
import secrets
import sys
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

FOLDER = Path(__file__).parent
SEED_MAX = 2**32


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a proof found: how often it tried, how often the promise broke, and how it went."""

    tries: int
    failures: int
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Tell whether something was tried and nothing failed."""
        return self.tries > 0 and self.failures == 0

    def __str__(self) -> str:
        """Show the figure as people quote it: 0 of 12,480."""
        return f"{self.failures:,} of {self.tries:,}"


class Proof(Protocol):
    """What a proof's file offers."""

    ID: str  # as in docs/proofs.md: "R9"
    TITLE: str  # what failed when a failure is counted: "totals that differ from the oracle"
    SMALL: int  # size within the tests: a few seconds
    FULL: int  # size that the figure is published for

    def run(self, size: int, seed: int) -> Outcome:
        """Try `size` times, with every random choice made from `seed`."""


def find(names: Sequence[str] = (), folder: Path = FOLDER) -> list[Path]:
    """List the proofs' files whose id or name is asked for, all of them when none is."""
    files = sorted(folder.glob("test_*.py"), key=lambda file: _order(file.stem))
    wanted = [name.lower() for name in names]
    for name in wanted:
        if not any(_is_called(file, name) for file in files):
            raise LookupError(f"there is no proof {name!r}; there are: {_ids(files)}")
    return [file for file in files if not wanted or any(_is_called(file, n) for n in wanted)]


def listing(files: Iterable[Path]) -> str:
    """List proofs with what they count and at which sizes, without running any."""
    lines = []
    for file in files:
        proof = load(file)
        sizes = f"small {proof.SMALL:,}, full {proof.FULL:,}"
        lines.append(f"{proof.ID:4} {proof.TITLE} ({sizes})")
    return "\n".join(lines)


def load(file: Path) -> Proof:
    """Import a proof's file."""
    # cast: a test compares each file with the protocol
    return cast("Proof", importlib.import_module(f"tests.proofs.{file.stem}"))


def report(files: Iterable[Path], *, full: bool, seed: int) -> bool:
    """Run proofs one after another, print each figure, and tell whether all of them hold."""
    hold = True
    for file in files:
        proof = load(file)
        size = proof.FULL if full else proof.SMALL
        start = time.perf_counter()
        try:
            outcome = proof.run(size, seed)
        except Exception:  # noqa: BLE001 - a proof that breaks off is a failure, the next one runs
            outcome = Outcome(tries=1, failures=1, detail=traceback.format_exc())
        seconds = time.perf_counter() - start
        verdict = "ok  " if outcome.holds else "FAIL"
        print(f"{verdict} {proof.ID:4} {proof.TITLE}: {outcome}   (seed {seed}, {seconds:.1f} s)")
        if outcome.detail:
            print("          " + outcome.detail.replace("\n", "\n          "))
        sys.stdout.flush()
        hold = hold and outcome.holds
    return hold


def main(words: Sequence[str]) -> int:
    """Read the command line; the exit code is 1 when a proof does not hold."""
    parser = argparse.ArgumentParser("dev.py proofs", description="Try to break what we promise.")
    parser.add_argument("names", nargs="*", help="ids or names; all when none is given")
    parser.add_argument("--full", action="store_true", help="the sizes that figures stand for")
    parser.add_argument("--seed", type=int, help="repeat the tries of an earlier run")
    parser.add_argument("--list", action="store_true", help="say what there is, run nothing")
    asked = parser.parse_args(words)
    try:
        files = find(asked.names)
    except LookupError as error:
        print(error.args[0])
        return 2
    if asked.list:
        print(listing(files))
        return 0
    seed = secrets.randbelow(SEED_MAX) if asked.seed is None else asked.seed
    return 0 if report(files, full=asked.full, seed=seed) else 1


def _is_called(file: Path, name: str) -> bool:
    _, ident, *rest = file.stem.split("_")
    return name in {ident, "_".join(rest), file.stem}


def _order(stem: str) -> tuple[str, int]:
    ident = stem.split("_")[1]
    return ident[:1], int(ident[1:]) if ident[1:].isdigit() else 0


def _ids(files: Sequence[Path]) -> str:
    return ", ".join(file.stem.split("_")[1].upper() for file in files)
