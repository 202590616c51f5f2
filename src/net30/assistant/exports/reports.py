"""Reports: an export for people, the same sentences and tables that an answer shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice

from net30.assistant.arguments import Result, Shown, Word
from net30.assistant.calls import make_call, tool
from net30.assistant.exports.named import Subject
from net30.assistant.replies.catalogue import reply_language, words
from net30.assistant.replies.telling import set_out
from net30.assistant.tools import top_clients
from net30.assistant.tools.search_invoices import Args as Filters
from net30.assistant.tools.search_invoices import listed
from net30.documents.report import Report
from net30.domain.customer import Customer
from net30.kernel.money import Money, sums_of
from net30.language.dates import write_date
from net30.language.locales import direction
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.context import ReadContext
from net30.services.export_table import Export, export_rows

_TOLD_BY = {
    Subject.AGEING: "get_ageing",
    Subject.STATISTICS: "get_statistics",
    Subject.ANALYTICS: "analytics_report",
    Subject.FORECAST: "forecast_cash",
    Subject.RISK: "risk_report",
    Subject.RECOMMENDATIONS: "list_recommendations",
}
"""The reports that say what a tool says when it is asked without arguments."""


def report_of(ctx: ReadContext, subject: Subject, filters: Filters | None, rows_max: int) -> Report:
    """Return the report in the company's language, with at most one row more than `rows_max`."""
    company = ctx.company
    language = reply_language(company.language)
    result = _result(ctx, subject, filters, rows_max + 1)
    return Report(
        title=words(language, "export")[subject.value],
        seller=company.party.name,
        day=write_date(ctx.today, language),
        language=language,
        direction=direction(language),
        blocks=tuple(set_out(result, language)),
    )


def _result(ctx: ReadContext, subject: Subject, filters: Filters | None, rows_max: int) -> Result:
    match subject:
        case Subject.INVOICES:
            return listed(ctx, filters or Filters(), rows_max)
        case Subject.CLIENTS:
            rows = tuple(islice(_clients(ctx), rows_max))
            return Result("clients_listed", {"count": len(rows)}, rows)
        case Subject.PAYMENTS:
            return _payments(ctx, rows_max)
        case Subject.TOP_CLIENTS:
            first, *others = (
                top_clients.run(ctx, top_clients.Args(by=by))
                for by in ("revenue", "outstanding", "late")
            )
            return Result(first.code, first.values, parts=(*first.parts, *others))
        case _:
            asked = make_call(_TOLD_BY[subject], {})
            told: Result = tool(asked.tool).run(ctx, asked.args)
            return told


def _clients(ctx: ReadContext) -> Iterator[tuple[Shown, ...]]:
    after = ""
    while page := ctx.tx.page(Customer, after=after, limit=PAGE_ROWS_MAX):
        for stored in page:
            one = stored.value
            place = one.party.address
            yield one.name, one.email, place.city, place.country, one.currency
        after = page[-1].value.id


def _payments(ctx: ReadContext, rows_max: int) -> Result:
    table = export_rows(ctx, Export.PAYMENTS, as_of=ctx.today).slice(0, rows_max)
    rows: list[tuple[date, str, str, Money, Shown]] = [
        (
            row["day"],
            row["customer"] or "",
            row["number"] or "",
            Money.rounded(row["amount"], row["currency"]),
            Word("method", row["method"]) if row["method"] else "",
        )
        for row in table.to_pylist()
    ]
    total = Result("total", {"total": sums_of(row[3] for row in rows)})
    return Result(
        "payments_listed", {"count": len(rows)}, tuple(rows), parts=(total,) if rows else ()
    )
