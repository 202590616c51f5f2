"""Marks of texts: equal for equal texts, and which come twice."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from net30.ledger.marks import among, marks, twice

IDS = st.lists(st.text("ab€0", max_size=20), max_size=30)


@given(IDS, st.integers(0, 5))
def test_equal_texts_have_equal_marks_and_others_have_others(texts: list[str], skip: int) -> None:
    found = marks(pa.array(texts, pa.string()).slice(skip))
    expected = texts[skip:]
    assert len(found) == len(expected)
    assert len(set(found.tolist())) == len(set(expected))
    assert found.tolist() == [int(marks(pa.array([text], pa.string()))[0]) for text in expected]


@given(IDS)
def test_what_comes_twice_is_found_at_every_place(texts: list[str]) -> None:
    places = [at for at, text in enumerate(texts) if texts.count(text) > 1]
    assert twice(marks(pa.array(texts, pa.string()))).tolist() == places


@given(IDS, IDS)
def test_what_is_among_others_is_told(texts: list[str], others: list[str]) -> None:
    found = among(marks(pa.array(texts, pa.string())), marks(pa.array(others, pa.string())))
    assert found.tolist() == [text in others for text in texts]
    assert found.dtype == np.bool_
