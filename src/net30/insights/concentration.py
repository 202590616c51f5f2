"""Concentration: how much hangs on few customers."""

from __future__ import annotations

from collections.abc import Mapping
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
    overdue = _by_currency(known.sums_of_two(_OVERDUE))
    outstanding = _by_currency(known.sums_of_two(_OUTSTANDING))
    return {
        currency: _concentration(overdue.get(currency, {}), outstanding.get(currency, {}))
        for currency in position(known)
    }


def _concentration(overdue: Mapping[str, int], outstanding: Mapping[str, int]) -> Concentration:
    owing = [balance for balance in outstanding.values() if balance > 0]
    largest = sorted(overdue, key=lambda customer: (-overdue[customer], customer))[:TOP]
    exact = None
    if owing:
        exact = Fraction(sum(balance**2 for balance in owing), sum(owing) ** 2)
    return Concentration(
        top10_share=share(
            sum(overdue[customer] for customer in largest), sum(overdue.values()), NOTHING_OVERDUE
        ),
        top10=tuple(largest),
        hhi=unknown(NOTHING_OPEN) if exact is None else rounded(exact, SHARE_DECIMALS),
        exact_hhi=exact,
    )


def _by_currency(sums: Mapping[tuple[str, str | None], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (currency, customer), amount in sums.items():
        if amount:
            found.setdefault(currency, {})[customer or ""] = amount
    return found
