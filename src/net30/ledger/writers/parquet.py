"""Parquet: tables for other engines, and the ledger's own segments."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from net30.ledger.schema import FACTS, PLAIN_FACTS, WORDS

MEDIA_TYPE = "application/vnd.apache.parquet"
SUFFIX = "parquet"

ROWS_PER_GROUP = 262_144
ZSTD_LEVEL = 1


def write(table: pa.Table) -> bytes:
    """Return a table as a Parquet file; amounts and dates keep their types."""
    return _written(table, [field.name for field in table.schema if _repeats(field.type)])


def encode_facts(facts: pa.Table) -> bytes:
    """Return a segment's bytes: the same facts always give the same bytes."""
    # Plain strings: a dictionary in memory may hold words that no row uses any more, and these
    # would be written too. Parquet makes its own dictionaries from the rows alone.
    return _written(facts.cast(PLAIN_FACTS).combine_chunks(), list(WORDS))


def decode_facts(content: bytes, columns: Sequence[str] = FACTS.names) -> pa.Table:
    """Return the facts of a segment, or only some columns of them."""
    words = [name for name in WORDS if name in columns]
    file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=words)
    table = file.read(columns=list(columns), use_threads=False)
    return table.cast(pa.schema([field for field in FACTS if field.name in columns]))


def _repeats(kind: pa.DataType) -> bool:
    return pa.types.is_dictionary(kind) or pa.types.is_string(kind)


def _written(table: pa.Table, dictionary: list[str]) -> bytes:
    # Everything that could differ from one machine to the next is fixed here.
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        row_group_size=ROWS_PER_GROUP,
        version="2.6",
        data_page_version="1.0",
        use_dictionary=dictionary,  # type: ignore[arg-type] # names of columns are fine too
        compression="zstd",
        compression_level=ZSTD_LEVEL,
        write_statistics=True,
        store_schema=True,
    )
    return sink.getvalue().to_pybytes()
