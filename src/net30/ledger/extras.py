"""Extras: further columns that were known at issue, as one map from name to text a row."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def extras_map(columns: dict[str, pa.Array], rows: int) -> pa.Array:
    """Return the maps of `rows` rows; empty cells are left out of them."""
    kind = pa.map_(pa.string(), pa.string())
    width = len(columns)
    if not width:
        return pa.nulls(rows, kind)
    # The columns one after the other, taken row by row: cell i is column i % width, row i / width.
    cells = pa.concat_arrays(list(columns.values()))
    place = pa.arange(0, rows * width)
    row = pc.divide(place, pa.scalar(width, pa.int64()))
    column = pc.subtract(place, pc.multiply(row, pa.scalar(width, pa.int64())))
    texts = cells.take(pc.add(pc.multiply(column, pa.scalar(rows, pa.int64())), row))
    names = pa.array(list(columns), pa.string()).take(column)
    filled = pc.not_equal(texts, pa.scalar(""))
    counts = pc.cumulative_sum(filled.cast(pa.int32()))
    ends = counts.take(pa.arange(width - 1, rows * width, width)) if rows else counts
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends.cast(pa.int32())])
    return pa.MapArray.from_arrays(offsets, names.filter(filled), texts.filter(filled))
