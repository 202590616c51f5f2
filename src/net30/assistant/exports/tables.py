"""Tables: an export for programs, rows and columns with the figures as they are."""

from __future__ import annotations

import pyarrow as pa

from net30.assistant.exports.named import Subject
from net30.assistant.tools.search_invoices import Args as Filters
from net30.assistant.tools.search_invoices import hits_of
from net30.services.context import ReadContext
from net30.services.export_table import Export, export_rows
from net30.services.figure_tables import found_table, ranking_table, statistics_table
from net30.services.get_statistics import get_statistics

_LISTS = {
    Subject.INVOICES: Export.INVOICES,
    Subject.CLIENTS: Export.CUSTOMERS,
    Subject.PAYMENTS: Export.PAYMENTS,
    Subject.AGEING: Export.AGEING,
}

_FORESEEN = {Subject.FORECAST, Subject.RISK, Subject.RECOMMENDATIONS}
CLIENTS_MAX = 1000
"""So many clients of a currency, the greatest expected loss first; so does `net30 risk`."""


def table_of(ctx: ReadContext, subject: Subject, filters: Filters | None) -> pa.Table:
    """Return what is exported, invoices narrowed to what the filters find."""
    if subject is Subject.INVOICES and filters is not None:
        return found_table(hits_of(ctx, filters))
    if subject in _LISTS:
        return export_rows(ctx, _LISTS[subject], as_of=ctx.today)
    if subject is Subject.TOP_CLIENTS:
        return ranking_table(ctx)
    if subject in _FORESEEN:
        return _foreseen(ctx, subject)
    return statistics_table(get_statistics(ctx))


def _foreseen(ctx: ReadContext, subject: Subject) -> pa.Table:
    from net30.services import foreseen_tables  # noqa: PLC0415 (numpy)
    from net30.services.collect_today import LIMIT_MAX, collect_today  # noqa: PLC0415 (numpy)
    from net30.services.forecast_cash import forecast_cash  # noqa: PLC0415 (numpy)
    from net30.services.receivables_risk import receivables_risk  # noqa: PLC0415 (numpy)

    if subject is Subject.FORECAST:
        return foreseen_tables.forecast_table(forecast_cash(ctx))
    if subject is Subject.RISK:
        return foreseen_tables.risk_table(receivables_risk(ctx, shown=CLIENTS_MAX))
    return foreseen_tables.calls_table(collect_today(ctx, limit=LIMIT_MAX))
