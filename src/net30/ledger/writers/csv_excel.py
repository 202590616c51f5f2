"""CSV as Excel opens it by a double click in French and most of Europe."""

from __future__ import annotations

import pyarrow as pa

from net30.ledger import compute
from net30.ledger.writers.csv import safe, written

MEDIA_TYPE = "text/csv; charset=utf-8"
SUFFIX = "csv"

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""By this Excel knows UTF-8."""


def write(table: pa.Table) -> bytes:
    """Return a table as CSV with semicolons and decimal commas, in UTF-8 with its mark."""
    columns = [
        compute.swapped(column.cast(pa.string()), ".", ",")
        if pa.types.is_decimal(column.type)
        else column
        for column in safe(table).columns
    ]
    return BYTE_ORDER_MARK + written(pa.table(columns, names=safe(table).column_names), ";")
