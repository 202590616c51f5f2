"""Export invoices, clients, payments or figures to a file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from net30.assistant.arguments import Access, Arguments, Result
from net30.assistant.exports.named import Named, named, unknown
from net30.assistant.exports.reports import report_of
from net30.assistant.exports.tables import table_of
from net30.assistant.tools.search_invoices import Args as Filters
from net30.documents.report import Report
from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.domain.rendering import Rendering
from net30.kernel.errors import InputError, LimitExceeded, NotFound
from net30.kernel.plugins import load
from net30.services.context import ReadContext
from net30.services.found import invoice_by_number
from net30.services.keep_export import TABLE_FORMATS, keep_export, written_table
from net30.services.render_document import file_name, render, style_of

ACCESS = Access.READ
NEEDS = (
    Permission.EXPORTS_READ,
    Permission.INVOICES_READ,
    Permission.CUSTOMERS_READ,
    Permission.PAYMENTS_READ,
    Permission.FIGURES_READ,
    Permission.PREDICTIONS_READ,
)

DOCUMENT_FORMATS = ("pdf", "html", "json")
REPORTS = "net30.documents.report"


class Args(Arguments):
    """What to export, in which format."""

    what: str = Field(
        description="invoices, clients, payments, statistics, analytics, ageing, top clients, "
        "forecast, risk, recommendations, an invoice's number, or invoices of a status such as "
        "overdue invoices."
    )
    format: Literal["csv", "xlsx", "pdf", "json", "html"] = Field(
        description="csv, xlsx and json for programs; pdf and html for people."
    )
    # Filled in by the errand when the same answer searched first: no model writes it.
    filters: SkipJsonSchema[Filters | None] = Field(
        default=None, exclude=True, description="The search whose results are exported."
    )


def run(ctx: ReadContext, args: Args) -> Result:
    """Write the file and say where it is; an invoice's own file is shown where it lies."""
    meant = named(args.what)
    if meant is None:
        return _document(ctx, args)
    filters = _filters(meant, args.filters)
    name = "-".join((meant.subject.value, *meant.statuses, *(["found"] if args.filters else [])))
    if args.format in TABLE_FORMATS:
        table = table_of(ctx, meant.subject, filters)
        written = written_table(table, args.format)
        place = keep_export(ctx, f"{name}.{args.format}", written, table.num_rows)
        return Result("exported", {"rows": table.num_rows, "place": place})
    rows_max = load(REPORTS, args.format).ROWS_MAX
    report = report_of(ctx, meant.subject, filters, rows_max)
    if report.rows > rows_max:
        raise LimitExceeded(
            f"{args.format} takes at most {rows_max:,} rows",
            hint="export it as csv or xlsx",
            code="export_rows",
            values={"format": args.format, "rows": rows_max},
        )
    written = _written(ctx, report, args.format)
    place = keep_export(ctx, f"{name}.{args.format}", written, report.rows)
    return Result("exported_report", {"place": place})


def _filters(meant: Named, found: Filters | None) -> Filters | None:
    if meant.statuses:
        return Filters(status=meant.statuses)
    return found


def _written(ctx: ReadContext, report: Report, format_name: str) -> bytes:
    look = ctx.company.appearance
    writer = load(REPORTS, format_name)
    if format_name == "pdf":
        pdf: bytes = writer.write(report, look.colour, look.paper, ctx.today)
        return pdf
    html: bytes = writer.write(report, look.colour)
    return html


def _document(ctx: ReadContext, args: Args) -> Result:
    """Return the place of an invoice's file; raise InputError for a name that means nothing."""
    try:
        invoice = invoice_by_number(ctx, args.what).value
    except NotFound:
        if any(letter.isdigit() for letter in args.what):
            raise
        raise unknown(args.what) from None
    if args.format not in DOCUMENT_FORMATS:
        raise InputError(
            f"an invoice cannot be written as {args.format}",
            hint=f"use one of {', '.join(DOCUMENT_FORMATS)}",
            code="export_format",
            values={"format": args.format, "formats": ", ".join(DOCUMENT_FORMATS)},
        )
    place = _kept(ctx, invoice, args.format) or keep_export(
        ctx,
        file_name(invoice, args.format),
        render(invoice, args.format, style_of(ctx.blobs, ctx.company, invoice)),
    )
    return Result("exported_report", {"place": place}, reference=invoice.number or invoice.id)


def _kept(ctx: ReadContext, invoice: Invoice, format_name: str) -> str:
    """Return the place of the file that was written at issue; '' of a draft."""
    try:
        files = ctx.tx.load(Rendering, invoice.id).value.files
    except NotFound:
        return ""
    found = (file.blob for file in files if file.format == format_name)
    return next((ctx.blobs.where(ctx.organisation, blob) for blob in found), "")
