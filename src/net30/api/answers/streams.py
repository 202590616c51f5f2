"""Streams: tables of any length, written while they are sent; no pool thread waits for a client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from io import BytesIO

import pyarrow as pa
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from net30.ledger.writers import csv

ROWS_AT_ONCE = 5_000
ARROW, CSV = "arrow", "csv"
MEDIA = {ARROW: "application/vnd.apache.arrow.stream", CSV: "text/csv; charset=utf-8"}


def stream_table(table: pa.Table, form: str, name: str) -> StreamingResponse:
    """Answer with a table in pieces: CSV with one header, or an Arrow IPC stream."""
    pieces = _csv(table) if form == CSV else _arrow(table)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{form}"',
        "Cache-Control": "private, no-store",
        "X-Total-Count": str(table.num_rows),
    }
    return StreamingResponse(_one_by_one(pieces), media_type=MEDIA[form], headers=headers)


async def _one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yield pieces, each made by a thread that is given back at once."""
    while (piece := await run_in_threadpool(next, pieces, b"")) != b"":
        yield piece


def _csv(table: pa.Table) -> Iterator[bytes]:
    yield csv.write(table.slice(0, ROWS_AT_ONCE))
    for at in range(ROWS_AT_ONCE, table.num_rows, ROWS_AT_ONCE):
        yield csv.write_rows(table.slice(at, ROWS_AT_ONCE))


def _arrow(table: pa.Table) -> Iterator[bytes]:
    sink = BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
            writer.write_batch(batch)
            yield _taken(sink)
    yield _taken(sink)


def _taken(sink: BytesIO) -> bytes:
    content = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return content
