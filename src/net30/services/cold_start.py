"""Cold start: the model that comes with net30, at the level of an organisation's own books."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock

import pyarrow as pa

from net30.features.coding import customers_of, day_number, invoices_of
from net30.ledger import compute
from net30.scoring.default_model import default_model, for_company
from net30.scoring.model import Model
from net30.scoring.said_at_issue import SaidAtIssue
from net30.services.books_known import history_at
from net30.services.context import ReadContext
from net30.services.kept_said import kept_said

SETTLED_MIN = 200
"""So many settled invoices `net30 train` needs (training/train.py says the same)."""
KEPT = 4


@dataclass(frozen=True, slots=True)
class ColdStart:
    """A prediction was made without a model of one's own: so far `settled` of the `needed`."""

    settled: int
    needed: int = SETTLED_MIN

    @property
    def enough(self) -> bool:
        """Tell whether a model of one's own can be trained."""
        return self.settled >= self.needed


def cold_start(ctx: ReadContext, as_of: date) -> tuple[Model, ColdStart]:
    """Return the default model at the organisation's level, by its books on the morning of a day.

    It is kept until something happens in the books.
    """
    key = (ctx.organisation, ctx.tx.last_event(), as_of)
    with _LOCK:
        found = _KEPT.get(key)
    if found is None:
        day = as_of - timedelta(days=1)
        found = of_history(history_at(ctx, day), as_of, kept_said(ctx, day))
        with _LOCK:
            _KEPT[key] = found
            while len(_KEPT) > KEPT:
                _KEPT.popitem(last=False)
    return found


def of_history(
    history: pa.Table, as_of: date, said: SaidAtIssue | None = None
) -> tuple[Model, ColdStart]:
    """Return the default model at the level of a history (ledger/histories.py), and its size."""
    horizon = day_number(as_of)
    settled = compute.count(compute.known(compute.less(history["paid_date"], as_of)))
    customers = customers_of(history) if history.num_rows else pa.array([], pa.string())
    known = invoices_of(history, {}, customers).as_of(horizon)
    return for_company(default_model(), known, horizon, said), ColdStart(settled)


_KEPT: OrderedDict[tuple[object, ...], tuple[Model, ColdStart]] = OrderedDict()
_LOCK = Lock()
