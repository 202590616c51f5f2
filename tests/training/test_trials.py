"""Trials: what a day of the past is shown, and what it is asked, hangs on nothing later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from net30.features.coding import ROWS_MIN
from net30.features.invoices import OPEN, Invoices
from net30.features.words_then import coded_then
from net30.training.trials import questions
from tests.training.payers import HORIZON, NAMES, payers


def in_another_order(known: Invoices) -> Invoices:
    """The same invoices, the codes of their countries as other outcomes in the end give them."""
    places = np.array([2, 0, 3, 1, -1])
    return replace(known, words={"country": places[known.words["country"]]})


def test_the_order_that_words_have_in_the_end_changes_no_trial() -> None:
    known = payers(900)
    other = in_another_order(known)
    for one, two in zip(
        questions(known, HORIZON, NAMES, 0), questions(other, HORIZON, NAMES, 0), strict=True
    ):
        assert one.sample.matrix.tobytes() == two.sample.matrix.tobytes()
        assert one.matrix.tobytes() == two.matrix.tobytes()


def test_words_then_stand_in_the_order_of_what_was_paid_late_by_then() -> None:
    known = payers(900)
    day = int(np.quantile(known.issued, 0.6))
    then, later = coded_then(known.as_of(day), known.take(known.issued >= day))
    settled, codes = then.paid < OPEN, then.words["country"]
    late = [float((then.delay > 0)[settled & (codes == at)].mean()) for at in range(4)]
    assert late == sorted(late)
    assert late[0] < late[-1]
    # Both in the same codes: a customer has one country.
    of = dict(zip(then.customer.tolist(), codes.tolist(), strict=True))
    for customer, code in zip(
        later.customer.tolist(), later.words["country"].tolist(), strict=True
    ):
        assert of.get(customer, code) == code


def test_a_value_that_had_too_few_settled_invoices_by_then_had_no_code() -> None:
    known = payers(900)
    country = known.words["country"]
    few = np.flatnonzero((country == 0) & (known.paid < OPEN))[ROWS_MIN - 1 :]
    rare = known.take(np.setdiff1d(np.arange(len(known)), few))
    then, asked = coded_then(rare, known)
    assert (then.words["country"][rare.words["country"] == 0] == -1).all()
    assert (asked.words["country"][country == 0] == -1).all()
    assert set(then.words["country"].tolist()) == {-1, 0, 1, 2}
