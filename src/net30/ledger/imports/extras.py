"""Extras: further columns that were known at issue, as one map from name to text a row."""

from __future__ import annotations

import pyarrow as pa

from net30.ledger import compute
from net30.ledger.compute import Column

ROWS_PER_BATCH = 131_072
"""So many rows are turned at a time: it bounds the memory, and it stays near the processor."""


def extras_map(columns: dict[str, Column], rows: int) -> Column:
    """Return the maps of `rows` rows; empty cells are left out of them."""
    if not columns or not rows:
        return pa.nulls(rows, pa.map_(pa.string(), pa.string()))
    parts = [
        _turned({name: column.slice(start, ROWS_PER_BATCH) for name, column in columns.items()})
        for start in range(0, rows, ROWS_PER_BATCH)
    ]
    return pa.concat_arrays(parts)


def _turned(columns: dict[str, Column]) -> Column:
    width, rows = len(columns), len(next(iter(columns.values())))
    # The columns one after the other, taken row by row: cell i is column i % width, row i / width.
    cells = pa.concat_arrays(list(columns.values()))
    place = compute.numbered(0, rows * width)
    row = compute.divided(place, width)
    column = compute.minus(place, compute.times(row, width))
    texts = cells.take(compute.plus(compute.times(column, rows), row))
    names = pa.array(list(columns), pa.string()).take(column)
    filled = compute.differ(texts, "")
    if compute.every(filled):
        every = compute.numbered(0, rows * width + 1, width).cast(pa.int32())
        return compute.map_of(every, names, texts)
    counts = compute.running_sum(filled.cast(pa.int32()))
    ends = counts.take(compute.numbered(width - 1, rows * width, width))
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends.cast(pa.int32())])
    return compute.map_of(offsets, names.filter(filled), texts.filter(filled))
