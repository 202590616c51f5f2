"""Rules: what EN 16931 demands of an invoice, checked with the standard's own rule numbers.

Amounts are compared with what they should come to and never changed: the document's word stays,
the difference is told. Source: EN 16931-1 and the CEN schematron 1.3.
"""

from __future__ import annotations

from net30.domain.invoice import Invoice
from net30.domain.rules import completeness, sums, vat
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding


def check(invoice: Invoice) -> tuple[Finding, ...]:
    """Return every rule of EN 16931 that the invoice breaks; none means it may be sent.

    `code` is the rule (BR-CO-10), `path` the field (lines[2].net). Amounts too large to add up, or
    of two currencies, are a finding too.
    """
    findings: list[Finding] = []
    for part in (completeness.check, sums.check, vat.check):
        try:
            findings.extend(part(invoice))
        except InputError as error:
            findings.append(Finding(error.code, "", error.message))
    return tuple(findings)
