"""Output: the scores of all parts in the order of the file, as CSV, Parquet or XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from net30.kernel.files import whole_file, write_whole
from net30.kernel.plugins import load
from net30.ledger import compute
from net30.ledger.streams import read_stream, stream_batches
from net30.ledger.writers import csv
from net30.ledger.writers.parquet import ROWS_PER_GROUP, ZSTD_LEVEL
from net30.scoring.bands import BANDS
from net30.scoring.part import SCORES_OF_PART, named_bands, part_file
from net30.services.batch.run_folder import RunFolder

FORMATS = ("csv", "parquet", "xlsx")
WRITERS = "net30.ledger.writers"
"""The room of the writers; that of workbooks is loaded only for one, as it takes its time."""

SCORES = pa.schema(
    [
        pa.field("invoice_id", pa.string()),
        *(SCORES_OF_PART.field(name).with_nullable(True) for name in SCORES_OF_PART.names[1:6]),
        pa.field("band", pa.string()),
        pa.field("expected_date", pa.date32()),
    ]
)
"""invoice_id, p_late, p_late30, expected_days_late, q10, q90, band, expected_date."""


def write_scores(run: RunFolder, parts: int, output: Path) -> dict[str, int]:
    """Write the output in one step; return how many invoices are in each band.

    The same scores give the same bytes, however often the run was stopped.
    """
    bands: dict[str, int] = {}
    kind = output.suffix.removeprefix(".")
    if kind == "xlsx":
        table = pa.Table.from_batches(
            [batch for one in scores_of(run, parts) for batch in one.to_batches()], SCORES
        )
        _count(table, bands)
        write_whole(output, load(WRITERS, kind).write(table))
        return bands
    with whole_file(output) as file, _writer(kind, file) as writer:
        for table in scores_of(run, parts):
            _count(table, bands)
            writer.write_table(csv.safe(table) if kind == "csv" else table)
    return bands


def scores_of(run: RunFolder, parts: int, rows: int = ROWS_PER_GROUP) -> Iterator[pa.Table]:
    """Return the scores by place, so many rows at a time."""
    readers = [_Part(part_file(run.scores, part)) for part in range(parts)]
    start = 0
    for ids in _ids(run.ids, rows):
        end = start + ids.num_rows
        made = {
            name: np.zeros(ids.num_rows, SCORES_OF_PART.field(name).type.to_pandas_dtype())
            for name in SCORES_OF_PART.names[1:]
        }
        for reader in readers:
            reader.fill(made, start, end)
        yield _table(ids, made)
        start = end


class _Part:
    """One part's scores on the disk, taken in the order of their places."""

    def __init__(self, path: Path) -> None:
        table = read_stream(path).combine_chunks()
        self._columns = {name: np.asarray(table[name]) for name in table.column_names}
        self._at = 0

    def fill(self, made: dict[str, np.ndarray], start: int, end: int) -> None:
        """Put the scores from place `start` up to `end` where they belong."""
        places = self._columns["place"]
        upto = int(np.searchsorted(places, end))
        here = slice(self._at, upto)
        self._at = upto
        at = places[here] - start
        for name, column in made.items():
            column[at] = self._columns[name][here]


def _ids(path: Path, rows: int) -> Iterator[pa.Table]:
    """Return the ids, regrouped so that the division of the input never shows."""
    waiting: list[pa.Table] = []
    count = 0
    for table in stream_batches(path):
        rest = table
        while count + rest.num_rows >= rows:
            yield pa.concat_tables([*waiting, rest.slice(0, rows - count)])
            waiting, count, rest = [], 0, rest.slice(rows - count)
        waiting, count = [*waiting, rest], count + rest.num_rows
    if count:
        yield pa.concat_tables(waiting)


def _table(ids: pa.Table, made: dict[str, np.ndarray]) -> pa.Table:
    columns: dict[str, compute.Operand] = {"invoice_id": ids["invoice_id"]}
    columns |= {name: pa.array(numbers) for name, numbers in made.items()}
    columns["band"] = named_bands(pa.array(made["band"]))
    columns["expected_date"] = pa.array(made["expected_date"]).cast(pa.date32())
    return pa.table(columns, schema=SCORES).combine_chunks()


def _count(table: pa.Table, bands: dict[str, int]) -> None:
    for band in BANDS:
        bands[band] = bands.get(band, 0) + compute.count(compute.equal(table["band"], band))


def _writer(kind: str, file: BinaryIO) -> pv.CSVWriter | pq.ParquetWriter:
    if kind == "csv":
        options = pv.WriteOptions(quoting_style="needed")
        return pv.CSVWriter(file, SCORES, write_options=options)
    return pq.ParquetWriter(
        file,
        SCORES,
        version="2.6",
        data_page_version="1.0",
        use_dictionary=["band"],  # type: ignore[arg-type] # names of columns are fine too
        compression="zstd",
        compression_level=ZSTD_LEVEL,
    )
