"""Top customers: who brings the most, owes the most, or pays the latest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from net30.insights.as_of import Known
from net30.kernel.money import Money

ROWS_MAX = 100


class By(StrEnum):
    """What customers are ranked by."""

    REVENUE = "revenue"
    OUTSTANDING = "outstanding"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One customer in a ranking, with the amount that ranks it; ties go by customer id."""

    customer_id: str
    amount: Money


_AMOUNT = {
    By.REVENUE: "sum(amount - credited) filter (kind = 'invoice')",
    By.OUTSTANDING: "sum(balance)",
    By.LATE: "sum(balance) filter (due_date < as_of() and balance > 0)",
}


def top_customers(known: Known, by: By, *, limit: int = 10) -> dict[str, tuple[Standing, ...]]:
    """Return the first customers by currency, the greatest amount first."""
    rows = known.rows(
        f"select currency, customer_id, {_AMOUNT[by]} as ranked from claims "  # noqa: S608
        "group by all having ranked > 0 order by currency, ranked desc, customer_id"
    )
    result: dict[str, list[Standing]] = {}
    for currency, customer_id, amount in rows:
        ranking = result.setdefault(currency, [])
        if len(ranking) < min(limit, ROWS_MAX):
            ranking.append(Standing(customer_id=customer_id, amount=Money(int(amount), currency)))
    return {currency: tuple(ranking) for currency, ranking in result.items()}
