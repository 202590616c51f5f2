"""Compute port: where the parts of a large table of invoices are scored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsToScore:
    """Invoices divided by customer: the parts that are still to be scored, by number.

    `rows` has a file of facts for each part, `scores` takes one of scores for each; `model` is the
    folder of a model; `horizon` the first day (since 1970-01-01) that the facts do not cover.
    """

    rows: Path
    scores: Path
    model: Path
    horizon: int
    parts: tuple[int, ...]


class Compute(Protocol):
    """An engine; every engine writes the same bytes for the same parts."""

    @property
    def name(self) -> str:
        """Return what it is called where people choose one."""

    def score(self, work: PartsToScore) -> Iterator[int]:
        """Score the parts in any order; yield each as soon as its scores are whole on the disk.

        Raises Unavailable when the engine does not work here.
        """
