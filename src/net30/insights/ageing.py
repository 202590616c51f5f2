"""Ageing: how long receivables have been past due."""

from __future__ import annotations

from dataclasses import dataclass

from net30.insights.as_of import Known
from net30.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing:
    """Open balances by days past due (90 is in d61_90); the columns sum to outstanding.

    `unapplied` holds unapplied cash and open credit notes, negative.
    """

    not_due: Money
    d1_30: Money
    d31_60: Money
    d61_90: Money
    d90_plus: Money
    no_due_date: Money
    unapplied: Money

    @property
    def outstanding(self) -> Money:
        """Return the sum of all columns."""
        columns = (self.d1_30, self.d31_60, self.d61_90, self.d90_plus, self.no_due_date)
        return Money.total((*columns, self.unapplied), self.not_due.currency) + self.not_due


_SQL = """
select currency,
       coalesce(sum(balance) filter (late <= 0), 0),
       coalesce(sum(balance) filter (late between 1 and 30), 0),
       coalesce(sum(balance) filter (late between 31 and 60), 0),
       coalesce(sum(balance) filter (late between 61 and 90), 0),
       coalesce(sum(balance) filter (late > 90), 0),
       coalesce(sum(balance) filter (late is null and not unapplied), 0),
       coalesce(sum(balance) filter (unapplied), 0)
from (
    select currency, balance, balance < 0 as unapplied,
           case when balance > 0 then as_of() - due_date end as late
    from claims
    union all
    select currency, amount::hugeint, true, null from unapplied
) group by currency
"""


def ageing(known: Known) -> dict[str, Ageing]:
    """Return open balances by days past due, by currency, as known at the end of a day."""
    return {
        currency: Ageing(**_columns(currency, sums))
        for currency, sums in sorted(known.sums(_SQL).items())
    }


def _columns(currency: str, cells: tuple[int, ...]) -> dict[str, Money]:
    names = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus", "no_due_date", "unapplied")
    return {name: Money(cell, currency) for name, cell in zip(names, cells, strict=True)}
