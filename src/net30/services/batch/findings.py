"""Findings of a large file: every one kept as a table, some of each kind to show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pyarrow as pa

from net30.kernel.findings import Finding, Severity
from net30.ledger.faults import SHOWN_PER_CODE_MAX, Faults

_TEXTS = dict.fromkeys(("severity", "code", "path", "message"), pa.string())
_FIELDS: dict[str, pa.DataType] = {"line": pa.int64(), **_TEXTS}
FINDINGS = pa.schema(_FIELDS)
"""line is the row that a finding is about, 0 where it is about the file."""

_ROW = re.compile(r"(?:rows|lines)\[(\d+)\]")


class KeptFindings:
    """What was wrong with rows: told to `faults`, and taken from it piece by piece."""

    def __init__(self, faults: Faults) -> None:
        """Begin with what is wrong already."""
        self.faults = faults
        self._tables: list[pa.Table] = []

    def take(self) -> None:
        """Keep what has come up since as a table, which needs little room."""
        told, self.faults.shown = self.faults.shown, []
        if told:
            self._tables.append(_table(told))

    def table(self) -> pa.Table:
        """Return all findings, by row: the same for every division of the file."""
        self.take()
        every = pa.concat_tables([FINDINGS.empty_table(), *self._tables]).combine_chunks()
        return every.sort_by([(name, "ascending") for name in ("line", "code", "path")])


def shown(findings: pa.Table, counts: Mapping[str, int]) -> tuple[Finding, ...]:
    """Return the first findings of each kind."""
    wanted = Counter(dict.fromkeys(counts, SHOWN_PER_CODE_MAX))
    found: list[Finding] = []
    for batch in findings.to_batches(max_chunksize=1_000):
        for row in batch.to_pylist():
            if wanted[row["code"]] > 0:
                wanted[row["code"]] -= 1
                severity = Severity(row["severity"])
                found.append(Finding(row["code"], row["path"], row["message"], severity))
        if not any(wanted.values()):
            break
    return tuple(found)


def _table(told: list[Finding]) -> pa.Table:
    columns = {
        "line": [_line(one.path) for one in told],
        "severity": [str(one.severity) for one in told],
        "code": [one.code for one in told],
        "path": [one.path for one in told],
        "message": [one.message for one in told],
    }
    return pa.table(columns, schema=FINDINGS)


def _line(path: str) -> int:
    found = _ROW.match(path)
    return int(found[1]) if found else 0
