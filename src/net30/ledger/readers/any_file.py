"""Any file: a table in CSV, XLSX or Parquet, told apart by its first bytes, not by its name."""

from __future__ import annotations

from net30.kernel.errors import InputError
from net30.ledger.faults import Faults
from net30.ledger.limits import FILE_BYTES_MAX, check_limit
from net30.ledger.readers import delimited, parquet, workbook
from net30.ledger.readers.sheet import Sheet

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
PDF_MAGIC = b"%PDF"


def read_table(content: bytes, sheet_name: str = "", faults: Faults | None = None) -> Sheet:
    """Return the table of a file; `sheet_name` picks the sheet of a workbook.

    What is wrong with rows is told to `faults`, which the sheet has from then on.

    Raises InputError for what is no table, LimitExceeded beyond the published limits.
    """
    told = faults or Faults()
    check_limit("bytes", len(content), FILE_BYTES_MAX)
    if content.startswith(ZIP_MAGIC):
        return workbook.read(content, sheet_name, told)
    if content.startswith(parquet.MAGIC):
        return parquet.read(content, told)
    if content.startswith((OLE_MAGIC, PDF_MAGIC)):
        raise InputError(
            "this is an old or protected workbook, or a PDF, not a table",
            hint="save it as XLSX without a password, or as CSV",
            code="no_table",
        )
    return delimited.read(content, told)
