"""Faulty: a request with several things wrong, all told at once."""

from __future__ import annotations

from collections.abc import Sequence

from net30.kernel.errors import InputError
from net30.kernel.findings import Finding


class Faulty(InputError):
    """A request with several things wrong, all told at once."""

    code = "validation"

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Say how many findings there are; each has the path where it is."""
        super().__init__(
            f"{len(findings)} things are wrong with the request"
            if len(findings) > 1
            else findings[0].message,
            hint="see the findings: each names the field it is about",
        )
        self.findings = tuple(findings)
