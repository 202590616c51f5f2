"""CSV: for any spreadsheet program; text that one of them would run is made harmless."""

from __future__ import annotations

from io import BytesIO

import pyarrow as pa
import pyarrow.csv as pv

from net30.ledger import compute
from net30.ledger.safe_cells import neutralised

MEDIA_TYPE = "text/csv; charset=utf-8"
SUFFIX = "csv"


def write(table: pa.Table) -> bytes:
    """Return a table as CSV in UTF-8, with commas and points, for programs and other systems.

    Every text is quoted, so that no program splits one at a sign of its own; numbers and dates are
    not touched.
    """
    return written(safe(table), ",")


def write_rows(table: pa.Table) -> bytes:
    """Return more rows of the same table, without the header."""
    return written(safe(table), ",", header=False)


def safe(table: pa.Table) -> pa.Table:
    """Return a table whose texts, and whose headers, no spreadsheet program runs."""
    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            table = table.set_column(at, field.name, neutralised(compute.whole(table[at])))
    names = compute.texts(neutralised(pa.array(table.column_names, pa.string())))
    return table.rename_columns(names)


def written(table: pa.Table, delimiter: str, *, header: bool = True) -> bytes:
    """Return a table as CSV with every text quoted and nothing else."""
    sink = BytesIO()
    how = pv.WriteOptions(delimiter=delimiter, quoting_style="needed", include_header=header)
    pv.write_csv(table, sink, how)
    return sink.getvalue()
