"""Point in time: nothing of the future is seen, and any division of the work gives the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from net30.features.invoices import OPEN, Invoices, joined
from net30.features.point_in_time import (
    ROWS,
    Matrix,
    PointInTime,
    feature_names,
    seen_from,
    words_of,
)
from tests.features.ledgers import DAY_0, One, ledgers, random_ledger, table

NAMES = feature_names(["branch"])
DAYS = st.integers(DAY_0 - 2, DAY_0 + 100)


def matrix(history: Invoices, asked: Invoices | None = None, horizon: int = 10**6) -> Matrix:
    about = history if asked is None else asked
    return PointInTime(history, about).matrix(seen_from(about, horizon), NAMES)


def same(one: Matrix, other: Matrix) -> bool:
    """Bit for bit, as bytes: not even another NaN."""
    return one.tobytes() == other.tobytes()


@settings(max_examples=60, deadline=None)
@given(rows=ledgers(), day=DAYS)
def test_what_happens_on_or_after_a_day_changes_nothing_before_it(
    rows: list[One], day: int
) -> None:
    rows = sorted(rows, key=lambda row: row.issued)
    until = [row for row in rows if row.issued <= day]
    # Erased: later invoices, and every payment made or known on the day or later.
    erased = [
        replace(row, paid=None, known=None)
        if row.paid is not None and max(row.paid, row.known or row.paid) >= day
        else row
        for row in until
    ]
    assert same(matrix(table(rows))[: len(until)], matrix(table(erased)))


@settings(max_examples=60, deadline=None)
@given(rows=ledgers(), day=DAYS)
def test_a_ledger_as_of_a_day_is_what_a_loop_keeps_of_it(rows: list[One], day: int) -> None:
    kept = [row for row in rows if row.issued < day]
    seen = table(rows).as_of(day)
    for place, row in enumerate(kept):
        unknown = row.paid is None or max(row.paid, row.known or row.paid) >= day
        assert seen.paid[place] == (OPEN if unknown else row.paid)
    assert len(seen) == len(kept)


@settings(max_examples=60, deadline=None)
@given(rows=ledgers(), horizon=DAYS)
def test_nothing_on_or_after_the_horizon_reaches_an_invoice_that_is_scored_with_it(
    rows: list[One], horizon: int
) -> None:
    history = table(rows)
    about = replace(history, paid=np.full(len(rows), OPEN), known=np.full(len(rows), OPEN))
    known = history.as_of(horizon)
    day = seen_from(about, horizon)
    with_all = PointInTime(history, about, together=about).matrix(day, NAMES)
    with_known = PointInTime(known, about, together=about).matrix(day, NAMES)
    assert same(with_all, with_known)


@settings(max_examples=60, deadline=None)
@given(rows=ledgers(), seed=st.integers(0, 1_000), horizon=DAYS)
def test_the_order_of_the_rows_does_not_matter(rows: list[One], seed: int, horizon: int) -> None:
    history = table(rows)
    order = np.random.default_rng(seed).permutation(len(rows))
    assert same(
        matrix(history, horizon=horizon)[order], matrix(history.take(order), horizon=horizon)
    )


@settings(max_examples=40, deadline=None)
@given(rows=ledgers(), parts=st.integers(1, 4), horizon=DAYS)
def test_any_division_of_the_customers_gives_the_same_features(
    rows: list[One], parts: int, horizon: int
) -> None:
    history = table(rows)
    whole = matrix(history, horizon=horizon)
    for part in range(parts):
        mine = history.customer % parts == part
        assert same(whole[mine], matrix(history.take(mine), horizon=horizon))


def test_one_customer_online_has_the_features_of_the_batch() -> None:
    history = table(random_ledger(600, 11, seed=3))
    new = table(random_ledger(40, 11, seed=4, span=500))
    horizon = DAY_0 + 380
    whole = PointInTime(history.as_of(horizon), new).matrix(seen_from(new, horizon), NAMES)
    for place in range(len(new)):
        customer = int(new.customer[place])
        mine = history.take(history.customer == customer).as_of(horizon)
        others = new.take((new.customer == customer) & (np.arange(len(new)) != place))
        # Alone among its own rows, under another code, as a single question.
        one = replace(new.take(slice(place, place + 1)), customer=np.zeros(1, np.int64))
        mine = replace(mine, customer=np.zeros(len(mine), np.int64))
        others = replace(others, customer=np.zeros(len(others), np.int64))
        together = joined(joined(mine, others), one)
        row = PointInTime(mine, one, together=together).matrix(seen_from(one, horizon), NAMES)
        assert same(row, whole[place : place + 1])


def test_a_past_that_is_kept_sorted_says_of_each_invoice_what_one_made_for_it_says() -> None:
    history = table(random_ledger(150, 1, seed=6)).as_of(DAY_0 + 300)
    kept = PointInTime(history, history)
    some = ("delay_mean", "same_word_branch_count", "batch_due")
    for place in range(0, len(history), 3):
        one = history.take(slice(place, place + 1))
        others = history.take(np.arange(len(history)) != place)
        for names in (NAMES, some):
            day = seen_from(one, DAY_0 + 300)
            anew = PointInTime(others, one, names=names).matrix(day, names)
            assert same(kept.about(one, names).matrix(day, names), anew)


def test_limiting_the_features_does_not_change_them_and_parts_are_the_whole() -> None:
    history = table(random_ledger(ROWS // 100, 9))
    history = joined(history, history)
    some = ("delay_mean", "same_word_branch_count", "amount")
    day = seen_from(history, DAY_0 + 200)
    limited = PointInTime(history, history, names=some)
    whole = PointInTime(history, history).matrix(day, NAMES)
    assert same(limited.matrix(day, some), whole[:, [NAMES.index(name) for name in some]])
    assert sum(len(part) for _, part in limited.in_parts(day, some)) == len(history)


def test_a_prepayment_is_seen_only_once_its_invoice_exists() -> None:
    rows = [
        One(customer=0, issued=DAY_0 + 10, due=DAY_0 + 40, amount=5, paid=DAY_0 - 5),
        One(customer=0, issued=DAY_0 + 10, due=DAY_0 + 40, amount=5),
        One(customer=0, issued=DAY_0 + 11, due=DAY_0 + 40, amount=5),
    ]
    counts = matrix(table(rows))[:, NAMES.index("paid_count")]
    assert counts.tolist() == [0, 0, 1]


def test_no_invoices_have_no_features() -> None:
    assert matrix(table([])).shape == (0, len(NAMES))


def test_only_columns_that_a_feature_looks_at_are_needed() -> None:
    words = ["branch", "country", "terms"]
    assert words_of(feature_names(words), words) == tuple(words)
    assert words_of(["terms_days", "word_branch", "same_word_terms_late_share"], words) == (
        "branch",
        "terms",
    )
    assert words_of(feature_names(), words) == ()
