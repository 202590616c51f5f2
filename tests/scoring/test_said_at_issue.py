"""What a model said of invoices at their issue: kept only while their past is the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net30.features.invoices import Invoices
from net30.scoring.default_model import default_model
from net30.scoring.said_at_issue import Said, SaidAtIssue
from tests.features.ledgers import DAY_0, One, ledgers, random_ledger, table

TODAY = DAY_0 + 60
HORIZON = TODAY + 1
MODEL = default_model()
SILENT = replace(MODEL, session=cast("Any", None), content=b"")  # Any: a model that cannot answer
ROWS = random_ledger(300, customers=12, span=60)


def known(rows: list[One]) -> Invoices:
    """The invoices as they are known at the end of today; the default model looks at no words."""
    return replace(table(rows), words={}).as_of(HORIZON)


def every(ledger: Invoices) -> np.ndarray:
    return np.arange(len(ledger))


def anew(ledger: Invoices) -> Said:
    return SaidAtIssue().of(MODEL, ledger, every(ledger), HORIZON)


def same(one: Said, other: Said) -> bool:
    return np.array_equal(one.raw, other.raw) and np.array_equal(one.record, other.record)


def at(said: Said, rows: np.ndarray) -> Said:
    return Said(said.raw[rows], said.record[rows])


def issued_before_today(ledger: Invoices) -> np.ndarray:
    return np.flatnonzero(ledger.issued < TODAY)


@settings(max_examples=40, deadline=None)
@given(before=ledgers(), after=ledgers(most=10), chosen=st.sets(st.integers(0, 39)))
def test_whatever_comes_in_it_is_what_the_model_says_when_asked_anew(
    before: list[One], after: list[One], chosen: set[int]
) -> None:
    """Invoices and payments of today and of long ago, in front of the others or behind them."""
    said, ledger = SaidAtIssue(), known(before)
    some = np.array(sorted(place for place in chosen if place < len(ledger)), np.int64)
    said.of(MODEL, ledger, some, HORIZON)
    for rows in ([*before, *after], [*after, *before], before):
        assert same(said.of(MODEL, known(rows), every(known(rows)), HORIZON), anew(known(rows)))


def test_what_happens_today_has_nothing_asked_again() -> None:
    said, ledger = SaidAtIssue(), known(ROWS)
    first = said.of(MODEL, ledger, every(ledger), HORIZON)
    paid = [replace(row, paid=TODAY, known=TODAY) if row.paid is None else row for row in ROWS]
    new = One(customer=99, issued=TODAY, due=TODAY + 30, amount=5)
    later = known([new, *paid])
    old = issued_before_today(later)
    assert len(old) > 250
    again = said.of(SILENT, later, old, HORIZON)
    assert same(again, at(first, issued_before_today(ledger)))


def test_only_what_is_asked_for_the_first_time_is_put_to_the_model() -> None:
    said, ledger = SaidAtIssue(), known(ROWS)
    old = issued_before_today(ledger)
    said.of(MODEL, ledger, old[:100], HORIZON)
    said.of(SILENT, ledger, old[:100], HORIZON)
    with pytest.raises(AttributeError):
        said.of(SILENT, ledger, old[:101], HORIZON)
    said.of(MODEL, ledger, old[50:150], HORIZON)
    assert same(said.of(SILENT, ledger, old[:150], HORIZON), at(anew(ledger), old[:150]))


def test_what_was_issued_today_is_asked_each_time() -> None:
    """More may be issued to the same customer today: that is one of its features."""
    one = One(customer=1, issued=TODAY, due=TODAY + 30, amount=5)
    said, alone, both = SaidAtIssue(), known([*ROWS, one]), known([*ROWS, one, one])
    said.of(MODEL, alone, every(alone), HORIZON)
    assert same(said.of(MODEL, both, every(both), HORIZON), anew(both))


@pytest.mark.parametrize(
    "changed",
    [
        {"paid": DAY_0 + 20, "known": DAY_0 + 20},
        {"due": DAY_0 + 7},
        {"amount": 77},
        {"customer": 3},
        {"issued": DAY_0 - 2},
    ],
)
def test_a_past_that_is_told_otherwise_is_asked_anew(changed: dict[str, int]) -> None:
    first = replace(
        ROWS[0], customer=2, issued=DAY_0, due=DAY_0 + 9, amount=4_000, paid=None, known=None
    )
    ledger, other = known([first, *ROWS]), known([replace(first, **changed), *ROWS])
    said = SaidAtIssue()
    said.of(MODEL, ledger, every(ledger), HORIZON)
    with pytest.raises(AttributeError):
        said.of(SILENT, other, issued_before_today(other), HORIZON)
    assert same(said.of(MODEL, other, every(other), HORIZON), anew(other))


def test_another_model_is_asked_itself() -> None:
    said, ledger = SaidAtIssue(), known(ROWS)
    old = issued_before_today(ledger)
    said.of(MODEL, ledger, old, HORIZON)
    renamed = msgspec.structs.replace(SILENT.card, model_sha256="0" * 64)
    with pytest.raises(AttributeError):
        said.of(replace(SILENT, card=renamed), ledger, old, HORIZON)
