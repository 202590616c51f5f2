"""Exports: whole tables for other programs, streamed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.reply import reply_file
from net30.api.answers.streams import ARROW, CSV, MEDIA, stream_table
from net30.api.asked import AsOf
from net30.api.resource import Resource
from net30.api.visit import Looking
from net30.domain.identity.roles import Permission
from net30.kernel.errors import InputError
from net30.services.export_table import Export, export_formats, export_rows, export_table

routes = Resource("exports", "Whole tables: invoices, customers, payments, the ageing.")

STREAMED = (CSV, ARROW)
FILES = tuple(one for one in export_formats() if one not in STREAMED)
TYPES = (
    *(MEDIA[form] for form in STREAMED),
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


@routes.get("/exports/{table}", Permission.EXPORTS_READ, media=TYPES)
def export_whole_table(
    visit: Looking,
    table: Annotated[Export, Path(description="Which table.")],
    form: Annotated[
        str, Query(alias="format", description=f"{', '.join((*STREAMED, *FILES))}.", max_length=20)
    ] = CSV,
    as_of: AsOf = None,
) -> Response:
    """Download a whole table as known on a day; csv and arrow come in pieces, the audit notes it.

    Amounts are in major units, imported invoices included; no spreadsheet program runs a text.
    """
    if form not in {*STREAMED, *FILES}:
        raise InputError(
            f"{form!r} is no format for tables",
            hint=f"use one of {', '.join((*STREAMED, *FILES))}",
            code="export_format",
        )
    with visit.look() as ctx:
        day = as_of or ctx.today
        rows = export_rows(ctx, table, as_of=day) if form in STREAMED else None
        file = None if form in STREAMED else export_table(ctx, table, form, as_of=day)
        if rows is not None:
            ctx.take_out(f"{table.value} as {form}", rows.num_rows)
    if rows is not None:
        return stream_table(rows, form, f"{table.value}-{day.isoformat()}")
    assert file is not None, "it is streamed or a file"
    return reply_file(visit.request, file.content, file.media_type, file.file_name)
