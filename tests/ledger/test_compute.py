"""What the ledger asks of Arrow by ways of its own, against Arrow's slower function."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute
from hypothesis import given
from hypothesis import strategies as st

from net30.ledger.compute import looked_up

NAMES = ("region", "segment", "owner")
MAPS = st.lists(
    st.none() | st.lists(st.tuples(st.sampled_from(NAMES), st.none() | st.text(max_size=3)))
)
_pc: Any = pyarrow.compute  # Any: the stubs lack map_lookup


@given(MAPS, st.integers(0, 5), st.integers(0, 20), st.sampled_from([*NAMES, "nobody's"]))
def test_what_maps_hold_under_a_name_is_found_as_arrow_finds_it(
    rows: list[list[tuple[str, str]] | None], first: int, size: int, name: str
) -> None:
    every = pa.array(rows, pa.map_(pa.string(), pa.string()))
    part = every.slice(first, size)
    for maps in (every, part, part.filter(part.is_valid()), pa.chunked_array([part, every])):
        expected = _pc.map_lookup(maps, pa.scalar(name), "first")
        assert looked_up(maps, name).to_pylist() == expected.to_pylist()
