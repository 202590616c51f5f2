"""Totals: from priced lines to the amount due, by the identities of EN 16931.

A line is rounded once (BT-131), VAT once per category and rate (BT-117); everything else is an
exact sum, so no cent can hide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from net30.domain.invoice import Totals
from net30.domain.line import AllowanceCharge, Line
from net30.domain.tax import TaxCategory, TaxRate, TaxSubtotal
from net30.kernel.decimals import EXACT, is_acceptable
from net30.kernel.errors import InputError
from net30.kernel.money import Money

_Group = tuple[TaxCategory, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """What comes between the gross total and the amount due, and the second tax currency.

    `stated_gross` is what prices that include tax come to; `cash_step` is the smallest cash unit
    in minor units (5 for CHF in cash); `tax_currency` with `exchange_rate` gives BT-111.
    """

    prepaid: Money | None = None
    stated_gross: Money | None = None
    cash_step: int = 1
    tax_currency: str = ""
    exchange_rate: Decimal | None = None


def compute_totals(
    currency: str,
    lines: Sequence[Line],
    allowances: Sequence[AllowanceCharge] = (),
    charges: Sequence[AllowanceCharge] = (),
    settling: Settling | None = None,
) -> Totals:
    """Return the sums of a document.

    Sources: EN 16931 BR-CO-10 to BR-CO-17 and BR-S-08, BR-S-09. Raises InputError when an
    allowance or charge of the document has no tax rate, when a second tax currency has no
    exchange rate, or when amounts are of two currencies.
    """
    settling = settling or Settling()
    line_net = Money.total((line.net for line in lines), currency)
    minus = Money.total((entry.amount for entry in allowances), currency)
    plus = Money.total((entry.amount for entry in charges), currency)
    breakdown = _breakdown(currency, lines, allowances, charges)
    net = line_net - minus + plus
    tax = Money.total((row.tax for row in breakdown), currency)
    gross = net + tax
    prepaid = settling.prepaid or Money.zero(currency)
    stated = gross if settling.stated_gross is None else settling.stated_gross
    due = _round_to_step(stated - prepaid, settling.cash_step)
    return Totals(
        line_net=line_net,
        allowances=minus,
        charges=plus,
        net=net,
        tax=tax,
        gross=gross,
        prepaid=prepaid,
        rounding=due - (gross - prepaid),
        due=due,
        breakdown=breakdown,
        tax_in_tax_currency=_converted(tax, settling),
    )


def tax_on(taxable: Money, rate: TaxRate) -> Money:
    """Return the VAT of one group, rounded half up once (BT-117, BR-CO-17)."""
    return taxable.times(rate.percent.scaleb(-2, EXACT))


def _breakdown(
    currency: str,
    lines: Iterable[Line],
    allowances: Iterable[AllowanceCharge],
    charges: Iterable[AllowanceCharge],
) -> tuple[TaxSubtotal, ...]:
    taxable: dict[_Group, Money] = {}
    rates: dict[_Group, TaxRate] = {}

    def add(rate: TaxRate, amount: Money) -> None:
        known = rates.setdefault(rate.group, rate)
        if not (known.reason or known.reason_code):
            rates[rate.group] = rate  # whichever says why no tax is due speaks for the group
        taxable[rate.group] = taxable.get(rate.group, Money.zero(currency)) + amount

    for line in lines:
        add(line.tax, line.net)
    for entry in allowances:
        add(_rate_of(entry), -entry.amount)
    for entry in charges:
        add(_rate_of(entry), entry.amount)
    return tuple(
        TaxSubtotal(rates[group], amount, tax_on(amount, rates[group]))
        for group, amount in sorted(taxable.items())
    )


def _rate_of(entry: AllowanceCharge) -> TaxRate:
    if entry.tax is None:
        raise InputError(
            f"the document allowance or charge of {entry.amount} has no tax rate",
            hint="say at which rate it is taxed",  # BR-32, BR-37
            code="allowance_tax",
        )
    return entry.tax


def _round_to_step(amount: Money, step: int) -> Money:
    if step == 1:
        return amount
    sign = -1 if amount.minor < 0 else 1
    return Money(sign * ((abs(amount.minor) * 2 + step) // (2 * step)) * step, amount.currency)


def _converted(tax: Money, settling: Settling) -> Money | None:
    if not settling.tax_currency:
        return None
    rate = settling.exchange_rate
    if rate is None or not is_acceptable(rate) or rate <= 0:
        raise InputError(
            f"the tax in {settling.tax_currency} needs an exchange rate above zero",
            hint=f"give the {settling.tax_currency} for one {tax.currency}",
            code="exchange_rate",
        )
    with localcontext(EXACT):
        return Money.rounded(tax.amount * rate, settling.tax_currency)
