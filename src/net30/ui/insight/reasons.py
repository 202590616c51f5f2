"""Reasons: why a figure is not known, as the books' own English has it; screens translate it."""

from __future__ import annotations

from net30.ui.words import later

REASONS = (
    later("no four-week cash forecast has been judged"),
    later("no invoice of the period has days to pay"),
    later("no part of the score is known"),
    later("nothing could be collected in the period"),
    later("no invoice was due 90 to 179 days before the day"),
    later("no customer owes anything"),
    later("nothing is outstanding"),
    later("nothing is open"),
    later("no scores of open invoices: needs a model"),
    later("not enough data: needs four whole weeks of invoices"),
    later("not enough data: nothing was invoiced in the 26 weeks before"),
    later("no model was given"),
)
"""What may stand in for a part of the health score, a forecast's part or the expected loss."""
