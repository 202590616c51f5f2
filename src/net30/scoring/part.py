"""Part: some customers' facts in one table, from which all of their asked invoices are scored.

Every feature depends on the facts of one customer only, so each engine may divide the customers
as it likes: the same function on any division gives the same scores, to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from net30.features.invoices import Ints, Invoices, joined
from net30.ledger import compute
from net30.ledger.streams import read_stream, write_stream
from net30.scoring.bands import BANDS, bands
from net30.scoring.model import Model
from net30.scoring.score import Asked, score

P_DECIMALS, DAY_DECIMALS = 6, 3
WORD = "word_"
"""How the columns of coded words begin."""

_NUMBERS = ("customer", "issued", "due", "amount", "paid", "known")

_FACTS_OF_PART: dict[str, pa.DataType] = {
    "place": pa.int64(),
    "customer": pa.int32(),
    "issued": pa.int32(),
    "due": pa.int32(),
    "amount": pa.int64(),
    "paid": pa.int32(),
    "known": pa.int32(),
    "fresh": pa.bool_(),
}
FACTS_OF_PART = pa.schema(_FACTS_OF_PART)
"""A part's columns, and after them the coded words, as WORD and their names.

place: where the score goes, -1 in a row of the history. Days are days since 1970-01-01. fresh:
whether an asked invoice does not stand in the history as well.
"""

_SCORES_OF_PART: dict[str, pa.DataType] = {
    "place": pa.int64(),
    "p_late": pa.float64(),
    "p_late30": pa.float64(),
    "expected_days_late": pa.float64(),
    "q10": pa.float64(),
    "q90": pa.float64(),
    "band": pa.int8(),
    "expected_date": pa.int32(),
}
SCORES_OF_PART = pa.schema(_SCORES_OF_PART)
"""Scores by place; band is its place in BANDS, expected_date days since 1970-01-01."""


def facts_schema(words: Sequence[str]) -> pa.Schema:
    """Return the columns of a part with these words."""
    return pa.schema([*FACTS_OF_PART, *(pa.field(WORD + name, pa.int32()) for name in words)])


def score_part(model: Model, facts: pa.Table, horizon: int) -> pa.Table:
    """Return the scores of the asked invoices among some customers' facts, by place."""
    place = _ints(facts, "place")
    every = _invoices(facts)
    asked_rows = np.flatnonzero(place >= 0)
    asked_rows = asked_rows[np.argsort(place[asked_rows], kind="stable")]
    asked = every.take(asked_rows)
    history = every.take(np.flatnonzero(place < 0))
    fresh = np.asarray(compute.column(facts, "fresh").to_numpy(zero_copy_only=False))[asked_rows]
    about = Asked(
        history=history,
        asked=asked,
        together=joined(history, asked.take(fresh)),
        horizon=horizon,
    )
    told = score(model, about, lambda _done, _total: None)
    days = np.rint(told.expected).astype(np.int64) + asked.due
    columns = {
        "place": place[asked_rows],
        "p_late": np.round(told.late, P_DECIMALS),
        "p_late30": np.round(told.late30, P_DECIMALS),
        "expected_days_late": np.round(told.expected, DAY_DECIMALS),
        "q10": np.round(told.low, DAY_DECIMALS),
        "q90": np.round(told.high, DAY_DECIMALS),
        "band": bands(told.late, told.late30).astype(np.int8),
        "expected_date": days.astype(np.int32),
    }
    return pa.table(columns, schema=SCORES_OF_PART)


def part_file(folder: Path, part: int) -> Path:
    """Return the file of a part, of its facts or of its scores."""
    return folder / f"{part:05}.arrow"


def read_part(folder: Path, part: int) -> pa.Table:
    """Return what is in a part's file."""
    return read_stream(part_file(folder, part))


def write_scores(folder: Path, part: int, scores: pa.Table) -> None:
    """Write a part's scores in one step: what is there is whole."""
    write_stream(part_file(folder, part), scores)


def named_bands(places: compute.Operand) -> compute.Column:
    """Return the names of bands from their places."""
    return pa.array(BANDS, pa.string()).take(compute.whole(places))


def _invoices(facts: pa.Table) -> Invoices:
    words = [name for name in facts.column_names if name.startswith(WORD)]
    return Invoices(
        **{name: _ints(facts, name) for name in _NUMBERS},
        words={name.removeprefix(WORD): _ints(facts, name) for name in words},
    )


def _ints(facts: pa.Table, name: str) -> Ints:
    found: Ints = compute.column(facts, name).to_numpy(zero_copy_only=False).astype(np.int64)
    return found
