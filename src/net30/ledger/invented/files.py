"""Invented ledgers as files: CSV or Parquet, written batch by batch, so that memory stays small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from net30.kernel.errors import InputError
from net30.kernel.files import whole_file
from net30.ledger.invented.ledger import InventedLedger
from net30.ledger.writers.parquet import ROWS_PER_GROUP, ZSTD_LEVEL

SUFFIXES = (".csv", ".parquet")
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Where a ledger goes, and its truth if wanted; `balance` adds what is open of each invoice."""

    ledger: Path
    truth: Path | None = None
    balance: bool = False

    def __post_init__(self) -> None:
        """Refuse formats that are not written."""
        for path in filter(None, (self.ledger, self.truth)):
            if path.suffix.lower() not in SUFFIXES:
                raise InputError(
                    f"{str(path)!r} ends in neither {' nor '.join(SUFFIXES)}",
                    hint="name the file for its format, e.g. ledger.parquet",
                    code="invented_format",
                )
        if self.ledger == self.truth:
            raise InputError(
                f"{str(self.truth)!r} is to hold the ledger and its truth",
                hint="name two files",
                code="invented_format",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written: counts, and the share that was late or is open at the end."""

    rows: int
    customers: int
    open: int
    late: int


class _Writer(Protocol):
    """What both of Arrow's writers do."""

    def write_table(self, table: pa.Table) -> None:
        """Write some rows."""

    def close(self) -> None:
        """Write the end."""


def write_ledger(ledger: InventedLedger, targets: Targets, told: Told) -> Written:
    """Write a ledger to its files; each appears only when all of it is written.

    `told` hears (step, rows done, rows in all). Raises Unavailable when the disk refuses.
    """
    rows = is_open = late = 0
    with ExitStack() as stack:
        writers: dict[Path, _Writer] = {}

        def written(path: Path, table: pa.Table) -> None:
            if path not in writers:
                writers[path] = stack.enter_context(_opened(path, table.schema, ledger))
            writers[path].write_table(table)

        for batch in ledger.batches(balance=targets.balance):
            written(targets.ledger, batch.table)
            if targets.truth:
                written(targets.truth, batch.truth())
            rows += batch.table.num_rows
            is_open += batch.table["paid_date"].null_count
            late += int((batch.paid > batch.issued.due).sum())
            told("writing", rows, ledger.wish.rows)
    return Written(rows=rows, customers=len(ledger.customers), open=is_open, late=late)


@contextmanager
def _opened(path: Path, schema: pa.Schema, ledger: InventedLedger) -> Iterator[_Writer]:
    with whole_file(path) as file:
        writer = _writer(path, file, schema.with_metadata({"source": ledger.wish.source}))
        yield writer
        writer.close()


def _writer(path: Path, file: BinaryIO, schema: pa.Schema) -> _Writer:
    if path.suffix.lower() == ".csv":
        return pv.CSVWriter(file, schema, write_options=pv.WriteOptions(quoting_style="needed"))
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    return _Parquet(file, schema, texts)


class _Parquet:
    """Parquet with all set that could differ from one machine to the next."""

    def __init__(self, file: BinaryIO, schema: pa.Schema, texts: list[str]) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(
            file,
            schema,
            version="2.6",
            data_page_version="1.0",
            use_dictionary=texts,  # type: ignore[arg-type] # names of columns are fine too
            compression="zstd",
            compression_level=ZSTD_LEVEL,
            write_statistics=True,
        )

    def write_table(self, table: pa.Table) -> None:
        self._writer.write_table(table.cast(self._schema), row_group_size=ROWS_PER_GROUP)

    def close(self) -> None:
        self._writer.close()
