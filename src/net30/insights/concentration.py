"""Concentration: how much hangs on few customers."""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from net30.insights.as_of import Known
from net30.insights.measured import SHARE_DECIMALS, Measure, rounded, share, unknown
from net30.insights.position import position

TOP = 10
NOTHING_OVERDUE = "nothing is overdue"
NOTHING_OPEN = "no customer owes anything"

_OVERDUE = """
select currency, customer_id, sum(balance) from claims
where balance > 0 and due_date < as_of() group by all
"""
_OUTSTANDING = """
select currency, customer_id, sum(balance) from (
    select currency, customer_id, balance from claims where balance <> 0
    union all
    select currency, customer_id, amount::hugeint from unapplied
) group by all
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """The ten largest overdue debtors' share of overdue, and the Herfindahl index; both 0-1.

    The index adds the squared shares of outstanding of the customers that owe on balance.
    """

    top10_share: Measure
    top10: tuple[str, ...]
    hhi: Measure
    exact_hhi: Fraction | None


def concentration(known: Known) -> dict[str, Concentration]:
    """Return how concentrated overdue and outstanding are, by currency; ties go by customer id."""
    return known.kept("concentration", _concentrations)


def _concentrations(known: Known) -> dict[str, Concentration]:
    overdue, outstanding = _debts(known, _OVERDUE), _debts(known, _OUTSTANDING)
    nobody = _Debts.of({})
    return {
        currency: _concentration(overdue.get(currency, nobody), outstanding.get(currency, nobody))
        for currency in position(known)
    }


def _concentration(overdue: _Debts, outstanding: _Debts) -> Concentration:
    largest = overdue.largest[:TOP]
    exact = None
    if outstanding.owing:
        exact = Fraction(outstanding.squares, outstanding.owing**2)
    return Concentration(
        top10_share=share(
            sum(overdue.sums[customer] for customer in largest), overdue.total, NOTHING_OVERDUE
        ),
        top10=tuple(largest),
        hhi=unknown(NOTHING_OPEN) if exact is None else rounded(exact, SHARE_DECIMALS),
        exact_hhi=exact,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Debts:
    """Sums by customer, none of them 0, and what is asked of all of them together.

    `owing` and `squares` are the sum, and the sum of squares, of those above 0.
    """

    sums: MutableMapping[str, int]
    largest: Sequence[str]
    total: int
    owing: int
    squares: int

    @classmethod
    def of(cls, sums: MutableMapping[str, int]) -> _Debts:
        above = [amount for amount in sums.values() if amount > 0]
        return cls(
            sums=sums,
            largest=_in_order(sums, sums),
            total=sum(sums.values()),
            owing=sum(above),
            squares=sum(amount**2 for amount in above),
        )

    def changed(self, by: Mapping[str, int]) -> _Debts:
        """Return the same after some customers' sums have changed; only the largest are in order.

        A book of a million customers is added up once, not for every invoice.
        """
        before = {customer: self.sums.get(customer, 0) for customer in by}
        after = {customer: amount + by[customer] for customer, amount in before.items()}
        sums = ChainMap(after, self.sums)
        near = [one for one in self.largest[: TOP + len(by)] if one not in by]
        near += [customer for customer, amount in after.items() if amount]
        return _Debts(
            sums=sums,
            largest=_in_order(near, sums)[:TOP],
            total=self.total + sum(by.values()),
            owing=self.owing + _above(after) - _above(before),
            squares=self.squares + _above(after, 2) - _above(before, 2),
        )


def _debts(known: Known, query: str) -> dict[str, _Debts]:
    if known.moved is None:
        return known.kept(query, lambda whole: _summed(whole.sums_of_two(query)))
    found = dict(_debts(known.moved.base, query))
    changes: dict[str, Counter[str]] = {}
    for sign, part in known.moved.parts[1:]:
        for (currency, customer), amount in part.sums_of_two(query).items():
            changes.setdefault(currency, Counter())[customer or ""] += sign * amount
    for currency, by in changes.items():
        found[currency] = found.get(currency, _Debts.of({})).changed(by)
    return found


def _summed(sums: Mapping[tuple[str, str | None], int]) -> dict[str, _Debts]:
    found: dict[str, dict[str, int]] = {}
    for (currency, customer), amount in sums.items():
        if amount:
            found.setdefault(currency, {})[customer or ""] = amount
    return {currency: _Debts.of(debts) for currency, debts in found.items()}


def _in_order(customers: Iterable[str], sums: Mapping[str, int]) -> list[str]:
    return sorted(customers, key=lambda customer: (-sums[customer], customer))


def _above(sums: Mapping[str, int], power: int = 1) -> int:
    return sum(amount**power for amount in sums.values() if amount > 0)
