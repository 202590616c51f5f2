"""Laws of invented ledgers: what holds for every wish."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from net30.ledger.invented.invoices import day_number
from net30.ledger.invented.ledger import InventedLedger
from net30.ledger.invented.wish import SEED_MAX, Wish

WISHES = st.builds(
    Wish,
    rows=st.integers(1, 400),
    seed=st.integers(0, SEED_MAX),
    currency=st.sampled_from(["XOF", "EUR", "TND", "JPY"]),
    first_day=st.dates(date(1990, 1, 1), date(2079, 12, 31)),
    months=st.integers(1, 60),
)


@given(WISHES)
@settings(max_examples=40)
def test_every_ledger_is_whole_possible_and_censored_at_its_end(wish: Wish) -> None:
    first, end = day_number(wish.first_day), day_number(wish.end)
    (batch,) = InventedLedger(wish).batches(balance=True)
    issued, paid = batch.issued, batch.paid
    assert batch.table.num_rows == wish.rows
    assert ((issued.issued >= first) & (issued.issued < end)).all()
    assert (issued.due >= issued.issued).all()
    assert (paid >= issued.issued).all()
    assert (issued.amount > 0).all()
    still_open = batch.table["paid_date"].is_null().to_numpy()
    assert (still_open == (paid >= end)).all()


@given(WISHES)
@settings(max_examples=15)
def test_every_truth_is_one_consistent_distribution(wish: Wish) -> None:
    (batch,) = InventedLedger(wish).batches()
    known = {name: batch.truth()[name].to_numpy() for name in ("p_late", "p_late30", "q10", "q90")}
    assert (known["p_late30"] <= known["p_late"]).all()
    assert (known["q10"] <= known["q90"]).all()
    rising = [batch.delays.paid_by(np.full(wish.rows, days)) for days in range(-40, 120, 8)]
    assert (np.diff(rising, axis=0) >= -1e-12).all()
    assert (known["p_late"] > 0).all()
