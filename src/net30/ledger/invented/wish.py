"""Wish: which invented ledger one would like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from net30.kernel.dates import add_months
from net30.kernel.errors import InputError, LimitExceeded
from net30.ledger.invented.law import written_law

ROWS_MAX = 10_000_000
MONTHS_MAX = 240
SEED_MAX = 2**63 - 1
YEAR_MIN, YEAR_MAX = 1990, 2100
FIRST_DAY = date(2024, 1, 1)
MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """So many invoices, issued in so many months from the first day on, in one currency.

    The ledger ends on the morning of `end`: what is paid later is open in it. The same wish gives
    the same ledger on every machine. Raises LimitExceeded or InputError for what is out of range.
    """

    rows: int
    seed: int = 1
    currency: str = "XOF"
    first_day: date = FIRST_DAY
    months: int = MONTHS

    def __post_init__(self) -> None:
        """Refuse what cannot be made."""
        if not 1 <= self.rows <= ROWS_MAX:
            raise LimitExceeded(
                f"{self.rows:,} rows are not between 1 and {ROWS_MAX:,}",
                hint="ask for fewer; two ledgers of different seeds can be joined",
                code="invented_rows",
            )
        if not 0 <= self.seed <= SEED_MAX:
            raise InputError(
                f"the seed {self.seed} is not between 0 and 2^63",
                hint="any whole number from 0 on will do",
                code="invented_seed",
            )
        worth = written_law().amounts.worth
        if self.currency not in worth:
            raise InputError(
                f"no level of amounts is known for {self.currency!r}",
                hint=f"there are: {', '.join(worth)}",
                code="invented_currency",
            )
        _check_days(self.first_day, self.months)

    @property
    def end(self) -> date:
        """Return the first day that the ledger knows nothing of."""
        return add_months(self.first_day, self.months)

    @property
    def source(self) -> str:
        """Return what a card or a file says of where its rows come from."""
        return (
            f"invented by net30 demo-data, law {written_law().version}, seed {self.seed}: "
            f"{self.rows} rows in {self.currency} from {self.first_day} to before {self.end}; "
            "no customer, invoice or payment is real, and no figure reached on it is accuracy"
        )


def _check_days(first_day: date, months: int) -> None:
    if not 1 <= months <= MONTHS_MAX:
        raise LimitExceeded(
            f"{months} months are not between 1 and {MONTHS_MAX}",
            hint="a ledger of two or three years shows every season twice",
            code="invented_months",
        )
    if not (first_day.year >= YEAR_MIN and add_months(first_day, months).year <= YEAR_MAX):
        raise InputError(
            f"{months} months from {first_day} on are not within {YEAR_MIN} to {YEAR_MAX}",
            hint="choose another first day",
            code="invented_days",
        )
