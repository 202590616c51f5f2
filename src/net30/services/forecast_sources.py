"""Forecast sources: what a currency's cash is forecast from, as a ledger knew it on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from net30.features.coding import customers_of, invoices_of
from net30.features.invoices import Ints, Invoices
from net30.insights.cash_paths import Coming
from net30.insights.expected_cash import Sources, day_of
from net30.insights.new_business import learn_new_business
from net30.insights.revenue_projection import ScheduledInvoice
from net30.insights.scheduled_cash import scheduled_cash
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.scoring.open_items import ScoredOpenItems

TOO_SHORT = "not enough data: needs four whole weeks of invoices"
SILENT_WEEKS = 26
SILENT = f"not enough data: nothing was invoiced in the {SILENT_WEEKS} weeks before"
"""Books that nobody writes any more say nothing of business to come, not that there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Scores of a day, the history (ledger/histories.py) as known then, and what schedules issue.

    `by_schedules` are ids of invoices that schedules have made: they are no new business.
    """

    scores: ScoredOpenItems
    history: pa.Table
    scheduled: tuple[ScheduledInvoice, ...] = ()
    by_schedules: frozenset[str] = frozenset()

    @property
    def currencies(self) -> list[str]:
        """Return every currency there is something of, in order."""
        found = set(compute.texts(compute.text(self.history["currency"]).unique()))
        return sorted(found | {one.amount.currency for one in self.scheduled})

    def scheduled_in(self, currency: str) -> tuple[ScheduledInvoice, ...]:
        """Return what schedules will issue in a currency."""
        return tuple(one for one in self.scheduled if one.amount.currency == currency)

    def sources(self, currency: str, ends: Ints) -> Sources:
        """Return what the cash of a currency by the end of each day is forecast from."""
        horizon = day_of(self.scores.as_of) + 1
        mine = self.history.filter(compute.equal(compute.text(self.history["currency"]), currency))
        fresh = mine
        if self.by_schedules:
            made = compute.within(mine["invoice_id"], sorted(self.by_schedules))
            fresh = mine.filter(compute.no(made))
        known = _known(fresh, horizon)
        silent = len(known) > 0 and int(known.issued.max()) < horizon - 7 * SILENT_WEEKS
        far = int(ends.max()) + 1 - horizon
        new = None if silent else learn_new_business(known, horizon, far)
        left_out = {} if new else {"new": SILENT if silent else TOO_SHORT}
        if self.scores.model is None:
            left_out["open"] = self.scores.reason
        return Sources(
            currency=currency,
            as_of=self.scores.as_of,
            scores=self.scores.of_currency(currency),
            scheduled=_scheduled(self.scheduled_in(currency), mine, ends, horizon),
            new=new,
            left_out=left_out,
        )


def _scheduled(
    scheduled: Sequence[ScheduledInvoice], history: pa.Table, ends: Ints, horizon: int
) -> Coming | None:
    if not scheduled:
        return None
    names = compute.texts(_customers(history))
    return scheduled_cash(scheduled, _known(history, horizon), names, ends)


def _known(history: pa.Table, horizon: int) -> Invoices:
    return invoices_of(history, {}, _customers(history)).as_of(horizon)


def _customers(history: pa.Table) -> Column:
    return customers_of(history) if history.num_rows else pa.array([], pa.string())
