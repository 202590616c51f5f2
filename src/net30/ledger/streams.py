"""Streams: Arrow tables on the disk, written piece by piece and read without a copy in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from net30.kernel.files import write_whole


@contextmanager
def stream_writer(
    path: Path, schema: pa.Schema, *, lasting: bool = True
) -> Iterator[pa.RecordBatchStreamWriter]:
    """Lend a writer of rows to a file that grows; one that is to last is on the disk afterwards."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, schema) as writer:
        yield writer
    if lasting:
        with path.open("rb+") as written:
            os.fsync(written.fileno())


def write_stream(path: Path, table: pa.Table) -> None:
    """Write a table in one step: what is there is whole."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    write_whole(path, sink.getvalue().to_pybytes())


def read_stream(path: Path) -> pa.Table:
    """Return the table of a file; its pages come into memory when they are looked at."""
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_stream(file).read_all()


def stream_batches(path: Path) -> Iterator[pa.Table]:
    """Return the pieces of a file as they were written."""
    with pa.memory_map(str(path)) as file:
        for batch in pa.ipc.open_stream(file):
            yield pa.Table.from_batches([batch])
