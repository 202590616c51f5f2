"""The oracle: EN 16931's identities in exact fractions, slow, obvious and written apart.

It shares nothing with net30.domain but the records: no Money arithmetic, no Decimal arithmetic, no
table of currencies. Amounts are whole minor units.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import floor

from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import Invoice
from net30.domain.line import Line

DIGITS = {"XOF": 0, "XAF": 0, "JPY": 0, "EUR": 2, "USD": 2, "CHF": 2, "GBP": 2, "MAD": 2}
DIGITS |= {"TND": 3, "KWD": 3, "CLF": 4, "UYW": 4}


def half_away(exact: Fraction) -> int:
    """The nearest whole number; a half goes away from zero."""
    size = floor(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size


def scale(currency: str) -> int:
    """Minor units of one major unit."""
    return int("1" + "0" * DIGITS[currency])


def minor(amount: Decimal, currency: str) -> Fraction:
    """An amount in minor units, not rounded."""
    return Fraction(amount) * scale(currency)


def net_of_line(line: Line) -> int:
    """Identity 1: BT-131. Rounding comes before the whole units of allowances and charges."""
    currency = line.net.currency
    exact = Fraction(line.quantity) * minor(line.unit_price, currency)
    minus = sum(entry.amount.minor for entry in line.allowances)
    plus = sum(entry.amount.minor for entry in line.charges)
    return half_away(exact / Fraction(line.base_quantity)) - minus + plus


def differences(invoice: Invoice) -> list[str]:
    """What an invoice states that its own lines do not come to, by business term."""
    totals, second = invoice.totals, invoice.totals.tax_in_tax_currency
    line_net = sum(line.net.minor for line in invoice.lines)
    minus = sum(entry.amount.minor for entry in invoice.allowances)
    plus = sum(entry.amount.minor for entry in invoice.charges)
    groups = _groups(invoice)
    taxes = {group: _tax(taxable, group[1]) for group, taxable in groups.items()}
    net, tax = line_net - minus + plus, sum(taxes.values())
    rows = [(row.rate.category, row.rate.percent, row) for row in totals.breakdown]
    found = {
        "BT-131": [line.net.minor for line in invoice.lines],
        "BT-106": totals.line_net.minor,
        "BT-107": totals.allowances.minor,
        "BT-108": totals.charges.minor,
        "BT-109": totals.net.minor,
        "BT-110": totals.tax.minor,
        "BT-111": None if second is None else (second.minor, second.currency),
        "BT-112": totals.gross.minor,
        "BT-115": totals.due.minor,
        "BT-116": {(category, percent): row.taxable.minor for category, percent, row in rows},
        "BT-117": {(category, percent): row.tax.minor for category, percent, row in rows},
        "currencies": _currencies(invoice),
    }
    exact = {
        "BT-131": [net_of_line(line) for line in invoice.lines],
        "BT-106": line_net,
        "BT-107": minus,
        "BT-108": plus,
        "BT-109": net,
        "BT-110": tax,
        "BT-111": _converted(invoice, tax),
        "BT-112": net + tax,
        "BT-115": net + tax - totals.prepaid.minor + totals.rounding.minor,
        "BT-116": groups,
        "BT-117": taxes,
        "currencies": {invoice.currency},
    }
    return [term for term, value in exact.items() if found[term] != value]


def stated_lines(new: NewInvoice, currency: str) -> list[int]:
    """What each line of a request comes to at its own prices, its discount taken off."""
    return [_stated(line, currency) for line in new.lines]


def stated_total(new: NewInvoice, currency: str, rates: Iterable[tuple[object, Decimal]]) -> int:
    """What a request comes to at its own prices: lines, less discounts, with other entries."""
    sums: dict[tuple[object, Decimal], int] = {}
    for group, amount in zip(rates, stated_lines(new, currency), strict=True):
        sums[group] = sums.get(group, 0) + amount
    total = sum(sums.values())
    if new.discount_percent is not None:
        total -= sum(half_away(part * share(new.discount_percent)) for part in sums.values())
    total -= sum(entry.amount.minor for entry in new.allowances)
    return total + sum(entry.amount.minor for entry in new.charges)


def to_coins(amount: int, step: int) -> int:
    """The nearest multiple of the smallest coin; a half goes away from zero."""
    return half_away(Fraction(amount, step)) * step


def smallest_gap(gross: int, percent: Decimal) -> int:
    """How near a net and its tax can come to a gross, by trying every net around it."""
    middle = half_away(Fraction(gross) / (1 + share(percent)))
    return min(
        (abs(net + _tax(net, percent) - gross) for net in range(middle - 4, middle + 5)), default=0
    )


def _stated(line: NewLine, currency: str) -> int:
    price = line.unit_price or Decimal(0)  # without a price no invoice was made
    base = half_away(Fraction(line.quantity) * minor(price, currency))
    return base - half_away(base * share(line.discount_percent or Decimal(0)))


def _groups(invoice: Invoice) -> dict[tuple[str, Decimal], int]:
    """Identity 4: BT-116 for each category and rate."""
    signed = [(line.tax, line.net.minor) for line in invoice.lines]
    signed += [(entry.tax, -entry.amount.minor) for entry in invoice.allowances if entry.tax]
    signed += [(entry.tax, entry.amount.minor) for entry in invoice.charges if entry.tax]
    groups: dict[tuple[str, Decimal], int] = {}
    for rate, amount in signed:
        groups[rate.category, rate.percent] = groups.get((rate.category, rate.percent), 0) + amount
    return groups


def _tax(taxable: int, percent: Decimal) -> int:
    return half_away(taxable * share(percent))


def share(percent: Decimal) -> Fraction:
    """A percentage as a fraction."""
    return Fraction(percent) / 100


def _converted(invoice: Invoice, tax: int) -> tuple[int, str] | None:
    if invoice.exchange_rate is None:
        return None
    major = Fraction(tax, scale(invoice.currency)) * Fraction(invoice.exchange_rate)
    return half_away(major * scale(invoice.tax_currency)), invoice.tax_currency


def _currencies(invoice: Invoice) -> set[str]:
    totals = invoice.totals
    amounts = [totals.line_net, totals.allowances, totals.charges, totals.net, totals.tax]
    amounts += [totals.gross, totals.prepaid, totals.rounding, totals.due]
    amounts += [line.net for line in invoice.lines]
    amounts += [amount for row in totals.breakdown for amount in (row.taxable, row.tax)]
    return {amount.currency for amount in amounts}
