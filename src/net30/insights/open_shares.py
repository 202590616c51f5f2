"""Open shares: how much of the receivables is not due, and how much is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from net30.insights.as_of import Known
from net30.insights.measured import Measure, share
from net30.insights.position import Position, position

NOTHING = "nothing is outstanding"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenShares:
    """Shares of outstanding, by amount and by count of open invoices.

    Unapplied cash is in outstanding: a share of amount may pass 1, and both need not add up to 1,
    as invoices without a due date are in neither.
    """

    current: Measure
    overdue: Measure
    current_by_count: Measure
    overdue_by_count: Measure
    exact_current: Fraction | None


def open_shares(known: Known) -> dict[str, OpenShares]:
    """Return not due / outstanding and overdue / outstanding, by currency."""
    return {currency: _shares(stands) for currency, stands in position(known).items()}


def _shares(stands: Position) -> OpenShares:
    whole, count = stands.outstanding.minor, stands.open_count
    return OpenShares(
        current=share(stands.not_due.minor, whole, NOTHING),
        overdue=share(stands.overdue.minor, whole, NOTHING),
        current_by_count=share(stands.not_due_count, count, NOTHING),
        overdue_by_count=share(stands.overdue_count, count, NOTHING),
        exact_current=Fraction(stands.not_due.minor, whole) if whole > 0 else None,
    )
