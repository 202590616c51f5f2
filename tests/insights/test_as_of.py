"""What was known on a day is let go of when it has been asked."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import date, timedelta

import pyarrow as pa
import pytest

from net30.insights.as_of import known_at, period_ending
from net30.insights.health_score import ForecastErrors, health_score
from tests.ledger_rows import claim, ledger, money

TODAY = date(2026, 6, 30)
ISSUED, DUE = TODAY - timedelta(days=60), TODAY - timedelta(days=30)


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
def test_figures_leave_nothing_in_memory_for_the_collector_to_find() -> None:
    rows = [claim(f"i{number}", 100, ISSUED, DUE, customer_id="c") for number in range(1_000)]
    before = pa.total_allocated_bytes()
    books = ledger(*rows, money("i1", 100, TODAY, customer_id="c"))
    with known_at(books, TODAY) as known:
        score = health_score(known, period_ending(TODAY), ForecastErrors())
    assert score
    del books, known, score
    assert pa.total_allocated_bytes() <= before
