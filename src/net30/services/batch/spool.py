"""Spool: the good rows of a file on the disk, in numbers, until it is known which of them count.

Only when all of a file is read is it known which rows repeat an invoice and on which day the
history ends; so the rows wait here, and what stays in memory is one number each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from net30.features.coding import Words
from net30.kernel.findings import Severity
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.faults import Faults
from net30.ledger.histories import HISTORY
from net30.ledger.history_pieces import HistoryPath, HistoryPieces, Piece
from net30.ledger.imports.reimport import once
from net30.ledger.marks import Marks, marks, twice
from net30.ledger.streams import stream_batches, stream_writer
from net30.scoring.part import WORD
from net30.services.batch.findings import KeptFindings

_SPOOLED = {
    "row": pa.int32(),
    "external_id": pa.string(),
    "customer_ref": pa.int32(),
    "currency": pa.int32(),
    "amount": pa.int64(),
    "balance": pa.int64(),
    "issue_date": pa.date32(),
    "due_date": pa.date32(),
    "paid_date": pa.date32(),
}


@dataclass(slots=True)
class Codes:
    """Words as whole numbers, in the order in which they come up; two threads may ask at once."""

    words: Column = field(default_factory=lambda: pa.array([], pa.string()))
    lock: Lock = field(default_factory=Lock)

    def of(self, texts: compute.Operand) -> Column:
        """Return the number of each word; a new one gets the next."""
        coded = compute.coded(texts)
        with self.lock:
            numbers = compute.place_in(coded.dictionary, self.words)
            strange = compute.missing(numbers)
            if compute.some(strange):
                fresh = pa.array(compute.distinct(coded.dictionary.filter(strange)), pa.string())
                self.words = pa.concat_arrays([self.words, fresh])
                numbers = compute.place_in(coded.dictionary, self.words)
        return numbers.cast(pa.int32()).take(coded.indices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How the words of both files become numbers: the same customer the same number in both."""

    words: Words
    customers: Codes = field(default_factory=Codes)
    currencies: Codes = field(default_factory=Codes)

    @property
    def schema(self) -> pa.Schema:
        """Return the columns of a spool."""
        words = [pa.field(WORD + name, pa.int32()) for name in self.words]
        return pa.schema([*(pa.field(name, kind) for name, kind in _SPOOLED.items()), *words])


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """A file's good rows: where they lie, their marks, and which of them count (each id once)."""

    path: Path
    marks: Marks
    counts: NDArray[np.bool_]
    rows: int
    extras: tuple[str, ...]

    def batches(self) -> Iterator[tuple[slice, pa.Table]]:
        """Return the rows piece by piece, each with its places in the spool."""
        start = 0
        for table in stream_batches(self.path):
            rows = slice(start, start + table.num_rows)
            start = rows.stop
            yield rows, table


def spooled(file: HistoryPath, path: Path, coding: Coding, kept: KeptFindings) -> Spool:
    """Read a file, write its good rows to `path`, and find out which of them count.

    Raises InputError for an unusable file.
    """
    read = HistoryPieces(file, kept.faults, coding.words.keys())
    extras = _free(read.mapping.extras, kept.faults)
    found: list[Marks] = []
    rows = 0
    schema = coding.schema
    with stream_writer(path, schema, lasting=False) as writer:
        for piece in read:
            rows += piece.rows
            found.append(marks(piece.claims["external_id"]))
            writer.write_table(_numbers(piece, coding, extras).cast(schema))
            kept.take()
    every = np.concatenate(found) if found else np.zeros(0, np.uint64)
    spool = Spool(
        path=path, marks=every, counts=np.ones(len(every), np.bool_), rows=rows, extras=extras
    )
    _count_once(spool, kept)
    return spool


def _free(extras: tuple[str, ...], faults: Faults) -> tuple[str, ...]:
    """Return the further columns that have a name of their own."""
    for name in extras:
        if name in HISTORY.names:
            message = "a history has a column of this name"
            faults.add("column_left_out", name, message, Severity.WARNING)
    return tuple(name for name in extras if name not in HISTORY.names)


def _numbers(piece: Piece, coding: Coding, extras: tuple[str, ...]) -> pa.Table:
    claims = piece.claims
    columns: dict[str, compute.Operand] = {
        name: claims[name] for name in _SPOOLED if name not in {"customer_ref", "currency"}
    }
    columns["customer_ref"] = coding.customers.of(claims["customer_ref"])
    columns["currency"] = coding.currencies.of(claims["currency"])
    for name, vocabulary in coding.words.items():
        if name == "currency":
            texts: compute.Operand = claims["currency"]
        elif name in extras:
            texts = piece.extras[name]
        else:
            texts = None
        columns[WORD + name] = _places(texts, vocabulary, claims.num_rows)
    return pa.table({name: compute.whole(columns[name]) for name in coding.schema.names})


def _places(texts: compute.Operand, vocabulary: tuple[str, ...], rows: int) -> Column:
    """Return each word's place in its vocabulary, -1 for any other and for no column."""
    if texts is None:
        return compute.repeat(-1, rows).cast(pa.int32())
    coded = compute.coded(texts)
    places = compute.place_in(coded.dictionary, pa.array(vocabulary, pa.string()))
    return compute.or_else(compute.or_else(places, -1).take(coded.indices), -1).cast(pa.int32())


def _count_once(spool: Spool, kept: KeptFindings) -> None:
    """Take out the rows that repeat an invoice, or contradict its first row."""
    places = twice(spool.marks)
    if not len(places):
        return
    parts = []
    for rows, table in spool.batches():
        here = places[np.searchsorted(places, rows.start) : np.searchsorted(places, rows.stop)]
        if len(here):
            parts.append(table.take(pa.array(here - rows.start)))
    repeated = pa.concat_tables(parts).combine_chunks()
    first = once(repeated.append_column("place", pa.array(places)), kept.faults)
    spool.counts[places] = False
    spool.counts[np.asarray(first["place"])] = True
    kept.take()
