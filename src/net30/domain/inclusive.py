"""Prices that include tax: the net lines whose document comes back to the stated gross.

EN 16931 carries net prices only. For each VAT group the net total is the one whose tax brings
back the gross; where no whole number does, the nearest is taken and the rest goes to the
rounding amount (BT-114), so the customer pays what was stated, to the last franc.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction

from net30.domain.line import AllowanceCharge, Line
from net30.domain.tax import TaxCategory, TaxRate
from net30.domain.totals import tax_on
from net30.kernel.decimals import EXACT, plain, round_half_up
from net30.kernel.money import MINOR_UNITS_MAX, Money, digits_of

NET_DECIMALS = Decimal("0.000001")
PRICE_DECIMALS_MORE = 10
"""Decimals that a derived price may have beyond its currency's: enough for quantities to 10^9."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a document charges: its lines, allowances and charges."""

    lines: tuple[Line, ...]
    allowances: tuple[AllowanceCharge, ...] = ()
    charges: tuple[AllowanceCharge, ...] = ()


def net_price(gross: Decimal, percent: Decimal) -> Decimal:
    """Return the net price of a price with tax; six decimals where it does not come out even.

    >>> net_price(Decimal(90000), Decimal(18))
    Decimal('76271.186441')
    """
    net = EXACT.divide(gross * 100, 100 + percent)
    return net.quantize(NET_DECIMALS, context=EXACT).normalize()


def net_of_group(gross: Money, rate: TaxRate) -> Money:
    """Return the net whose net + tax is nearest to the gross (exact wherever one exists)."""
    first = _divided(gross, rate)
    candidates = [Money(first.minor + step, gross.currency) for step in (0, -1, 1)]
    return min(candidates, key=lambda net: abs((net + tax_on(net, rate) - gross).minor))


def share_out(total: Money, weights: Sequence[Money]) -> tuple[Money, ...]:
    """Split a total in proportion to the weights, to the last minor unit (largest remainder).

    When the weights add up to zero the total goes to the first share.
    """
    whole = sum(weight.minor for weight in weights)
    if whole == 0:
        rest = Money.zero(total.currency)
        return tuple(total if at == 0 else rest for at in range(len(weights)))
    exact = [Fraction(total.minor * weight.minor, whole) for weight in weights]
    return tuple(Money(minor, total.currency) for minor in _rounded_to(total.minor, exact))


def remove_tax(body: Body, currency: str) -> tuple[Body, Money]:
    """Return a document's body without tax, and the gross that it stated.

    Every amount of `body` includes tax. Each VAT group is taken to its net as a whole, so the
    groups' totals are exact; a line, allowance or charge differs from its own net by less than two
    units, and what was free stays free.
    """
    entries: list[tuple[TaxRate | None, Money]] = [(line.tax, line.net) for line in body.lines]
    entries += [(entry.tax, -entry.amount) for entry in body.allowances]
    entries += [(entry.tax, entry.amount) for entry in body.charges]
    nets = _nets(entries)
    after = len(body.lines)
    last = after + len(body.allowances)
    lines = zip(body.lines, nets[:after], strict=True)
    allowances = zip(body.allowances, nets[after:last], strict=True)
    charges = zip(body.charges, nets[last:], strict=True)
    result = Body(
        tuple(_line(line, net) for line, net in lines),
        tuple(_entry(entry, -net) for entry, net in allowances),
        tuple(_entry(entry, net) for entry, net in charges),
    )
    return result, Money.total((amount for _, amount in entries), currency)


def _nets(entries: Sequence[tuple[TaxRate | None, Money]]) -> list[Money]:
    groups: dict[tuple[TaxCategory, Decimal], list[int]] = {}
    nets = [gross for _, gross in entries]
    for at, (rate, _) in enumerate(entries):
        if rate is not None:  # compute_totals refuses an entry without a rate, and says so
            groups.setdefault(rate.group, []).append(at)
    for (category, percent), members in groups.items():
        grosses = [nets[at] for at in members]
        whole = net_of_group(Money.total(grosses, grosses[0].currency), TaxRate(category, percent))
        part = 1 / (1 + Fraction(percent) / 100)
        minors = _rounded_to(whole.minor, [gross.minor * part for gross in grosses])
        for at, minor in zip(members, minors, strict=True):
            nets[at] = Money(minor, whole.currency)
    return nets


def _rounded_to(total: int, exact: Sequence[Fraction]) -> list[int]:
    """Return whole numbers near the exact ones that add up to the total.

    Each is rounded to the nearest; what is missing is taken one by one from where rounding erred
    the most, and from nothing (an exact zero) last. Of equals the first get the larger amounts, so
    that a credit is shared out as the charge it mirrors.
    """
    result = [_nearest(share) for share in exact]
    missing = total - sum(result)
    step = -1 if missing < 0 else 1

    def rank(at: int) -> tuple[bool, Fraction, int]:
        grows = step if exact[at] >= 0 else -step
        return exact[at] == 0, (result[at] - exact[at]) * step, at * grows

    for at in sorted(range(len(exact)), key=rank)[: abs(missing)]:
        result[at] += step
    return result


def _nearest(exact: Fraction) -> int:
    whole = int(abs(exact) + Fraction(1, 2))
    return -whole if exact < 0 else whole


def _line(line: Line, net: Money) -> Line:
    discount = _discount_without_tax(line, net)
    base = net + Money.total((entry.amount for entry in discount), net.currency)
    return replace(
        line,
        net=net,
        allowances=discount,
        unit_price=_unit_price(base, line.quantity),
        price_with_tax=line.unit_price,
    )


def _discount_without_tax(line: Line, net: Money) -> tuple[AllowanceCharge, ...]:
    if not line.allowances:
        return ()
    (discount,) = line.allowances
    own = _divided(line.net + discount.amount, line.tax).minor
    percent = discount.percent or Decimal(0)
    base = Money(_base_leaving(net.minor, percent, own), net.currency)
    return (replace(discount, amount=base - net, base=base),)


def _base_leaving(net: int, percent: Decimal, near: int) -> int:
    """Return the base nearest to `near` that a percentage off, rounded half up, makes the net."""
    part, whole = percent.as_integer_ratio()
    whole *= 100

    def left_of(base: int) -> int:  # never falls as the base grows, so it can be bisected
        return base - (2 * base * part + whole) // (2 * whole)

    if left_of(near) < net:
        return near + bisect_left(range(near, MINOR_UNITS_MAX), net, key=left_of)
    return bisect_right(range(near + 1), net, key=left_of) - 1


def _entry(entry: AllowanceCharge, net: Money) -> AllowanceCharge:
    # Base and percent were meant with tax; beside a net amount they would no longer multiply.
    return replace(entry, amount=net, base=None, percent=None)


def _unit_price(net: Money, quantity: Decimal) -> Decimal:
    """Return the price with the fewest decimals that brings back the net."""
    digits = digits_of(net.currency)
    with localcontext(EXACT):
        exact = net.amount / quantity
        prices = (
            round_half_up(exact, decimals)
            for decimals in range(digits, digits + PRICE_DECIMALS_MORE + 1)
        )
        price = next(
            price for price in prices if Money.rounded(price * quantity, net.currency) == net
        )
    return Decimal(plain(price))


def _divided(gross: Money, rate: TaxRate) -> Money:
    with localcontext(EXACT):
        return Money.rounded(gross.amount * 100 / (100 + rate.percent), gross.currency)
