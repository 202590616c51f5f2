"""Findings: everything that is wrong with a document or a file, told at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error stops the work, a warning does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: a stable `code`, the `path` where it is, a sentence, a severity."""

    code: str
    path: str
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return one line a person can read."""
        where = f" at {self.path}" if self.path else ""
        return f"{self.severity}: {self.message}{where} [{self.code}]"


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether any of the findings stops the work."""
    return any(finding.severity is Severity.ERROR for finding in findings)
