"""Faults: what is wrong with the rows of a file, all counted, the first ones told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from net30.kernel.findings import Finding, Severity
from net30.ledger.compute import Column

SHOWN_PER_CODE_MAX = 20
"""Of each kind of fault so many are told one by one; the rest are in the counts."""
EVERY = 1_000_000
"""As many as that: every one, for a file of findings."""
_ROW = re.compile(r"rows\[([0-9]+)\]")


class Faults:
    """Findings as they come up while a file is read."""

    def __init__(self, shown_per_code: int = SHOWN_PER_CODE_MAX) -> None:
        """Begin without any; so many of each kind will be told one by one."""
        self.shown: list[Finding] = []
        self.shown_per_code = shown_per_code
        self.counts: Counter[str] = Counter()
        self.errors = 0

    @property
    def total(self) -> int:
        """Return how many there are, shown or not."""
        return self.counts.total()

    def add(self, code: str, path: str, message: str, severity: Severity = Severity.ERROR) -> None:
        """Note one fault."""
        self.counts[code] += 1
        self.errors += severity is Severity.ERROR
        if self.counts[code] <= self.shown_per_code:
            self.shown.append(Finding(code, path, message, severity))

    def add_rows(
        self,
        code: str,
        place: tuple[Column, str],
        say: Callable[[str], str],
        values: Column,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note the same fault of many rows.

        `place` is their row numbers (the header is row 1) and the column; `say` makes the message
        of the value that stands there.
        """
        rows, column = place
        told = max(0, self.shown_per_code - self.counts[code])
        for row, value in zip(rows.slice(0, told), values.slice(0, told), strict=True):
            cell = "" if value.as_py() is None else str(value.as_py())
            self.add(code, path_of(int(row.as_py()), column), say(cell), severity)
        rest = max(0, len(rows) - told)
        self.counts[code] += rest
        self.errors += rest if severity is Severity.ERROR else 0


def path_of(row: int, column: str = "") -> str:
    """Return where a row's fault is, as a spreadsheet numbers rows: the header is row 1.

    >>> path_of(17, "amount")
    'rows[17].amount'
    """
    return f"rows[{row}].{column}" if column else f"rows[{row}]"


def row_of(path: str) -> int | None:
    """Return the row that a path names, None for one that names none.

    >>> row_of("rows[17].amount")
    17
    """
    match = _ROW.match(path)
    return int(match[1]) if match else None
