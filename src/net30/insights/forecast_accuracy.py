"""Forecast accuracy: forecasts beside what came, and beside what anybody could have said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from net30.insights.expected_cash import Band
from net30.kernel.money import Money

NET30 = "net30"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One forecast of a span whose days have passed; `naive` is what rivals said then."""

    as_of: date
    first: date
    last: date
    told: Band
    actual: Money
    naive: Mapping[str, Money]

    @property
    def inside(self) -> bool:
        """Tell whether what came was within P10 to P90."""
        return self.told.p10.minor <= self.actual.minor <= self.told.p90.minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How good forecasts of one currency were.

    `coverage` is the share inside the 80 % band. `wape` is by who said so: the sum of absolute
    errors (of P50) over the sum of what came. Both None, with a `reason`, when none can be judged.
    """

    currency: str
    judged: int
    coverage: float | None
    wape: Mapping[str, float] | None
    reason: str = ""


def accuracy(currency: str, judged: Sequence[Judged]) -> Accuracy:
    """Return how good forecasts were; they are all of one currency and one length."""
    came = sum(abs(one.actual.minor) for one in judged)
    if not judged or not came:
        reason = "nothing came in" if judged else "no forecast's days have passed yet"
        return Accuracy(
            currency=currency, judged=len(judged), coverage=None, wape=None, reason=reason
        )
    wrong = {NET30: sum(abs(one.told.p50.minor - one.actual.minor) for one in judged)}
    for name in judged[0].naive:
        wrong[name] = sum(abs(one.naive[name].minor - one.actual.minor) for one in judged)
    return Accuracy(
        currency=currency,
        judged=len(judged),
        coverage=round(sum(one.inside for one in judged) / len(judged), 4),
        wape={name: round(error / came, 4) for name, error in wrong.items()},
    )
