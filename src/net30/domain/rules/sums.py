"""Sums: the totals as stated beside what they come to (BR-CO-10 to 16, Peppol R040 to R120)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, localcontext

from net30.domain.invoice import Invoice
from net30.domain.line import AllowanceCharge, Line
from net30.kernel.decimals import EXACT
from net30.kernel.findings import Finding, Severity
from net30.kernel.money import Money

SLACK = 2
"""Minor units that a line or a percentage may be off (Peppol R040, R120: 0.02)."""


def check(invoice: Invoice) -> Iterator[Finding]:
    """Yield a finding for each amount that is not what the others come to."""
    if invoice.lines:
        yield from _of_lines(invoice)
    yield from _of_totals(invoice)
    for at, line in enumerate(invoice.lines):
        yield from _line(line, f"lines[{at}]")
    for name, entries in (("allowances", invoice.allowances), ("charges", invoice.charges)):
        for at, entry in enumerate(entries):
            yield from _share(entry, f"{name}[{at}]")


def _of_lines(invoice: Invoice) -> Iterator[Finding]:
    totals, currency = invoice.totals, invoice.currency
    lines = Money.total((line.net for line in invoice.lines), currency)
    minus = Money.total((entry.amount for entry in invoice.allowances), currency)
    plus = Money.total((entry.amount for entry in invoice.charges), currency)
    yield from _differs("BR-CO-10", "totals.line_net", totals.line_net, lines)
    yield from _differs("BR-CO-11", "totals.allowances", totals.allowances, minus)
    yield from _differs("BR-CO-12", "totals.charges", totals.charges, plus)


def _of_totals(invoice: Invoice) -> Iterator[Finding]:
    totals = invoice.totals
    net = totals.line_net - totals.allowances + totals.charges
    yield from _differs("BR-CO-13", "totals.net", totals.net, net)
    if totals.breakdown:
        tax = Money.total((row.tax for row in totals.breakdown), invoice.currency)
        yield from _differs("BR-CO-14", "totals.tax", totals.tax, tax)
    yield from _differs("BR-CO-15", "totals.gross", totals.gross, totals.net + totals.tax)
    due = totals.gross - totals.prepaid + totals.rounding
    yield from _differs("BR-CO-16", "totals.due", totals.due, due)


def _line(line: Line, path: str) -> Iterator[Finding]:
    computed = line.computed_net
    if abs(line.net.minor - computed.minor) > SLACK:
        yield Finding(
            "PEPPOL-EN16931-R120",
            f"{path}.net",
            f"states {line.net}; quantity and price come to {computed}",
            Severity.WARNING,
        )
    if line.gross_price is not None:
        with localcontext(EXACT):
            price = line.gross_price - (line.price_discount or Decimal(0))
        if price != line.unit_price:
            yield Finding(
                "PEPPOL-EN16931-R046",
                f"{path}.unit_price",
                f"states {line.unit_price}; gross price less discount is {price}",
                Severity.WARNING,
            )
    for name, entries in (("allowances", line.allowances), ("charges", line.charges)):
        for at, entry in enumerate(entries):
            yield from _share(entry, f"{path}.{name}[{at}]")


def _share(entry: AllowanceCharge, path: str) -> Iterator[Finding]:
    if entry.percent is None or entry.base is None:
        return
    computed = entry.base.times(entry.percent.scaleb(-2))
    if abs(computed.minor - entry.amount.minor) > SLACK:
        yield Finding(
            "PEPPOL-EN16931-R040",
            f"{path}.amount",
            f"states {entry.amount}; {entry.percent} % of {entry.base} is {computed}",
            Severity.WARNING,
        )


def _differs(rule: str, path: str, stated: Money, computed: Money) -> Iterator[Finding]:
    if stated != computed:
        yield Finding(rule, path, f"states {stated}; it comes to {computed}")
