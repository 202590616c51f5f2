"""Kept said: what a model has said of an organisation's invoices today, in memory."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from threading import Lock

from net30.scoring.said_at_issue import SaidAtIssue
from net30.services.context import ReadContext

KEPT = 4
"""Organisations; of each what was said of one past by one model."""


def kept_said(ctx: ReadContext, day: date) -> SaidAtIssue:
    """Return what was said as of the end of a day: kept for today, nothing yet for the past."""
    if day != ctx.today:
        return SaidAtIssue()
    with _LOCK:
        found = _KEPT.setdefault(ctx.organisation, SaidAtIssue())
        _KEPT.move_to_end(ctx.organisation)
        while len(_KEPT) > KEPT:
            _KEPT.popitem(last=False)
    return found


_KEPT: OrderedDict[str, SaidAtIssue] = OrderedDict()
_LOCK = Lock()
