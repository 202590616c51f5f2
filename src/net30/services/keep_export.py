"""Keep an export: a file in the organisation's blobs, and the place where people find it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pyarrow as pa

from net30.kernel.errors import InputError
from net30.kernel.plugins import load
from net30.services.context import ReadContext
from net30.services.export_table import WRITERS

JSON = "json"
TABLE_FORMATS = ("csv", "xlsx", JSON)
FOLDER = "exports"


def keep_export(ctx: ReadContext, name: str, content: bytes, rows: int = 1) -> str:
    """Write a file and return its place; one of the same name and day takes the earlier's place.

    Nothing of the books changes, so it may be done while they are only looked at.
    """
    blob = f"{FOLDER}/{ctx.today.isoformat()}/{name}"
    ctx.blobs.put(ctx.organisation, blob, content)
    ctx.take_out(name, rows)
    return ctx.blobs.where(ctx.organisation, blob)


def written_table(table: pa.Table, format_name: str) -> bytes:
    """Return a table as csv, xlsx or json; raise InputError for another format.

    In JSON amounts are strings, as everywhere, and days ISO dates.
    """
    if format_name not in TABLE_FORMATS:
        raise InputError(
            f"a table cannot be written as {format_name}",
            hint=f"use one of {', '.join(TABLE_FORMATS)}",
            code="export_format",
        )
    if format_name == JSON:
        rows = json.dumps(table.to_pylist(), ensure_ascii=False, indent=1, default=_plain)
        return f"{rows}\n".encode()
    written: bytes = load(WRITERS, format_name).write(table)
    return written


def _plain(cell: Decimal | date) -> str:
    return cell.isoformat() if isinstance(cell, date) else f"{cell:f}"
