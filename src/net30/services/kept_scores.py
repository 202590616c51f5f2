"""Kept scores: the last run over the open invoices, valid until something happens in the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from net30.kernel.errors import NotFound
from net30.kernel.money import Money
from net30.ledger.compute import Column
from net30.ledger.writers import parquet
from net30.scoring.delay_bins import DelayBins
from net30.scoring.distribution import Distribution
from net30.scoring.open_items import SCORED, ModelName, ScoredOpenItems
from net30.scoring.paid_by import Paydays, Tail
from net30.scoring.shared import Shared
from net30.services.context import ReadContext

BLOB = "scores/open-items.parquet"
FORMAT = 3
_ABOUT, _BIN = b"net30", "bin_"


@dataclass(frozen=True, slots=True)
class Holds:
    """What scores hold for: the last event's id, the day, and the SHA-256 of the model."""

    event: str
    as_of: date
    model: str


class _About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands beside the kept columns; `unscored` holds (minor units, currency)."""

    format: int
    event: str
    as_of: date
    model: str
    name: ModelName
    bins: tuple[int, ...]
    unscored: tuple[tuple[int, str], ...]
    tail: Tail
    paydays: Paydays
    shared: Shared


def kept_scores(ctx: ReadContext, holds: Holds) -> ScoredOpenItems | None:
    """Return the scores that were kept, None when they are of other books, day or model."""
    try:
        content = ctx.blobs.get(ctx.organisation, BLOB)
    except NotFound:
        return None
    source = pa.BufferReader(content)
    try:
        about = _about(pq.read_schema(source).metadata)
    except pa.ArrowInvalid:  # cut or changed: the scores are made anew
        return None
    if about is None or Holds(about.event, about.as_of, about.model) != holds:
        return None
    source.seek(0)
    return _scores(pq.read_table(source, use_threads=False), about)


def keep_scores(ctx: ReadContext, holds: Holds, scores: ScoredOpenItems) -> None:
    """Keep scores in place of those of the last run."""
    assert scores.model is not None
    about = _About(
        FORMAT,
        holds.event,
        holds.as_of,
        holds.model,
        scores.model,
        scores.delay.bins.last,
        tuple((one.minor, one.currency) for one in scores.unscored),
        scores.tail,
        scores.paydays,
        scores.shared,
    )
    table = scores.table
    for place in range(len(scores.delay.bins)):
        column: Column = pa.array(np.ascontiguousarray(scores.delay.probabilities[:, place]))
        table = table.append_column(f"{_BIN}{place}", column)
    told = table.replace_schema_metadata({_ABOUT: msgspec.json.encode(about)})
    ctx.blobs.put(ctx.organisation, BLOB, parquet.write(told))


def _about(metadata: dict[bytes, bytes] | None) -> _About | None:
    """Return what is kept beside the columns; None when another net30 has written it."""
    try:
        about = msgspec.json.decode((metadata or {}).get(_ABOUT, b""), type=_About)
    except msgspec.DecodeError:
        return None
    return about if about.format == FORMAT else None


def _scores(table: pa.Table, about: _About) -> ScoredOpenItems:
    bins = DelayBins(about.bins)
    columns = [table[f"{_BIN}{place}"].to_numpy() for place in range(len(bins))]
    return ScoredOpenItems(
        as_of=about.as_of,
        table=table.select(SCORED.names).replace_schema_metadata().cast(SCORED),
        delay=Distribution(bins, np.column_stack(columns)),
        model=about.name,
        reason="",
        unscored=tuple(Money(minor, currency) for minor, currency in about.unscored),
        tail=about.tail,
        paydays=about.paydays,
        shared=about.shared,
    )
