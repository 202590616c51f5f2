"""The model that comes with net30 can be made again."""

from __future__ import annotations

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.scoring.default_model import default_model
from net30.training.ships import COMPANIES, HELD, Company, drawn, make_default, shipped_features

TWO = tuple(
    Company(seed=seed, currency=currency, later=later, tempo=0.7, invoices_each=20, rows=600)
    for seed, currency, later in ((1, "XOF", -4.0), (2, "EUR", 3.0))
)


def test_the_same_companies_make_the_same_bytes() -> None:
    card, onnx = make_default(TWO, TWO[:1])
    again, same = make_default(TWO, TWO[:1])
    assert onnx == same
    assert card == again
    assert card.metrics["n"] > 50


def test_what_is_stored_was_made_from_what_is_written_here() -> None:
    stored = default_model().card
    assert stored.features == shipped_features()
    assert stored.learned_from.invoices == sum(one.rows for one in COMPANIES)
    assert len({one.currency for one in COMPANIES}) == len(COMPANIES)


def test_no_company_it_is_judged_by_is_one_it_learned_from() -> None:
    assert not {one.seed for one in HELD} & {one.seed for one in COMPANIES}


def test_invented_companies_differ_in_how_late_they_are_paid() -> None:
    prompt, slow = (drawn(one).truth.mean() for one in TWO)
    assert prompt < slow - 0.1
