"""Prices that include tax: the net lines whose document comes back to the stated gross.

EN 16931 carries net prices only. For each VAT group the net total is the one whose tax brings
back the gross; where no whole number does, the nearest is taken and the rest goes to the
rounding amount (BT-114), so the customer pays what was stated, to the last franc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction

from net30.domain.line import AllowanceCharge, Line
from net30.domain.tax import TaxRate
from net30.domain.totals import tax_on
from net30.kernel.decimals import EXACT, plain, round_half_up
from net30.kernel.money import Money

PRICE_DECIMALS = 10
"""Decimals of a derived net unit price: |quantity| up to 10^9 still rounds to the line's net."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a document charges: its lines, allowances and charges."""

    lines: tuple[Line, ...]
    allowances: tuple[AllowanceCharge, ...] = ()
    charges: tuple[AllowanceCharge, ...] = ()


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
    floors = [share.numerator // share.denominator for share in exact]
    missing = total.minor - sum(floors)
    order = sorted(range(len(exact)), key=lambda at: (floors[at] - exact[at], at))
    for at in order[:missing]:
        floors[at] += 1
    return tuple(Money(minor, total.currency) for minor in floors)


def remove_tax(body: Body, currency: str) -> tuple[Body, Money]:
    """Return a document's body without tax, and the gross that it stated.

    Every amount of `body` includes tax. Each VAT group is taken to its net as a whole and shared
    out, so the groups' totals are exact and the lines differ from their own by a unit at most.
    """
    entries: list[tuple[TaxRate | None, Money]] = [(line.tax, line.net) for line in body.lines]
    entries += [(entry.tax, -entry.amount) for entry in body.allowances]
    entries += [(entry.tax, entry.amount) for entry in body.charges]
    nets = _nets(entries)
    after = len(body.lines)
    last = after + len(body.allowances)
    result = Body(
        tuple(_line(line, net) for line, net in zip(body.lines, nets[:after], strict=True)),
        tuple(
            _entry(old, -net) for old, net in zip(body.allowances, nets[after:last], strict=True)
        ),
        tuple(_entry(old, net) for old, net in zip(body.charges, nets[last:], strict=True)),
    )
    return result, Money.total((amount for _, amount in entries), currency)


def _nets(entries: Sequence[tuple[TaxRate | None, Money]]) -> list[Money]:
    groups: dict[object, list[int]] = {}
    for at, (rate, _) in enumerate(entries):
        groups.setdefault(rate and rate.group, []).append(at)
    nets = [gross for _, gross in entries]
    for members in groups.values():
        rate = entries[members[0]][0]
        if rate is None:
            continue  # compute_totals refuses an entry without a rate, and says so
        weights = [entries[at][1] for at in members]
        whole = net_of_group(Money.total(weights, weights[0].currency), rate)
        for at, net in zip(members, share_out(whole, weights), strict=True):
            nets[at] = net
    return nets


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
    if line.net:
        amount = net.share(discount.amount, line.net)
    else:  # all of it was given away: what it would have cost without tax
        amount = net_of_group(discount.amount, line.tax)
    return (replace(discount, amount=amount, base=net + amount),)


def _entry(entry: AllowanceCharge, net: Money) -> AllowanceCharge:
    # Base and percent were meant with tax; beside a net amount they would no longer multiply.
    return replace(entry, amount=net, base=None, percent=None)


def _unit_price(net: Money, quantity: Decimal) -> Decimal:
    with localcontext(EXACT):
        price = round_half_up(net.amount / quantity, PRICE_DECIMALS)
    return Decimal(plain(price))


def _divided(gross: Money, rate: TaxRate) -> Money:
    with localcontext(EXACT):
        exact = gross.amount * 100 / (100 + rate.percent)
        return Money.rounded(exact, gross.currency)
